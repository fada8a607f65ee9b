// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.limit.KeyedLimit;
import io.eventlet.limit.RateLimiter;
import io.eventlet.resource.PoolClosed;
import io.eventlet.resource.ResourcePool;
import io.eventlet.resource.TokenPool;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Events, permits and what is lent, between threads of all kinds.
class MixedUseTest extends MixedUse {
    @ParameterizedTest
    @MethodSource("pairs")
    void eventWakesItsWaiter(On waiter, On sender) throws Exception {
        var event = new Event<String>();
        var waiting = start(waiter, event::await);
        Eventually.until(() -> event.waiting() == 1);

        run(sender, () -> event.send("news"));

        assertThat(waiting.get()).isEqualTo("news");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void permitWakesItsWaiter(On waiter, On giver) throws Exception {
        var semaphore = GreenSemaphore.bounded(1);
        semaphore.acquire();
        var waiting = start(waiter, Body.callable(semaphore::acquire));
        Eventually.until(() -> semaphore.waiting() == 1);

        run(giver, semaphore::release);

        assertThat(waiting.get()).isNull();
        assertThat(semaphore.available()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void acquireLetsARelease(On releaser, On acquirer) throws Exception {
        var semaphore = new CappedSemaphore(1, 1);
        var waiting = start(releaser, Body.callable(semaphore::release));
        Eventually.until(() -> semaphore.releasing() == 1);

        run(acquirer, semaphore::acquire);

        assertThat(waiting.get()).isNull();
        assertThat(semaphore.available()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void itemThatIsGivenBackWakesItsWaiter(On waiter, On giver) throws Exception {
        var tokens = new TokenPool(1);
        var lease = tokens.item();
        var token = lease.get();
        var waiting = start(waiter, tokens::item);
        Eventually.until(() -> tokens.waiting() == 1);

        run(giver, lease::close);

        assertThat(waiting.get().get()).isSameAs(token);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void closedPoolTellsItsWaiter(On waiter, On closer) throws Exception {
        var tokens = new TokenPool(0);
        var waiting = start(waiter, tokens::item);
        Eventually.until(() -> tokens.waiting() == 1);

        run(closer, tokens::close);

        Eventually.until(waiting::isDone);
        assertThat(waiting.exceptionNow()).isInstanceOf(PoolClosed.class);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void roomForAnotherItemWakesItsWaiter(On waiter, On giver) throws Exception {
        var made = new AtomicInteger();
        try (var pool =
                ResourcePool.<Integer, RuntimeException>builder(made::incrementAndGet)
                        .max(1)
                        .open()) {
            var lease = pool.item();
            var waiting =
                    start(
                            waiter,
                            () -> {
                                try (var next = pool.item()) {
                                    return next.get();
                                }
                            });
            Eventually.until(() -> pool.waiting() == 1);

            run(giver, lease::discard);

            assertThat(waiting.get()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void permitOfAKeyWakesItsWaiter(On waiter, On giver) throws Exception {
        var limit = new KeyedLimit<String>(1);
        var permit = limit.enter("a");
        var waiting = start(waiter, () -> limit.enter("a"));
        Eventually.until(() -> limit.waiting("a") == 1);

        run(giver, permit::close);

        assertThat(limit.inUse("a")).isEqualTo(1);
        run(giver, waiting.get()::close);
        assertThat(limit.keys()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void limiterServesBoth(On one, On two) throws Exception {
        var limiter = RateLimiter.of(1, Duration.ofMillis(1));
        Task takes =
                () -> {
                    for (int i = 0; i < 3; i++) {
                        limiter.acquire();
                    }
                };

        var first = start(one, Body.callable(takes));
        var second = start(two, Body.callable(takes));

        assertThat(first.get()).isNull();
        assertThat(second.get()).isNull();
        assertThat(limiter.waiting()).isZero();
    }

    /// The one in front has left; the other one takes its place.
    @ParameterizedTest
    @MethodSource("pairs")
    void limiterServesWhoStandsBehindOneThatIsKilled(On first, On second) throws Exception {
        var limiter = RateLimiter.of(1, Duration.ofHours(1));
        limiter.acquire();
        var inFront = start(first, Body.callable(limiter::acquire));
        Eventually.until(() -> limiter.waiting() == 1);
        var behind = start(second, Body.callable(limiter::acquire));
        Eventually.until(() -> limiter.waiting() == 2);

        inFront.waiting().kill();

        Eventually.until(inFront::isDone);
        assertThat(limiter.waiting()).isEqualTo(1);
        behind.waiting().kill();
        Eventually.until(behind::isDone);
        assertThat(limiter.waiting()).isZero();
    }
}
