// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.testing.Until;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

@Timeout(60)
class WaitQueueTest {
    private static final String TIMED_OUT = "timed out";

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue queue = new WaitQueue(lock, this);

    private <T> T locked(Supplier<T> section) {
        lock.lock();
        try {
            return section.get();
        } finally {
            lock.unlock();
        }
    }

    private boolean wake(String item) {
        return locked(() -> queue.wake(item));
    }

    private @Nullable Object take(long deadline) {
        var waiter = locked(() -> queue.add(null));
        return waiter.await(deadline) ? waiter.item() : TIMED_OUT;
    }

    private GreenThread<@Nullable Object> taker() {
        var taker = Eventlet.<@Nullable Object>spawn(() -> take(Waits.NEVER));
        Until.waiting(taker);
        return taker;
    }

    private List<GreenThread<@Nullable Object>> takers(int n) {
        var takers = new ArrayList<GreenThread<@Nullable Object>>();
        for (int i = 0; i < n; i++) {
            takers.add(taker());
        }
        return takers;
    }

    @Test
    void wakesFirstWhoCameFirst() {
        var takers = takers(3);

        wake("a");
        wake("b");
        wake("c");

        assertThat(takers).extracting(GreenThread::await).containsExactly("a", "b", "c");
    }

    /// What is done before parking may park itself, and be woken in place of the waiter.
    private void wakeAndPark() {
        boolean ignored = wake("item");
        LockSupport.park();
    }

    @Test
    void isNotLostToWhatIsDoneBeforeParking() {
        var waiter = locked(() -> queue.add(null));

        assertThat(waiter.await(Waits.NEVER, this::wakeAndPark)).isTrue();
        assertThat(waiter.item()).isEqualTo("item");
    }

    @Test
    void choiceIsNotLostToWhatIsDoneBeforeParking() {
        var choice = new Choice(this);
        var waiter = locked(() -> queue.add(choice, null));

        assertThat(choice.await(Waits.NEVER, this::wakeAndPark)).isTrue();
        assertThat(choice.isOf(waiter)).isTrue();
    }

    @Test
    void saysWhenNobodyWaits() {
        assertThat(wake("for nobody")).isFalse();
        assertThat(locked(queue::isEmpty)).isTrue();
    }

    @Test
    void wakesAll() {
        var takers = takers(3);

        locked(() -> {
            queue.wakeAll("all");
            return true;
        });

        assertThat(takers).extracting(GreenThread::await).containsOnly("all");
        assertThat(locked(queue::size)).isZero();
    }

    @Test
    void aWaiterWhoseDeadlinePassesTakesNothing() {
        var late = Eventlet.<@Nullable Object>spawn(() -> take(Waits.deadlineAfter(1_000_000)));
        assertThat(late.await()).isEqualTo(TIMED_OUT);
        var patient = taker();

        wake("item");

        assertThat(patient.await()).isEqualTo("item");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_two_waiters_one_dies.
    @Test
    void aKilledWaiterTakesNothing() {
        var takers = takers(3);

        takers.get(1).kill();
        assertThatThrownBy(() -> takers.get(1).await()).hasCauseInstanceOf(GreenThreadKilled.class);
        wake("a");
        wake("b");

        assertThat(takers.get(0).await()).isEqualTo("a");
        assertThat(takers.get(2).await()).isEqualTo("b");
        assertThat(wake("c")).isFalse();
    }

    @Test
    void aWokenWaiterKeepsWhatItGotAlthoughItIsCancelledAtTheSameTime() {
        var taken = new ArrayList<@Nullable Object>();
        var taker =
                Eventlet.spawn(() -> {
                    taken.add(take(Waits.NEVER));
                    Eventlet.sleep(Duration.ofDays(1));
                });
        Until.waiting(taker);

        Eventlet.run(() -> {
            wake("kept");
            taker.kill();
        });

        assertThatThrownBy(taker::await).hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(taken).containsExactly("kept");
    }

    @Test
    void whoIsWokenBeforeItWaitsDoesNotWait() {
        var waiter = locked(() -> queue.add(null));
        wake("early");

        assertThat(waiter.await(Waits.NEVER)).isTrue();
        assertThat(waiter.item()).isEqualTo("early");
    }

    @Test
    void aPassedDeadlineDoesNotBeatAWakeUp() {
        var waiter = locked(() -> queue.add(null));
        wake("early");

        assertThat(waiter.await(System.nanoTime() - 1)).isTrue();
    }

    @Test
    void whoLeavesIsNotWoken() {
        var waiter = locked(() -> queue.add("brought"));
        assertThat(locked(queue::peek)).isEqualTo("brought");

        assertThat(waiter.leave()).isTrue();

        assertThat(waiter.leave()).isFalse();
        assertThat(wake("x")).isFalse();
    }

    @Test
    void whoWasWokenCannotLeave() {
        var waiter = locked(() -> queue.add(null));
        wake("x");

        assertThat(waiter.leave()).isFalse();
    }

    @Test
    void anActionRunsUnderTheLockInItsTurn() {
        var ran = new ArrayList<Boolean>();
        var ignored = locked(() -> queue.addAction(() -> ran.add(lock.isHeldByCurrentThread())));

        assertThat(wake("x")).isTrue();

        assertThat(ran).containsExactly(true);
    }

    @Test
    void waitersLeaveFromAnywhereInTheQueue() {
        var takers = takers(5);

        takers.get(0).kill();
        takers.get(4).kill();
        takers.get(2).kill();
        Until.holds(() -> locked(queue::size) == 2);
        wake("one");
        wake("three");

        assertThat(takers.get(1).await()).isEqualTo("one");
        assertThat(takers.get(3).await()).isEqualTo("three");
    }

    @Test
    void platformThreadsWaitAsWell() {
        var taker = taker();
        var waiter = locked(() -> queue.add(null));

        Eventlet.run(() -> {
            wake("green");
            wake("platform");
        });

        assertThat(waiter.await(Waits.NEVER)).isTrue();
        assertThat(waiter.item()).isEqualTo("platform");
        assertThat(taker.await()).isEqualTo("green");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_zero_length_queue_nonblocking_put.
    @Test
    void nothingIsLostAmongWaitersThatAreKilledAndWoken() {
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
            var takers = takers(4);
            var killer = Eventlet.spawn(() -> takers.get(0).kill());
            int woken = 0;
            for (var item : List.of("a", "b", "c")) {
                woken += wake(item) ? 1 : 0;
            }
            killer.await();
            while (wake("rest")) {
                woken++;
            }

            int received = 0;
            for (var taker : takers) {
                Until.holds(taker::isDead);
                received += taker.isCancelled() ? 0 : 1;
            }
            assertThat(received).isEqualTo(woken);
        }
    }
}
