// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/// Permits that threads take and give back.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenSemaphoreTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final List<Object> steps = new CopyOnWriteArrayList<>();

    /// From Eventlet's semaphore_test.py: test_semaphore_type_check.
    @Test
    void negativePermitsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new GreenSemaphore(-1));
    }

    /// From Eventlet's semaphore_test.py: TestSemaphore.test_non_blocking.
    @Test
    void tryAcquireNeverWaits() {
        var semaphore = new GreenSemaphore(1);

        assertThat(semaphore.tryAcquire()).isTrue();
        assertThat(semaphore.tryAcquire()).isFalse();
        semaphore.release();
        assertThat(semaphore.tryAcquire()).isTrue();
    }

    /// From Eventlet's semaphore_test.py: TestSemaphore.test_timeout.
    @Test
    void acquireWithALimitSaysWhetherItGotOne() {
        var semaphore = new GreenSemaphore(0);

        assertThat(semaphore.acquire(SHORT)).isFalse();
        assertThat(semaphore.acquire(Duration.ZERO)).isFalse();
        semaphore.release();
        assertThat(semaphore.acquire(Duration.ZERO)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> semaphore.acquire(SHORT.negated()));
        assertThat(semaphore.waiting()).isZero();
    }

    /// As in Eventlet: FIFO.
    @Test
    void permitsGoToThoseWhoWaitInTheOrderInWhichTheyCame() {
        var semaphore = new GreenSemaphore(0);
        for (int i = 0; i < 5; i++) {
            int number = i;
            Eventlet.spawn(() -> {
                semaphore.acquire();
                steps.add(number);
                semaphore.release();
            });
            Eventually.until(() -> semaphore.waiting() == number + 1);
        }

        semaphore.release();
        Eventually.until(() -> steps.size() == 5);

        assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    }

    /// As in Eventlet: no barging while others wait. From gevent's test__semaphore.py:
    /// TestSemaphoreFair.test_fair_or_hangs.
    @Test
    void permitThatIsGivenBackIsNotForThoseWhoComeBy() {
        var semaphore = new GreenSemaphore(0);
        var waiter = Eventlet.spawn(() -> semaphore.acquire());
        Eventually.until(() -> semaphore.waiting() == 1);

        semaphore.release();

        assertThat(semaphore.tryAcquire()).isFalse();
        assertThat(semaphore.acquire(SHORT)).isFalse();
        waiter.await();
    }

    /// As in Eventlet: release() never yields.
    @Test
    @Tag("hub-only")
    void releaseDoesNotSwitch() {
        var semaphore = new GreenSemaphore(0);

        Eventlet.run(() -> {
            var waiter =
                    Eventlet.spawn(() -> {
                        semaphore.acquire();
                        steps.add("acquired");
                    });
            Eventlet.sleep();
            semaphore.release();
            steps.add("released");
            waiter.await();
        });

        assertThat(steps).containsExactly("released", "acquired");
    }

    /// As in Eventlet: if the woken waiter is killed the token is not lost.
    @Test
    void permitOfAKilledWaiterGoesToTheNext() {
        var semaphore = new GreenSemaphore(0);
        var first = Eventlet.spawn(() -> semaphore.acquire());
        Eventually.until(() -> semaphore.waiting() == 1);
        var second = Eventlet.spawn(() -> semaphore.acquire());
        Eventually.until(() -> semaphore.waiting() == 2);

        first.kill();
        Eventually.until(first::isDead);
        semaphore.release();
        second.await();

        assertThat(semaphore.available()).isZero();
        assertThat(semaphore.waiting()).isZero();
    }

    @Test
    void permitThatWasHandedOverBeforeTheKillStaysWithItsThread() {
        var semaphore = new GreenSemaphore(0);
        var thread =
                Eventlet.spawn(() -> {
                    semaphore.acquire();
                    steps.add("acquired");
                    semaphore.release();
                    Eventlet.yield();
                    return "not killed";
                });
        Eventually.until(() -> semaphore.waiting() == 1);

        Eventlet.run(() -> {
            semaphore.release();
            thread.kill();
        });
        Eventually.until(thread::isDead);

        assertThat(steps).containsExactly("acquired");
        assertThat(semaphore.available()).isEqualTo(1);
    }

    /// From Eventlet's semaphore_test.py: test_semaphore_contention, as exact counts.
    @Test
    @Tag("hub-only")
    void workersThatContendTakeTurns() {
        var semaphore = new GreenSemaphore(1);
        int[] counts = new int[2];

        Eventlet.run(() -> {
            var workers =
                    List.of(
                            Eventlet.spawn(() -> count(semaphore, counts, 0)),
                            Eventlet.spawn(() -> count(semaphore, counts, 1)));
            while (counts[0] + counts[1] < 1000) {
                Eventlet.yield();
            }
            workers.forEach(GreenThread::kill);
        });

        assertThat(counts[0] - counts[1]).isBetween(-1, 1);
    }

    private static void count(GreenSemaphore semaphore, int[] counts, int worker) {
        while (true) {
            semaphore.acquire();
            try {
                counts[worker]++;
                Eventlet.yield();
            } finally {
                semaphore.release();
            }
        }
    }

    @Test
    void permitsPassBetweenHubsAndPlatformThreads() throws Exception {
        var semaphore = new GreenSemaphore(0);
        try (var hub = Hub.start()) {
            var waiter = Eventlet.spawnOn(hub, () -> semaphore.acquire());
            var platform = Thread.ofPlatform().start(semaphore::acquire);
            Eventually.until(() -> semaphore.waiting() == 2);

            Eventlet.spawn(() -> {
                semaphore.release();
                semaphore.release();
            });

            platform.join();
            assertThat(waiter.await()).isNull();
        }
        assertThat(semaphore).hasToString("semaphore with 0 permits and 0 waiting");
    }

    /// As Eventlet's BoundedSemaphore.
    @Test
    void releaseAboveTheBoundFailsAndChangesNothing() {
        var semaphore = GreenSemaphore.bounded(2);
        semaphore.acquire();
        semaphore.release();

        assertThatIllegalStateException()
                .isThrownBy(semaphore::release)
                .withMessage("released too often: there would be 3 permits, and the bound is 2");
        assertThat(semaphore.available()).isEqualTo(2);
    }

    @Test
    void boundedSemaphoreHandsPermitsOn() {
        var semaphore = GreenSemaphore.bounded(1);
        semaphore.acquire();
        var waiter = Eventlet.spawn(() -> semaphore.acquire());
        Eventually.until(() -> semaphore.waiting() == 1);

        semaphore.release();
        waiter.await();

        assertThat(semaphore.available()).isZero();
        assertThat(semaphore.tryAcquire()).isFalse();
    }

    @Test
    void permitsDoNotOverflow() {
        var semaphore = new GreenSemaphore(Integer.MAX_VALUE);

        assertThatIllegalStateException().isThrownBy(semaphore::release);
        assertThat(semaphore.tryAcquire()).isTrue();
    }

    @Test
    void emptyBoundRefusesEveryReleaseEvenIfSomebodyWaits() {
        var semaphore = GreenSemaphore.bounded(0);
        var waiter = Eventlet.spawn(() -> semaphore.acquire());
        Eventually.until(() -> semaphore.waiting() == 1);

        assertThatIllegalStateException().isThrownBy(semaphore::release);
        assertThat(semaphore.waiting()).isEqualTo(1);

        waiter.kill();
    }

    @Test
    void permitGivenBackAfterTheLastWaiterHasGivenUpIsThere() {
        var semaphore = new GreenSemaphore(0);
        assertThat(semaphore.acquire(SHORT)).isFalse();

        semaphore.release();
        semaphore.release();

        assertThat(semaphore.available()).isEqualTo(2);
    }

    @Test
    void watcherIsToldOfAPermitThatNobodyWaitsFor() {
        var semaphore = new GreenSemaphore(1);
        assertThat(semaphore.whenReady(() -> steps.add("early"))).isNull();
        semaphore.acquire();
        assertThat(semaphore.whenReady(() -> steps.add("told"))).isNotNull();

        semaphore.release();
        semaphore.release();

        assertThat(steps).containsExactly("told");
        assertThat(semaphore.available()).isEqualTo(2);
    }

    @Test
    void permitsAreNeitherLostNorMadeByThreadsThatRace() throws Exception {
        var semaphore = GreenSemaphore.bounded(2);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        Task work =
                () -> {
                    for (int i = 0; i < 5_000; i++) {
                        semaphore.acquire();
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        semaphore.release();
                    }
                };
        try (var hub = Hub.start()) {
            var here = Eventlet.spawn(work);
            var there = Eventlet.spawnOn(hub, work);
            var platform = new FutureTask<>(Body.callable(work));
            Thread.ofPlatform().start(platform);

            here.await();
            there.await();
            platform.get();
        }

        assertThat(most.get()).isBetween(1, 2);
        assertThat(semaphore).hasToString("semaphore with 2 permits and 0 waiting");
    }

    @Test
    void selectsGetPermitsForWhichOthersRace() throws Exception {
        var first = GreenSemaphore.bounded(1);
        var second = GreenSemaphore.bounded(1);
        var platform =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < 5_000; i++) {
                                first.acquire();
                                first.release();
                                second.acquire();
                                second.release();
                            }
                        });

        for (int i = 0; i < 5_000; i++) {
            var taken =
                    Select.<GreenSemaphore>first(
                            first.onAcquire(() -> first), second.onAcquire(() -> second));
            taken.release();
        }

        platform.join();
        assertThat(first.available() + second.available()).isEqualTo(2);
    }
}
