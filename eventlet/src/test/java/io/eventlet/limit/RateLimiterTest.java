// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Chaos;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// So many permits per period.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class RateLimiterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Object> steps = new CopyOnWriteArrayList<>();
    private final Simulation simulation = Simulation.inOrder();

    private void noteTime() {
        steps.add(simulation.clock().elapsed());
    }

    @Test
    @Tag("hub-only")
    void permitsAreEvenlySpaced() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(4, SECOND);
            for (int i = 0; i < 4; i++) {
                limiter.acquire();
                noteTime();
            }
        });

        assertThat(steps)
                .containsExactly(
                        Duration.ZERO,
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofMillis(750));
    }

    @Test
    @Tag("hub-only")
    void spacingDoesNotDrift() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(3, SECOND); // which no number of nanoseconds is
            for (int i = 0; i <= 3000; i++) {
                limiter.acquire();
            }
            noteTime();
        });

        assertThat(steps).containsExactly(Duration.ofSeconds(1000));
    }

    /// Has the clock of the simulation move on when a permit is due, before who waits for it runs.
    private void beLate(int times, Duration interval, Duration late) {
        Eventlet.spawn(() -> {
            for (int i = 1; i <= times; i++) {
                Eventlet.sleep(interval.multipliedBy(i).minus(simulation.clock().elapsed()));
                simulation.clock().advance(late);
            }
        });
        Eventlet.yield(); // its sleeps begin before the waits
    }

    @Test
    @Tag("hub-only")
    void latenessDoesNotAddUp() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1000, SECOND);
            limiter.acquire();
            beLate(100, Duration.ofMillis(1), Duration.ofNanos(100_000));
            for (int i = 1; i <= 100; i++) {
                limiter.acquire();
            }
            noteTime();
            limiter.acquire(); // nobody is late any more
            noteTime();
        });

        assertThat(steps).containsExactly(Duration.ofNanos(100_100_000), Duration.ofMillis(101));
    }

    @Test
    @Tag("hub-only")
    void latenessOfMoreThanAPermitIsNotMadeUpFor() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND);
            limiter.acquire();
            beLate(1, SECOND, Duration.ofSeconds(10));
            limiter.acquire();
            noteTime();
            limiter.acquire();
            noteTime();
        });

        assertThat(steps).containsExactly(Duration.ofSeconds(11), Duration.ofSeconds(12));
    }

    @Test
    @Tag("hub-only")
    void permitThatNobodyWaitedForIsTakenAsOfNow() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND);
            limiter.acquire();
            Eventlet.sleep(Duration.ofMillis(1900));
            limiter.acquire();
            limiter.acquire();
            noteTime();
        });

        assertThat(steps).containsExactly(Duration.ofMillis(2900));
    }

    @Test
    @Tag("hub-only")
    void whatWasNotTakenIsKeptUpToTheBurst() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND, 3);
            Eventlet.sleep(Duration.ofHours(1));
            for (int i = 0; i < 5; i++) {
                limiter.acquire();
                noteTime();
            }
        });

        var hour = Duration.ofHours(1);
        assertThat(steps)
                .containsExactly(hour, hour, hour, hour.plusSeconds(1), hour.plusSeconds(2));
    }

    @Test
    @Tag("hub-only")
    void threadsAreServedInTheOrderInWhichTheyCame() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND);
            var threads =
                    List.of(0, 1, 2, 3).stream()
                            .map(number ->
                                    Eventlet.spawn(() -> {
                                        limiter.acquire();
                                        steps.add(number);
                                    }))
                            .toList();
            threads.forEach(GreenThread::await);
            noteTime();
        });

        assertThat(steps).containsExactly(0, 1, 2, 3, Duration.ofSeconds(3));
    }

    @Test
    void tryAcquireNeverWaits() {
        var limiter = RateLimiter.of(1, Duration.ofDays(1), 2);

        assertThat(limiter.tryAcquire()).isTrue();
        assertThat(limiter.tryAcquire()).isTrue();
        assertThat(limiter.tryAcquire()).isFalse();
        assertThat(limiter.acquire(Duration.ZERO)).isFalse();
    }

    @Test
    @Tag("hub-only")
    void acquireWithALimitIsRefusedAtOnceIfTheWaitWouldBeLonger() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND);
            limiter.acquire();
            var waiting = Eventlet.spawn(() -> limiter.acquire());
            Eventlet.yield();

            steps.add(limiter.delay());
            steps.add(limiter.acquire(Duration.ofMillis(1999)));
            noteTime();
            steps.add(limiter.acquire(Duration.ofSeconds(2)));
            noteTime();
            waiting.await();
        });

        assertThat(steps)
                .containsExactly(
                        Duration.ofSeconds(2), false, Duration.ZERO, true, Duration.ofSeconds(2));
    }

    @Test
    @Tag("hub-only")
    void thoseBehindAThreadThatIsKilledMoveUp() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND);
            limiter.acquire();
            var first = Eventlet.spawn(() -> limiter.acquire());
            var second = Eventlet.spawn(() -> limiter.acquire());
            var third = Eventlet.spawn(() -> limiter.acquire());
            Eventlet.yield();

            first.kill();
            second.kill();
            third.await();
            noteTime();
            steps.add(limiter.waiting());
        });

        assertThat(steps).containsExactly(SECOND, 0);
    }

    @Test
    @Tag("hub-only")
    void timeoutTakesNothing() {
        simulation.run(() -> {
            var limiter = RateLimiter.of(1, SECOND);
            limiter.acquire();
            steps.add(io.eventlet.Timeout.silent(Duration.ofMillis(500), () -> limiter.acquire()));
            limiter.acquire();
            noteTime();
        });

        assertThat(steps).containsExactly(false, SECOND);
    }

    @Test
    void killsAtAnyMomentLeaveTheLimiterUsable() {
        var limiter = RateLimiter.of(50_000, SECOND);
        var left = new AtomicInteger(2000);
        try (var chaos = new Chaos(11)) {
            chaos.begin(
                    12,
                    random -> {
                        limiter.acquire();
                        return left.getAndDecrement() > 0;
                    });
            chaos.killUntilDone();
        }

        limiter.acquire();

        assertThat(limiter.waiting()).isZero();
    }

    @Test
    void everyKindOfThreadMayWait() throws Exception {
        var limiter = RateLimiter.of(1000, SECOND);
        limiter.acquire();
        Runnable wait =
                () -> {
                    limiter.acquire();
                    steps.add("served");
                };

        var threads = List.of(Thread.ofPlatform().start(wait), Thread.ofVirtual().start(wait));
        Eventlet.spawn(wait::run).await();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(steps).hasSize(3);
    }

    @Test
    void badRatesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.of(0, SECOND))
                .withMessage("permits must be 1 or more: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.of(1, Duration.ZERO))
                .withMessage("the period of a rate must be positive: 0 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.of(1, SECOND, 0))
                .withMessage("a burst must be 1 or more: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.of(1, Duration.ofDays(365_000)))
                .withMessageStartingWith(
                        "a rate must not take more than 73 years for a burst: 1 per");
        assertThat(RateLimiter.of(3, SECOND))
                .hasToString("limiter of 3 per 1 s in bursts of 1, 0 waiting");
    }
}
