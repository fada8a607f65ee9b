// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;

/// The end of a queue: who is told, what is left, and loops over it.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class QueueCloseTest {
    private static final Duration LONG = Duration.ofHours(1);

    private static void assertClosed(ThrowingCallable call) {
        assertThatExceptionOfType(QueueClosed.class).isThrownBy(call);
    }

    private static void assertIsTold(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .withCauseInstanceOf(QueueClosed.class);
    }

    /// From gevent's test__queue.py: TestJoinableQueue.test_shutdown_all_methods_in_one_thread.
    @Test
    void whatIsLeftCanBeGotAndNothingMorePut() {
        var queue = GreenQueue.unbounded(List.of("L", "O"));

        queue.close();

        assertThat(queue.isClosed()).isTrue();
        assertClosed(() -> queue.put("E"));
        assertClosed(() -> queue.put("E", LONG));
        assertClosed(() -> queue.tryPut("W"));
        assertThat(queue.peek()).isEqualTo("L");
        assertThat(queue.get()).isEqualTo("L");
        queue.taskDone();
        assertThat(queue.tryGet()).isEqualTo("O");
        queue.taskDone();
        queue.join();
        assertClosed(queue::get);
        assertClosed(() -> queue.get(LONG));
        assertClosed(queue::tryGet);
        assertClosed(queue::peek);
        assertClosed(() -> queue.peek(LONG));
        assertClosed(queue::tryPeek);
    }

    /// From gevent's test__queue.py:
    /// TestJoinableQueue.test_shutdown_immediate_all_methods_in_one_thread.
    @Test
    void closingNowDropsWhatIsLeft() {
        var queue = GreenQueue.unbounded(List.of("L", "O"));

        var dropped = queue.closeNow();

        assertThat(dropped).containsExactly("L", "O");
        assertClosed(() -> queue.put("E"));
        assertClosed(() -> queue.tryPut("W"));
        assertClosed(queue::get);
        assertClosed(queue::tryGet);
        assertThatIllegalStateException().isThrownBy(queue::taskDone);
        queue.join();
    }

    /// From Python's test_queue.py: test_shutdown_allowed_transitions.
    @Test
    void closedQueueCanStillBeEmptied() {
        var queue = GreenQueue.unbounded(List.of("item"));
        queue.close();
        queue.close();

        assertThat(queue.closeNow()).containsExactly("item");
        assertThat(queue.closeNow()).isEmpty();
        queue.close();

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.toString()).isEqualTo("closed queue of 0, 0 putting, 0 getting");
    }

    /// From Python's test_queue.py: test_shutdown_get, test_shutdown_put.
    @Test
    void everybodyWhoWaitsIsTold() {
        var empty = GreenQueue.<String>bounded(1);
        var full = GreenQueue.<String>bounded(1);
        var channel = GreenQueue.<String>rendezvous();
        full.put("left");
        var waiting =
                List.<GreenThread<?>>of(
                        Eventlet.spawn(() -> empty.get()),
                        Eventlet.spawn(() -> empty.get(LONG)),
                        Eventlet.spawn(() -> empty.peek()),
                        Eventlet.spawn(() -> full.put("late")),
                        Eventlet.spawn(() -> full.put("late", LONG)),
                        Eventlet.spawn(() -> channel.put("nobody")));
        Eventually.until(() -> empty.getting() == 2 && empty.peeking() == 1);
        Eventually.until(() -> full.putting() == 2 && channel.putting() == 1);

        empty.close();
        full.close();
        channel.close();

        waiting.forEach(QueueCloseTest::assertIsTold);
        assertThat(full.get()).isEqualTo("left");
        assertThat(full.unfinishedTasks()).isEqualTo(1);
        assertThat(channel.unfinishedTasks()).isZero();
    }

    @Test
    void everybodyWhoWaitsIsToldWhenItIsClosedNow() {
        var queue = GreenQueue.<String>bounded(1);
        queue.put("dropped");
        var joiner = Eventlet.spawn(() -> queue.join());
        var putter = Eventlet.spawn(() -> queue.put("late"));
        Eventually.until(() -> queue.putting() == 1);

        assertThat(queue.closeNow()).containsExactly("dropped");

        assertIsTold(putter);
        joiner.await();
    }

    @Test
    void threadsOfOtherHubsAndPlatformThreadsAreToldToo() throws Exception {
        var queue = GreenQueue.<String>unbounded();
        var told = new CompletableFuture<String>();
        var platform =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                told.complete(queue.get());
                            } catch (QueueClosed e) {
                                told.completeExceptionally(e);
                            }
                        });
        try (var hub = Hub.start()) {
            var there = Eventlet.spawnOn(hub, () -> queue.get());
            Eventually.until(() -> queue.getting() == 2);

            Eventlet.run(() -> queue.close());

            assertIsTold(there);
        }
        platform.join();
        assertThat(told.handle((_, e) -> e).get()).isInstanceOf(QueueClosed.class);
    }

    /// From Python's test_queue.py: test_shutdown_join.
    @Test
    void joinWaitsForWhatIsLeftInAClosedQueue() {
        var queue = GreenQueue.unbounded(List.of("taken", "left"));
        queue.get();
        var joiner = Eventlet.spawn(() -> queue.join());

        queue.close();
        queue.taskDone();
        assertThat(queue.join(Duration.ZERO)).isFalse();
        queue.get();
        queue.taskDone();

        joiner.await();
        assertThat(queue.join(Duration.ZERO)).isTrue();
    }

    @Test
    void joinWaitsForWhatWasTakenBeforeItWasClosedNow() {
        var queue = GreenQueue.unbounded(List.of("taken", "dropped"));
        queue.get();
        var joiner = Eventlet.spawn(() -> queue.join());

        var dropped = queue.closeNow();

        assertThat(dropped).containsExactly("dropped");
        assertThat(queue.unfinishedTasks()).isEqualTo(1);
        queue.taskDone();
        joiner.await();
    }

    @Test
    void droppingWhatWasCalledDoneAlreadyDoesNoHarm() {
        var queue = GreenQueue.unbounded(List.of("a", "b"));
        queue.taskDone();

        queue.closeNow();

        assertThat(queue.unfinishedTasks()).isZero();
        assertThatIllegalStateException().isThrownBy(queue::taskDone);
    }

    @Test
    void roomMadeInAClosedQueueLetsNobodyIn() {
        var queue = GreenQueue.<String>rendezvous();
        var putter = Eventlet.spawn(() -> queue.put("late"));
        Eventually.until(() -> queue.putting() == 1);

        queue.close();
        queue.resize(1);

        assertIsTold(putter);
        assertThat(queue.isEmpty()).isTrue();
        assertClosed(() -> queue.put("later"));
    }

    /// From gevent's test__queue.py: TestChannel.test_iterable, whose end is an item.
    @Test
    void loopEndsWhenTheQueueIsClosedAndEmpty() {
        var queue = GreenQueue.<Integer>bounded(2);
        var sum =
                Eventlet.spawn(() -> {
                    int total = 0;
                    for (int item : queue) {
                        total += item;
                    }
                    return total;
                });

        try (queue) {
            for (int i = 1; i <= 10; i++) {
                queue.put(i);
            }
        }

        assertThat(sum.await()).isEqualTo(55);
    }

    @Test
    void loopsShareTheItems() {
        var queue = GreenQueue.<Integer>rendezvous();
        var loops = new ArrayList<GreenThread<List<Integer>>>();
        for (int i = 0; i < 3; i++) {
            loops.add(
                    Eventlet.spawn(() -> {
                        var taken = new ArrayList<Integer>();
                        queue.forEach(taken::add);
                        return taken;
                    }));
        }
        for (int i = 0; i < 30; i++) {
            queue.put(i);
        }

        queue.close();

        var taken = loops.stream().flatMap(loop -> loop.await().stream()).sorted().toList();
        assertThat(taken).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void iteratorTakesNoMoreThanItIsAskedFor() {
        var queue = GreenQueue.unbounded(List.of("a", "b", "c"));
        var items = queue.iterator();

        assertThat(items.hasNext()).isTrue();
        assertThat(items.hasNext()).isTrue();
        assertThat(items.next()).isEqualTo("a");
        assertThat(items.next()).isEqualTo("b");

        assertThat(queue.closeNow()).containsExactly("c");
        assertThat(items.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(items::next);
    }
}
