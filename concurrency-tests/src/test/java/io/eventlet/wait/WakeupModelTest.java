// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.Event;
import io.eventlet.GreenSemaphore;
import io.eventlet.queue.GreenQueue;

import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Two threads of which one waits, without a limit, until the other wakes it. They switch where
/// Lincheck says, at an access to what they share; one that sleeps for ever is a failure.
@Tag("interleavings")
@Timeout(300)
class WakeupModelTest {
    private static final int RUNS = 1_000;

    /// Lincheck takes a thing for the own one of who made it until it sees it in a field: what a
    /// lambda holds it does not see, and lets nobody switch there.
    @SuppressWarnings("UnusedVariable")
    private static volatile @Nullable Object seen;

    private static void together(Object shared, Runnable one, Runnable other) {
        seen = shared;
        var first = new Thread(one);
        var second = new Thread(other);
        first.start();
        second.start();
        try {
            first.join();
            second.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What is guarded by a lock: two queues, and whether something was given.
    private static final class Guarded {
        private final ReentrantLock lock = new ReentrantLock();
        private final WaitQueue one = new WaitQueue(lock, lock);
        private final WaitQueue other = new WaitQueue(lock, lock);
        private boolean given;

        void await() {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                if (given) {
                    return;
                }
                waiter = other.add(null);
            } finally {
                lock.unlock();
            }
            boolean ignored = waiter.await(Waits.NEVER);
        }

        void choose() {
            var choice = new Choice(lock);
            lock.lock();
            try {
                if (given) {
                    return;
                }
                var ignored = List.of(one.add(choice, null), other.add(choice, null));
            } finally {
                lock.unlock();
            }
            boolean ignored = choice.await(Waits.NEVER);
        }

        void give() {
            lock.lock();
            try {
                given = true;
                boolean ignored = other.wake(null);
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void whoWaitsIsWoken() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var guarded = new Guarded();
                    together(guarded, guarded::await, guarded::give);
                });
    }

    @Test
    void whoStandsInTwoQueuesIsWoken() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var guarded = new Guarded();
                    together(guarded, guarded::choose, guarded::give);
                });
    }

    @Test
    void whoWaitsForAPermitGetsTheOneThatIsReleased() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var semaphore = new GreenSemaphore(0);
                    together(semaphore, semaphore::acquire, semaphore::release);
                });
    }

    @Test
    void eachBorrowsTheOnePermit() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var semaphore = GreenSemaphore.bounded(1);
                    Runnable borrowing =
                            () -> {
                                semaphore.acquire();
                                semaphore.release();
                            };
                    together(semaphore, borrowing, borrowing);
                });
    }

    @Test
    void whoWaitsForAnEventGetsIt() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var event = new Event<String>();
                    together(event, event::await, () -> event.send("news"));
                });
    }

    @Test
    void whoPutsIsLetInWhenThereIsRoom() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var queue = GreenQueue.<Integer>bounded(1);
                    together(
                            queue,
                            () -> {
                                queue.put(1);
                                queue.put(2);
                            },
                            queue::get);
                });
    }
}
