// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.hub.Hub;
import io.eventlet.testing.Sequencer;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Locks and barriers of the JDK between green threads: why there are none of ours. That kills and
/// timeouts end their waits is shown by [JdkWaitsTest].
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class JdkLocksTest {
    private final List<Object> steps = new CopyOnWriteArrayList<>();
    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static void awaitState(GreenThread<?> thread, Thread.State state) {
        Eventually.until(() -> thread.thread().getState() == state);
    }

    @Test
    void fairLockIsTakenInTheOrderInWhichItsWaitersCame() {
        var lock = new ReentrantLock(true);
        var threads = new ArrayList<GreenThread<?>>();
        lock.lock();
        try {
            for (int i = 0; i < 5; i++) {
                threads.add(spawnLocking(lock, i));
                int waiting = i + 1;
                Eventually.until(() -> lock.getQueueLength() == waiting);
            }
        } finally {
            lock.unlock();
        }
        threads.forEach(GreenThread::await);

        assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    }

    private GreenThread<?> spawnLocking(ReentrantLock lock, int number) {
        return Eventlet.spawn(() -> {
            lock.lockInterruptibly();
            try {
                steps.add(number);
            } finally {
                lock.unlock();
            }
        });
    }

    @Test
    void lockPassesBetweenHubsAndPlatformThreads() throws InterruptedException {
        var lock = new ReentrantLock();
        int[] count = {0};
        Task counting =
                () -> {
                    for (int i = 0; i < 1000; i++) {
                        lock.lock();
                        try {
                            count[0]++;
                        } finally {
                            lock.unlock();
                        }
                    }
                };
        try (var hub = Hub.start()) {
            var here = Eventlet.spawn(counting);
            var there = Eventlet.spawnOn(hub, counting);
            var platform = Thread.ofPlatform().start(() -> Eventlet.run(counting));

            here.await();
            there.await();
            platform.join();
        }

        assertThat(count[0]).isEqualTo(3000);
    }

    @Test
    void holderOfALockThatWaitsLeavesItsHubToOthers() {
        var lock = new ReentrantLock();
        var holder =
                Eventlet.spawn(() -> {
                    lock.lock();
                    try {
                        gate.acquire();
                    } finally {
                        lock.unlock();
                    }
                });
        Eventually.until(() -> gate.waiting() == 1);

        assertThat(Eventlet.spawn(() -> "runs").await()).isEqualTo("runs");
        gate.release();
        holder.await();
    }

    @Test
    void holderOfAMonitorThatWaitsLeavesItsHubToOthers() {
        var monitor = new Object();
        var holder =
                Eventlet.spawn(() -> {
                    synchronized (monitor) {
                        gate.acquire();
                    }
                });
        Eventually.until(() -> gate.waiting() == 1);
        var contender =
                Eventlet.spawn(() -> {
                    synchronized (monitor) {
                        return "entered";
                    }
                });
        awaitState(contender, Thread.State.BLOCKED);

        assertThat(Eventlet.spawn(() -> "runs").await()).isEqualTo("runs");
        gate.release();
        holder.await();
        assertThat(contender.await()).isEqualTo("entered");
    }

    /// Waits of the JDK that no interrupt ends; each is over when the lock is free, or the phase.
    static Stream<Named<DeafWait>> deafWaits() {
        var lock = new ReentrantLock();
        var phaser = new Phaser(2);
        return Stream.of(
                Named.of("Lock.lock", new DeafWait(lock::lock, lock::unlock, lock::lock)),
                Named.of(
                        "Phaser.arriveAndAwaitAdvance",
                        new DeafWait(() -> {}, phaser::arrive, phaser::arriveAndAwaitAdvance)));
    }

    /// @param before what makes others wait
    /// @param end what ends their waiting
    record DeafWait(Runnable before, Runnable end, Runnable waiting) {}

    /// The limit that is documented.
    @ParameterizedTest
    @MethodSource("deafWaits")
    void killDoesNotEndAWaitThatIsDeafButTheNextOne(DeafWait deaf) {
        deaf.before.run();
        var thread =
                Eventlet.spawn(() -> {
                    deaf.waiting.run();
                    steps.add("waited");
                    gate.acquire();
                });
        awaitState(thread, Thread.State.WAITING);

        thread.kill();
        assertThat(thread.isDead()).isFalse();
        deaf.end.run();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(steps).containsExactly("waited");
    }

    /// The limit that is documented, for monitors.
    @Test
    void killDoesNotEndTheWaitForAMonitorButTheNextOne() {
        var monitor = new Object();
        var sequence = Sequencer.of(4);
        var holder =
                Eventlet.spawn(() -> {
                    synchronized (monitor) {
                        sequence.step(0);
                        sequence.step(3);
                    }
                });
        sequence.step(1);
        var thread =
                Eventlet.spawn(() -> {
                    synchronized (monitor) {
                        steps.add("entered");
                    }
                    gate.acquire();
                });
        awaitState(thread, Thread.State.BLOCKED);

        sequence.step(
                2,
                () -> {
                    thread.kill();
                    assertThat(thread.isDead()).isFalse();
                });
        holder.await();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(steps).containsExactly("entered");
    }

    /// What the JDK promises, and a barrier is for: all or none.
    @Test
    void killOfOneAtABarrierBreaksItForTheOthers() {
        var barrier = new CyclicBarrier(3);
        var other = Eventlet.spawn(() -> catchThrowable(barrier::await));
        var killed = Eventlet.spawn(() -> barrier.await());
        Eventually.until(() -> barrier.getNumberWaiting() == 2);

        killed.kill();

        assertThat(other.await()).isInstanceOf(BrokenBarrierException.class);
        Eventually.until(killed::isDead);
        assertThat(killed.isCancelled()).isTrue();
    }

    /// As Eventlet's coros.metaphore, whose wait() is for a count of zero.
    @Test
    void latchLetsAllGoOnAtZero() {
        var latch = new CountDownLatch(2);
        var waiters = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 3; i++) {
            waiters.add(
                    Eventlet.spawn(() -> {
                        latch.await();
                        steps.add("on");
                    }));
        }
        waiters.forEach(waiter -> awaitState(waiter, Thread.State.WAITING));

        latch.countDown();
        latch.countDown();
        waiters.forEach(GreenThread::await);

        assertThat(steps).hasSize(3);
    }
}
