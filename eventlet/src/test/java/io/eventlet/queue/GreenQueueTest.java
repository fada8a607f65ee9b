// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.Timeout;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// Queues that hold items: putting, getting, and the work that items stand for. Those that hold
/// nothing are in [RendezvousTest].
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenQueueTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final List<Object> steps = new CopyOnWriteArrayList<>();

    /// From Eventlet's queue_test.py: TestQueue.test_send_first.
    @Test
    void itemsComeOutInTheOrderInWhichTheyWentIn() {
        var queue = GreenQueue.<Integer>unbounded();
        for (int i = 0; i < 5; i++) {
            queue.put(i);
        }

        assertThat(queue.size()).isEqualTo(5);
        for (int i = 0; i < 5; i++) {
            assertThat(queue.get()).isEqualTo(i);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    /// From Eventlet's queue_test.py: TestQueue.test_send_last.
    @Test
    void getWaitsForAnItem() {
        var queue = GreenQueue.<String>unbounded();
        var getter = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);

        queue.put("item");

        assertThat(getter.await()).isEqualTo("item");
        assertThat(queue.getting()).isZero();
    }

    /// From Eventlet's queue_test.py: TestQueue.test_max_size.
    @Test
    void putWaitsForRoom() {
        var queue = GreenQueue.<String>bounded(2);
        var putter =
                Eventlet.spawn(() -> {
                    for (String item : List.of("a", "b", "c")) {
                        queue.put(item);
                        steps.add(item);
                    }
                });
        Eventually.until(() -> queue.putting() == 1);
        assertThat(steps).containsExactly("a", "b");
        assertThat(queue.isFull()).isTrue();

        assertThat(queue.get()).isEqualTo("a");
        putter.await();

        assertThat(steps).containsExactly("a", "b", "c");
        assertThat(queue.get()).isEqualTo("b");
        assertThat(queue.get()).isEqualTo("c");
    }

    /// As in Eventlet: a timeout of 0 raises Full or Empty at once.
    @Test
    void limitsOfPutAndGetAreKept() {
        var queue = GreenQueue.<String>bounded(1);

        assertThatExceptionOfType(QueueEmpty.class).isThrownBy(() -> queue.get(SHORT));
        assertThatExceptionOfType(QueueEmpty.class).isThrownBy(() -> queue.get(Duration.ZERO));
        queue.put("item", Duration.ZERO);
        assertThatExceptionOfType(QueueFull.class).isThrownBy(() -> queue.put("late", SHORT));
        assertThatExceptionOfType(QueueFull.class)
                .isThrownBy(() -> queue.put("late", Duration.ZERO))
                .withMessageContaining("late");
        assertThat(queue.get(Duration.ZERO)).isEqualTo("item");

        assertThat(queue.tryGet()).isNull();
        assertThat(queue.toString()).isEqualTo("queue of 0 of at most 1, 0 putting, 0 getting");
        assertThatIllegalArgumentException().isThrownBy(() -> queue.get(SHORT.negated()));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.put("a", SHORT.negated()));
    }

    /// From Eventlet's queue_test.py: TestNoWait.test_get_nowait_simple.
    @Test
    void tryPutAndTryGetNeverWait() {
        var queue = GreenQueue.<String>bounded(1);

        assertThat(queue.tryGet()).isNull();
        assertThat(queue.tryPut("first")).isTrue();
        assertThat(queue.tryPut("second")).isFalse();
        assertThat(queue.tryGet()).isEqualTo("first");
    }

    @Test
    void nullIsNoItem() {
        var queue = GreenQueue.<String>unbounded();

        assertThatNullPointerException().isThrownBy(() -> queue.put(nothing()));
        assertThatNullPointerException().isThrownBy(() -> queue.tryPut(nothing()));
        assertThatIllegalArgumentException().isThrownBy(() -> GreenQueue.bounded(-1));
        assertThat(queue.isEmpty()).isTrue();
    }

    @SuppressWarnings("NullAway") // what a caller without null checks may pass
    private static String nothing() {
        return null;
    }

    /// From Eventlet's queue_test.py: TestQueue.test_multiple_waiters. Defect 9 of Eventlet,
    /// mended: there those who wait are sets.
    @Test
    void gettersAreServedInTheOrderInWhichTheyCame() {
        var queue = GreenQueue.<Integer>unbounded();
        var getters = new ArrayList<GreenThread<Integer>>();
        for (int i = 0; i < 5; i++) {
            getters.add(Eventlet.spawn(() -> queue.get()));
            int waiting = i + 1;
            Eventually.until(() -> queue.getting() == waiting);
        }

        for (int i = 0; i < 5; i++) {
            queue.put(i);
        }

        assertThat(getters).extracting(GreenThread::await).containsExactly(0, 1, 2, 3, 4);
    }

    /// Defect 9 of Eventlet, mended.
    @Test
    void puttersAreServedInTheOrderInWhichTheyCame() {
        var queue = GreenQueue.<Integer>bounded(1);
        queue.put(0);
        for (int i = 1; i < 5; i++) {
            int number = i;
            Eventlet.spawn(() -> queue.put(number));
            Eventually.until(() -> queue.putting() == number);
        }

        for (int i = 0; i < 5; i++) {
            assertThat(queue.get()).isEqualTo(i);
        }
    }

    @Test
    void itemThatIsPutCannotBeTakenBeforeThoseWhoWait() {
        var queue = GreenQueue.<String>unbounded();
        var getter = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);

        queue.put("item");

        assertThat(queue.tryGet()).isNull();
        assertThat(getter.await()).isEqualTo("item");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_two_bogus_waiters.
    @Test
    void gettersThatTimedOutTakeNothing() {
        var queue = GreenQueue.<String>unbounded();
        var first = Eventlet.spawn(() -> Timeout.silent(SHORT, () -> steps.add(queue.get())));
        var second = Eventlet.spawn(() -> Timeout.silent(SHORT, () -> steps.add(queue.get())));
        boolean inTime = first.await() || second.await();

        queue.put("sent");

        assertThat(inTime).isFalse();
        assertThat(queue.get()).isEqualTo("sent");
        assertThat(steps).isEmpty();
    }

    /// From Eventlet's queue_test.py: TestQueue.test_two_waiters_one_dies.
    @Test
    void itemGoesToTheGetterThatLivesWhenTheOneBeforeTimedOut() {
        var queue = GreenQueue.<String>unbounded();
        var dying = Eventlet.spawn(() -> Timeout.silent(SHORT, () -> steps.add(queue.get())));
        Eventually.until(() -> queue.getting() == 1 || dying.isDead());
        var living = Eventlet.spawn(() -> queue.get());
        boolean inTime = dying.await();

        queue.put("sent");

        assertThat(inTime).isFalse();
        assertThat(living.await()).isEqualTo("sent");
        assertThat(steps).isEmpty();
    }

    /// From Eventlet's queue_test.py: TestNoWait.test_wait_except.
    @Test
    void getterThatFailsWithItsItemLeavesTheQueueUsable() {
        var queue = GreenQueue.<String>unbounded();
        var failing =
                Eventlet.spawn(() -> {
                    throw new IllegalStateException("cannot work on " + queue.get());
                });
        Eventually.until(() -> queue.getting() == 1);

        queue.put("the first");
        queue.put("the second");

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(failing::await)
                .havingCause()
                .withMessage("cannot work on the first");
        assertThat(queue.get()).isEqualTo("the second");
        assertThat(queue.getting()).isZero();
    }

    /// From Eventlet's queue_test.py: TestQueue.test_waiters_that_cancel.
    @Test
    void itemStaysForTheNextWhenTheGetterWasKilled() {
        var queue = GreenQueue.<String>unbounded();
        var killed = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);
        killed.kill();
        Eventually.until(killed::isDead);

        queue.put("item");

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.get()).isEqualTo("item");
    }

    @Test
    void putterThatTimedOutOrWasKilledLeavesNothing() {
        var queue = GreenQueue.<String>bounded(1);
        queue.put("first");
        boolean inTime = Timeout.silent(SHORT, () -> queue.put("timed out"));
        var killed = Eventlet.spawn(() -> queue.put("killed"));
        Eventually.until(() -> queue.putting() == 1);
        killed.kill();
        Eventually.until(killed::isDead);

        assertThat(inTime).isFalse();
        assertThat(queue.get()).isEqualTo("first");
        assertThat(queue.tryGet()).isNull();
        assertThat(queue.unfinishedTasks()).isEqualTo(1);
    }

    /// An item that was handed over goes with its thread, and the kill comes at the next wait.
    @Test
    void itemHandedOverBeforeTheKillIsNotLost() {
        var queue = GreenQueue.<String>unbounded();
        var getter =
                Eventlet.spawn(() -> {
                    steps.add(queue.get());
                    queue.get();
                });
        Eventually.until(() -> queue.getting() == 1);

        Eventlet.run(() -> {
            queue.put("item");
            getter.kill();
        });
        Eventually.until(getter::isDead);

        assertThat(steps).containsExactly("item");
    }

    /// From Eventlet's queue_test.py: TestNoWait.test_put_nowait_simple, for platform threads.
    @Test
    void platformThreadsPutAndGet() throws Exception {
        var queue = GreenQueue.<String>bounded(1);
        var got = new CompletableFuture<String>();
        var getter = Thread.ofPlatform().start(() -> got.complete(queue.get()));
        Eventually.until(() -> queue.getting() == 1);
        Eventlet.spawn(() -> queue.put("to the platform")).await();
        getter.join();
        queue.put("first");
        var putter = Thread.ofPlatform().start(() -> queue.put("from the platform"));
        Eventually.until(() -> queue.putting() == 1);

        var both = Eventlet.run(() -> List.of(queue.get(), queue.get()));

        assertThat(got.get()).isEqualTo("to the platform");
        assertThat(both).containsExactly("first", "from the platform");
        putter.join();
    }

    @Test
    void itemsPassBetweenHubs() {
        var there = GreenQueue.<Integer>bounded(2);
        var back = GreenQueue.<Integer>rendezvous();
        try (var hub = Hub.start()) {
            var echo =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                for (int i = 0; i < 500; i++) {
                                    back.put(there.get());
                                }
                            });
            var sum =
                    Eventlet.spawn(() -> {
                        int total = 0;
                        for (int i = 0; i < 500; i++) {
                            there.put(i);
                            total += back.get();
                        }
                        return total;
                    });

            assertThat(sum.await()).isEqualTo(499 * 500 / 2);
            echo.await();
        }
    }

    /// As in Eventlet: put() on a free place never switches.
    @Test
    @Tag("hub-only")
    void putIntoAQueueWithRoomDoesNotSwitch() {
        var queue = GreenQueue.<String>bounded(1);

        Eventlet.run(() -> {
            var getter = Eventlet.spawn(() -> steps.add(queue.get()));
            Eventlet.sleep();
            queue.put("got");
            steps.add("put");
            getter.await();
        });

        assertThat(steps).containsExactly("put", "got");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_task_done.
    @Test
    void joinWaitsUntilAllItemsAreDone() {
        var queue = GreenQueue.<Integer>unbounded();
        for (int i = 0; i < 3; i++) {
            queue.put(i);
        }
        var joiner = Eventlet.spawn(() -> queue.join());
        for (int i = 0; i < 3; i++) {
            assertThat(joiner.isDead()).isFalse();
            assertThat(queue.unfinishedTasks()).isEqualTo(3 - i);
            queue.get();
            queue.taskDone();
        }

        joiner.await();

        assertThat(queue.unfinishedTasks()).isZero();
        assertThatIllegalStateException().isThrownBy(queue::taskDone);
    }

    /// From Eventlet's queue_test.py: TestQueue.test_join_doesnt_block_when_queue_is_already_empty.
    @Test
    void joinOfAQueueWithNothingToDoReturnsAtOnce() {
        var queue = GreenQueue.<Integer>unbounded();

        queue.join();

        assertThat(queue.join(Duration.ZERO)).isTrue();
    }

    @Test
    void joinWithALimitSaysWhetherAllWasDone() {
        var queue = GreenQueue.<Integer>unbounded();
        queue.put(1);

        assertThat(queue.join(SHORT)).isFalse();

        queue.taskDone();
        assertThat(queue.join(SHORT)).isTrue();
    }

    @Test
    void itemHandedToAGetterIsUnfinishedUntilDone() {
        var queue = GreenQueue.<Integer>unbounded();
        var getter = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);

        queue.put(1);
        getter.await();

        assertThat(queue.unfinishedTasks()).isEqualTo(1);
        queue.taskDone();
        queue.join();
    }
}
