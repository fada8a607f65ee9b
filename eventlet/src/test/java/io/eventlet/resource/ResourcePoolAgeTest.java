// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThreadKilled;
import io.eventlet.LimitExpired;
import io.eventlet.ReportedErrors;
import io.eventlet.TaskFailed;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.MemoryNetwork;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Items that are not good for ever: checked, too old, destroyed.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ResourcePoolAgeTest {
    private static final Duration SHORT = Duration.ofMillis(2);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final AtomicInteger made = new AtomicInteger();
    private final List<Integer> destroyed = new CopyOnWriteArrayList<>();
    private final GreenSemaphore gate = new GreenSemaphore(0);

    private ResourcePool.Builder<Integer, RuntimeException> numbers() {
        return ResourcePool.<Integer, RuntimeException>builder(made::incrementAndGet)
                .destroy(destroyed::add);
    }

    private static int use(ResourcePool<Integer, RuntimeException> pool) {
        try (var lease = pool.item()) {
            return lease.get();
        }
    }

    // ---- checks

    @Test
    void itemThatIsGoodIsLentAgain() {
        var pool = numbers().check(_ -> true).open();

        assertThat(List.of(use(pool), use(pool))).containsExactly(1, 1);
        assertThat(destroyed).isEmpty();
    }

    @Test
    void itemThatIsBadIsDestroyedAndReplaced() {
        var pool = numbers().max(1).check(number -> number > 1).open();

        assertThat(List.of(use(pool), use(pool), use(pool))).containsExactly(1, 2, 2);
        assertThat(destroyed).containsExactly(1);
        assertThat(pool.size()).isEqualTo(1);
    }

    @Test
    void itemWhoseCheckThrowsIsBad() {
        var pool =
                numbers()
                        .check(_ -> {
                            throw new IOException("the connection was reset");
                        })
                        .open();

        assertThat(List.of(use(pool), use(pool))).containsExactly(1, 2);
        assertThat(destroyed).containsExactly(1);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void itemWhoseCheckTakesTooLongIsBad() {
        var pool =
                numbers()
                        .check(_ ->
                                Timeout.<Boolean, RuntimeException>call(
                                        SHORT,
                                        () -> {
                                            gate.acquire();
                                            return true;
                                        }))
                        .open();

        assertThat(List.of(use(pool), use(pool))).containsExactly(1, 2);
    }

    @Test
    void timeoutAroundTheLendingEndsTheCheckAndIsThrown() {
        var pool =
                numbers()
                        .check(_ -> {
                            gate.acquire();
                            return true;
                        })
                        .open();
        use(pool);

        var timeout = Timeout.after(SHORT);
        try (timeout) {
            assertThat(catchThrowable(pool::item))
                    .isInstanceOfSatisfying(
                            TimeoutExpired.class, e -> assertThat(e.timeout()).isSameAs(timeout));
        }

        assertThat(destroyed).containsExactly(1); // nobody knows how far the check has come
        assertThat(pool.free()).isEqualTo(4);
    }

    @Test
    void killThatEndsACheckInTheJdkIsNotTakenForABadItem() {
        var latch = new CountDownLatch(1);
        var checking = new CountDownLatch(1);
        var pool =
                numbers()
                        .check(_ -> {
                            checking.countDown();
                            latch.await();
                            return true;
                        })
                        .open();
        use(pool);
        var user = Eventlet.spawn(() -> use(pool));
        Eventually.until(() -> checking.getCount() == 0);

        user.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(user::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(made).hasValue(1);
        assertThat(pool.size()).isZero();
    }

    @Test
    void errorOfACheckIsThrown() {
        var error = new AssertionError("a bug");
        var pool =
                numbers()
                        .check(_ -> {
                            throw error;
                        })
                        .open();
        use(pool);

        assertThat(catchThrowable(pool::item)).isSameAs(error);
        assertThat(pool.size()).isZero();
    }

    // ---- destroying

    @Test
    void failureToDestroyIsReportedAndThePlaceIsFree() {
        var error = new IOException("already closed");
        var pool =
                numbers()
                        .max(1)
                        .destroy(_ -> {
                            throw error;
                        })
                        .open();

        pool.item().discard();

        assertThat(reported.list()).containsExactly(error);
        assertThat(use(pool)).isEqualTo(2);
    }

    @Test
    void itemCountsUntilItHasBeenDestroyed() {
        var pool = numbers().max(1).destroy(_ -> gate.acquire()).open();
        var first = pool.item();
        var breaker = Eventlet.spawn(first::discard);
        Eventually.until(() -> gate.waiting() == 1);

        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> pool.item(SHORT));
        assertThat(made).hasValue(1);
        gate.release();
        breaker.await();

        assertThat(use(pool)).isEqualTo(2);
    }

    @Test
    void poolCanBeUsedWhileAnItemIsMadeAndAnotherDestroyed() {
        var pool =
                ResourcePool.<Integer, RuntimeException>builder(
                                () -> {
                                    if (made.incrementAndGet() == 3) {
                                        gate.acquire();
                                    }
                                    return made.get();
                                })
                        .max(3)
                        .destroy(_ -> gate.acquire())
                        .open();
        var one = pool.item();
        var two = pool.item();
        var maker = Eventlet.spawn(() -> use(pool));
        var breaker = Eventlet.spawn(one::discard);
        Eventually.until(() -> gate.waiting() == 2);

        two.close();
        int lent = use(pool);
        int size = pool.size();
        gate.release();
        gate.release();
        breaker.await();

        assertThat(lent).isEqualTo(2);
        assertThat(size).isEqualTo(3);
        assertThat(maker.await()).isEqualTo(3);
        assertThat(pool.size()).isEqualTo(2);
    }

    @Test
    void killOfOneThatClosesThePoolLeavesNothingUndestroyed() {
        var pool = numbers().min(3).destroy(this::destroyAfterTheGate).open();
        var closer = Eventlet.spawn(pool::close);
        Eventually.until(() -> gate.waiting() == 1);

        closer.kill();
        Eventually.until(() -> pool.size() == 2);
        gate.release();
        gate.release();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(closer::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(destroyed).containsExactly(2, 3);
        assertThat(pool.size()).isZero();
    }

    private void destroyAfterTheGate(int number) {
        gate.acquire();
        destroyed.add(number);
    }

    // ---- age

    /// From Eventlet's db_pool_test.py: test_zero_max_age.
    @Test
    void itemOfAPoolWithoutAgesIsLentOnce() {
        var pool = numbers().maxAge(Duration.ZERO).open();

        assertThat(List.of(use(pool), use(pool))).containsExactly(1, 2);
        assertThat(destroyed).containsExactly(1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> numbers().maxAge(SHORT.negated()));
    }

    /// From Eventlet's db_pool_test.py: test_zero_max_idle.
    @Test
    void itemOfAPoolThatKeepsNothingIsDestroyedWhenItIsGivenBack() {
        var pool = numbers().maxIdle(Duration.ZERO).open();

        assertThat(List.of(use(pool), use(pool))).containsExactly(1, 2);
        assertThat(destroyed).containsExactly(1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> numbers().maxIdle(SHORT.negated()));
    }

    /// As in Eventlet's db_pool: a timer expires what is idle.
    @Test
    void poolThatNobodyUsesBecomesEmpty() {
        var pool = numbers().min(3).maxIdle(SHORT).maxAge(MINUTE).open();

        Eventually.until(() -> pool.size() == 0);

        assertThat(destroyed).containsExactlyInAnyOrder(1, 2, 3);
        pool.close();
    }

    @Test
    void itemsThatAreTooOldGoThoughTheyAreUsed() {
        var pool = numbers().maxAge(SHORT).open();

        Eventually.until(() -> use(pool) > 1);

        Eventually.until(() -> destroyed.contains(1));
        pool.close();
    }

    @Test
    @Tag("hub-only") // by the clock of a hub
    void itemThatIsTooOldIsNotLentEvenIfNobodyHasSweptIt() {
        var clock = new AtomicLong();
        try (var hub = Hub.start("aged", clock::get, new MemoryNetwork().poller())) {
            var numbers =
                    Eventlet.<List<Integer>>spawnOn(
                            hub,
                            () -> {
                                var pool = numbers().max(1).maxAge(MINUTE).maxIdle(MINUTE).open();
                                int first = use(pool);
                                clock.addAndGet(MINUTE.toNanos() - 1);
                                int again = use(pool);
                                clock.addAndGet(1);
                                int next = use(pool);
                                pool.close();
                                return List.of(first, again, next);
                            });

            assertThat(numbers.await()).containsExactly(1, 1, 2);
        }
    }

    @Test
    void poolThatIsOpenAfterItsHubWasClosedStillSweeps() {
        var pool = numbers().maxIdle(SHORT).maxAge(MINUTE).open();
        try (var hub = Hub.start()) {
            Eventlet.spawnOn(hub, () -> use(pool)).await();
        }

        use(pool);

        Eventually.until(() -> pool.size() == 0);
        pool.close();
    }
}
