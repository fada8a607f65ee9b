// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.Timeout;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A queue seen as one of `java.util.concurrent`: what waits, what ends the wait, and what the two
/// sides see of each other. Its contract as a collection is in [BlockingQueueSuiteTest].
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenBlockingQueueTest {
    private final List<Object> steps = new CopyOnWriteArrayList<>();
    private final GreenQueue<String> queue = GreenQueue.bounded(1);
    private final BlockingQueue<String> view = queue.asBlockingQueue();

    @Test
    void bothSidesSeeTheSameItems() throws InterruptedException {
        view.put("a");
        assertThat(queue.get()).isEqualTo("a");
        queue.put("b");
        assertThat(view.take()).isEqualTo("b");

        assertThat(view.poll()).isNull();
        assertThat(queue.unfinishedTasks()).isEqualTo(2);
    }

    @Test
    void takeWaitsForAnItemAndPutForRoom() throws InterruptedException {
        var taker = Eventlet.spawn(() -> view.take());
        Eventually.until(() -> queue.getting() == 1);
        view.put("a");
        assertThat(taker.await()).isEqualTo("a");
        view.put("b");
        var putter = Eventlet.spawn(() -> view.put("c"));
        Eventually.until(() -> queue.putting() == 1);

        assertThat(view.take()).isEqualTo("b");

        putter.await();
        assertThat(view.take()).isEqualTo("c");
    }

    @Test
    void timesOfOfferAndPollAreKept() throws InterruptedException {
        assertThat(view.poll(1, TimeUnit.MILLISECONDS)).isNull();
        assertThat(view.poll(-1, TimeUnit.DAYS)).isNull();
        assertThat(view.offer("a", 0, TimeUnit.DAYS)).isTrue();
        assertThat(view.offer("b", 1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(view.offer("b", Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();

        assertThat(view).containsExactly("a");
        assertThat(queue.putting() + queue.getting()).isZero();
    }

    @Test
    void longestTimeIsForEver() throws InterruptedException {
        var taker = Eventlet.spawn(() -> view.poll(Long.MAX_VALUE, TimeUnit.DAYS));
        Eventually.until(() -> queue.getting() == 1);

        assertThat(view.offer("a", Long.MAX_VALUE, TimeUnit.NANOSECONDS)).isTrue();

        assertThat(taker.await()).isEqualTo("a");
    }

    @Test
    void plainInterruptIsAnInterruptedException() throws InterruptedException {
        for (var kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            var taker =
                    kind.start(() -> {
                        try {
                            steps.add(view.take());
                        } catch (InterruptedException e) {
                            steps.add(Thread.currentThread().isInterrupted());
                        }
                    });
            Eventually.until(() -> queue.getting() == 1);
            taker.interrupt();
            taker.join();
        }

        assertThat(steps).containsExactly(false, false);
        assertThat(queue.getting()).isZero();
    }

    @Test
    void killArrivesAsWhatItIs() {
        view.add("a");
        var putter =
                Eventlet.spawn(() -> {
                    try {
                        view.put("b");
                    } catch (InterruptedException e) {
                        steps.add(e);
                    }
                });
        Eventually.until(() -> queue.putting() == 1);

        putter.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(putter::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(steps).isEmpty();
        assertThat(view).containsExactly("a");
    }

    @Test
    void timeoutEndsTakeAndIsItsOwn() throws InterruptedException {
        boolean inTime = Timeout.silent(Duration.ofMillis(2), () -> steps.add(view.take()));

        view.put("a");

        assertThat(inTime).isFalse();
        assertThat(steps).isEmpty();
        assertThat(view.take()).isEqualTo("a");
    }

    @Test
    void executorOfTheJdkRunsOnIt() throws InterruptedException {
        var tasks = GreenQueue.<Runnable>bounded(100);
        try (var executor =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, tasks.asBlockingQueue())) {
            for (int i = 0; i < 50; i++) {
                int number = i;
                executor.execute(() -> steps.add(number));
            }
        }

        assertThat(steps).hasSize(50).startsWith(0, 1).endsWith(49);
    }

    @Test
    void drainTakesAlsoFromWhoWaitsToPut() {
        view.add("a");
        var putter = Eventlet.spawn(() -> view.put("b"));
        Eventually.until(() -> queue.putting() == 1);
        var drained = new ArrayList<String>();

        assertThat(view.drainTo(drained, 0)).isZero();
        assertThat(view.drainTo(drained)).isEqualTo(2);

        putter.await();
        assertThat(drained).containsExactly("a", "b");
        assertThatIllegalArgumentException().isThrownBy(() -> view.drainTo(view));
    }

    @ParameterizedTest
    @EnumSource(QueueKind.class)
    void drainPutsBackWhatTheTargetRefuses(QueueKind kind) {
        GreenQueue<String> items = kind.unbounded();
        List.of("a", "b", "c").forEach(items::put);
        var inOrder = items.asBlockingQueue().toArray();
        var narrow = new ArrayBlockingQueue<String>(1);

        assertThatIllegalStateException().isThrownBy(() -> items.asBlockingQueue().drainTo(narrow));

        assertThat(narrow).containsExactly((String) inOrder[0]);
        assertThat(items.get()).isEqualTo(inOrder[1]);
        assertThat(items.get()).isEqualTo(inOrder[2]);
        assertThat(items.unfinishedTasks()).isEqualTo(3);
    }

    @Test
    void whatIsRemovedMakesRoomAndCountsAsDone() {
        view.add("a");
        var putter = Eventlet.spawn(() -> queue.put("b"));
        Eventually.until(() -> queue.putting() == 1);

        assertThat(view.remove("none")).isFalse();
        assertThat(view.remove("a")).isTrue();
        putter.await();
        assertThat(queue.unfinishedTasks()).isEqualTo(1);
        view.clear();

        assertThat(queue.isEmpty()).isTrue();
        queue.join();
    }

    @Test
    void testOfRemoveIfIsAskedWithoutTheLock() {
        view.add("a");

        boolean removed =
                view.removeIf(item -> {
                    var other = Eventlet.spawn(() -> queue.peek());
                    return item.equals(other.await());
                });

        assertThat(removed).isTrue();
        assertThat(view).isEmpty();
    }

    @Test
    void iteratorIsOfTheMomentAtWhichItWasMade() {
        var items = GreenQueue.unbounded(List.of("a", "b", "b", "c"));
        var seen = items.asBlockingQueue().iterator();
        items.get();
        items.put("d");

        seen.next();
        seen.remove();
        seen.next();
        seen.remove();

        assertThat(seen.next()).isEqualTo("b");
        assertThat(seen.next()).isEqualTo("c");
        assertThat(seen.hasNext()).isFalse();
        assertThat(items.asBlockingQueue()).containsExactly("b", "c", "d");
    }

    @Test
    void streamIsOfTheMomentAtWhichItWasMade() {
        var items = GreenQueue.unbounded(List.of("a", "b"));
        var seen = items.asBlockingQueue().stream();

        items.get();
        items.put("c");

        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void arraysAreInTheOrderOfTheQueue() {
        var last = GreenQueue.<Integer>lifo();
        var least = GreenQueue.<Integer>priority(Integer::compare);
        for (int item : List.of(2, 1, 3)) {
            last.put(item);
            least.put(item);
        }

        assertThat(last.asBlockingQueue().toArray()).containsExactly(3, 1, 2);
        assertThat(least.asBlockingQueue().toArray(new Integer[0])).containsExactly(1, 2, 3);
    }

    @Test
    void remainingCapacityIsTheRoomThatIsLeft() {
        assertThat(view.remainingCapacity()).isEqualTo(1);
        view.add("a");
        assertThat(view.remainingCapacity()).isZero();
        queue.resize(0);
        assertThat(view.remainingCapacity()).isZero();
        queue.resize(3);
        assertThat(view.remainingCapacity()).isEqualTo(2);

        assertThat(GreenQueue.unbounded().asBlockingQueue().remainingCapacity())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(GreenQueue.rendezvous().asBlockingQueue().remainingCapacity()).isZero();
    }

    @Test
    void addToAFullQueueSaysSo() {
        view.add("a");

        assertThatIllegalStateException()
                .isThrownBy(() -> view.add("b"))
                .withMessage("no room for b in a queue of 1 of at most 1, 0 putting, 0 getting");
        assertThat(view.offer("b")).isFalse();
    }

    @Test
    void whatWaitsIsToldThatItIsClosed() throws InterruptedException {
        var taker = Eventlet.spawn(() -> view.take());
        Eventually.until(() -> queue.getting() == 1);

        queue.close();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(taker::await)
                .withCauseInstanceOf(QueueClosed.class);
        assertThatExceptionOfType(QueueClosed.class).isThrownBy(() -> view.put("a"));
        assertThatExceptionOfType(QueueClosed.class).isThrownBy(() -> view.add("a"));
        assertThatExceptionOfType(QueueClosed.class).isThrownBy(() -> view.poll(1, TimeUnit.HOURS));
        assertThat(view.offer("a")).isFalse();
        assertThat(view.poll()).isNull();
        assertThat(view.peek()).isNull();
    }
}
