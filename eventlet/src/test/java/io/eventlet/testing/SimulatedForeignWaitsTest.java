// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Waits of the JDK in a simulation: locks, timed waits, and kills of who is in them.
@Tag("hub-only")
@Timeout(60)
class SimulatedForeignWaitsTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> steps = new ArrayList<>();

    @Test
    void aTimedWaitInsideTheJdkCountsAsATimer() {
        Simulation.inOrder()
                .run(() -> {
                    var waiter = Eventlet.spawn(() -> LockSupport.parkNanos(HOUR.toNanos()));
                    Eventlet.yield();
                    steps.add(Hub.current().statistics().timers());
                    LockSupport.unpark(waiter.thread());
                    waiter.await();
                    steps.add(Hub.current().statistics().timers());
                });

        assertThat(steps).containsExactly(1L, 0L);
    }

    /// Whoever watches a thread that cannot be interrupted sets no timer: the time has nothing to
    /// go on to.
    @Test
    void aKillInAWaitThatTakesNoNoticeSetsNoTimer() {
        var permits = new Semaphore(0);

        Simulation.inOrder()
                .run(() -> {
                    var killed = Eventlet.spawn(() -> permits.acquireUninterruptibly());
                    Eventlet.yield();
                    killed.kill();
                    for (int i = 0; i < 100; i++) {
                        Eventlet.yield();
                    }
                    steps.add(Hub.current().statistics().timers());
                    permits.release();
                    killed.join();
                });

        assertThat(steps).containsExactly(0L);
    }

    @Test
    void whoWaitsForEverFailsThoughSomebodyWasKilledInALock() {
        var lock = new ReentrantLock();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        Simulation.inOrder()
                                .run(() -> {
                                    var holder = Eventlet.spawn(() -> holdForEver(lock));
                                    Eventlet.yield();
                                    var killed = Eventlet.spawn(lock::lock);
                                    Eventlet.yield();
                                    killed.kill();
                                    holder.join();
                                }))
                .withMessageContaining("nothing is left that could end that");
    }

    private static void holdForEver(ReentrantLock lock) {
        lock.lock();
        try {
            GreenQueue.<String>unbounded().get();
        } finally {
            lock.unlock();
        }
    }

    /// Before the time moves, whatever the order and however long the run has taken.
    @Test
    void aKillThatComesInAWaitWithoutNoticeEndsTheNextWaitOfTheJdk() {
        for (int seed = 0; seed < 20; seed++) {
            Simulation.withSeed(seed)
                    .run(() -> {
                        var permits = new Semaphore(0);
                        var latch = new CountDownLatch(1);
                        var killed =
                                Eventlet.spawn(() -> {
                                    permits.acquireUninterruptibly();
                                    latch.await();
                                });
                        Eventlet.sleep(HOUR);
                        killed.kill();
                        Eventlet.sleep(HOUR);
                        permits.release();
                        Eventlet.sleep(HOUR);
                        latch.countDown();
                        killed.join();
                        steps.add(killed.isCancelled());
                    });
        }

        assertThat(steps).hasSize(20).containsOnly(true);
    }

    @Test
    void aKillInAWaitOfTheJdkIsMetThoughSomebodyKeepsYielding() {
        Simulation.inOrder()
                .run(() -> {
                    var permits = new Semaphore(0);
                    var killed =
                            Eventlet.spawn(() -> {
                                permits.acquireUninterruptibly();
                                new CountDownLatch(1).await();
                            });
                    Eventlet.yield();
                    killed.kill();
                    permits.release();
                    while (!killed.isDead()) {
                        Eventlet.yield();
                    }
                    steps.add(killed.isCancelled());
                });

        assertThat(steps).containsExactly(true);
    }

    @Test
    void timeStandsStillWhileAnotherThreadHasALockForAMoment() throws InterruptedException {
        var simulation = Simulation.inOrder();
        var monitor = new Object();
        var held = new CountDownLatch(1);

        simulation.run(() -> {
            var waiter = Thread.currentThread();
            var other =
                    Thread.ofPlatform()
                            .start(() -> {
                                synchronized (monitor) {
                                    held.countDown();
                                    Until.holds(() -> waiter.getState() == Thread.State.BLOCKED);
                                }
                            });
            held.await();
            var ignored = Eventlet.spawnAfter(HOUR, () -> {});
            synchronized (monitor) {
                steps.add(simulation.clock().elapsed());
            }
            other.join();
        });

        assertThat(steps).containsExactly(Duration.ZERO);
    }

    @Test
    void timeGoesOnWhenAGreenThreadKeepsALockForLong() {
        var monitor = new Object();

        Simulation.inOrder()
                .run(() -> {
                    var owner =
                            Eventlet.spawn(() -> {
                                synchronized (monitor) {
                                    Eventlet.sleep(HOUR);
                                    Eventlet.sleep(HOUR);
                                }
                            });
                    Eventlet.yield();
                    synchronized (monitor) {
                        steps.add("got it");
                    }
                    owner.await();
                });

        assertThat(steps).containsExactly("got it");
    }
}
