// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.LimitExpired;
import io.eventlet.TaskFailed;
import io.eventlet.Timeout;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Items that are lent: how many, in which order, to whom.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ResourcePoolTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final AtomicInteger made = new AtomicInteger();
    private final List<Integer> destroyed = new CopyOnWriteArrayList<>();
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    /// A pool of numbers, which are destroyed by being noted.
    private ResourcePool.Builder<Integer, RuntimeException> numbers() {
        return ResourcePool.<Integer, RuntimeException>builder(made::incrementAndGet)
                .destroy(destroyed::add);
    }

    private static <T, X extends Exception> List<Lease<T>> lend(ResourcePool<T, X> pool, int count)
            throws X {
        var leases = new ArrayList<Lease<T>>();
        for (int i = 0; i < count; i++) {
            leases.add(pool.item());
        }
        return leases;
    }

    private GreenThread<Integer> spawnUser(ResourcePool<Integer, RuntimeException> pool) {
        int waiting = pool.waiting();
        GreenThread<Integer> user =
                Eventlet.spawn(() -> {
                    try (var lease = pool.item()) {
                        return lease.get();
                    }
                });
        Eventually.until(() -> pool.waiting() > waiting || user.isDead());
        return user;
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_integers.
    @Test
    void itemsAreMadeWhenTheyAreNeeded() {
        var pool = numbers().open();

        var leases = lend(pool, 4);

        assertThat(leases).extracting(Lease::get).containsExactly(1, 2, 3, 4);
        assertThat(pool.size()).isEqualTo(4);
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_free.
    @Test
    void freeCountsWhatCanBeLent() {
        var pool = numbers().open();
        assertThat(pool.free()).isEqualTo(4);

        var lease = pool.item();
        assertThat(pool.free()).isEqualTo(3);
        lease.close();

        assertThat(pool.free()).isEqualTo(4);
        assertThat(pool.idle()).isEqualTo(1);
        assertThat(pool)
                .hasToString("resource pool of at most 4 items: 1 there, 1 idle, 0 waiting");
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_exhaustion.
    @Test
    void whoFindsNothingWaitsForWhatIsGivenBack() {
        var pool = numbers().open();
        var leases = lend(pool, 4);
        var consumer = spawnUser(pool);
        assertThat(pool.waiting()).isEqualTo(1);

        leases.get(1).close();

        assertThat(consumer.await()).isEqualTo(2);
        assertThat(made).hasValue(4);
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_blocks_on_pool.
    @Test
    void oneThatWantsMoreThanThereIsWaitsUntilItIsKilled() {
        var pool = numbers().open();
        var greedy = Eventlet.spawn(() -> lend(pool, 5));
        Eventually.until(() -> pool.waiting() == 1);

        greedy.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(greedy::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(pool.waiting()).isZero();
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_ordering.
    @Test
    void idleItemsAreLentInTurn() {
        var pool = numbers().open();

        lend(pool, 2).forEach(Lease::close);

        assertThat(lend(pool, 2)).extracting(Lease::get).containsExactly(1, 2);
    }

    /// From Eventlet's pools_test.py: TestOrderAsStack.test_ordering.
    @Test
    void itemThatWasGivenBackLastIsLentFirstIfSoWished() {
        var pool = numbers().lifo().open();

        lend(pool, 2).forEach(Lease::close);

        assertThat(lend(pool, 2)).extracting(Lease::get).containsExactly(2, 1);
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_putting_to_queue.
    @Test
    void itemsThatOthersGiveBackAreLentOn() {
        var pool = numbers().max(2).open();
        var users = new ArrayList<GreenThread<?>>();

        for (int i = 0; i < 3; i++) {
            var lease = pool.item();
            users.add(Eventlet.spawn(lease::close));
        }
        users.forEach(GreenThread::await);

        assertThat(made.get()).isLessThanOrEqualTo(2);
        assertThat(pool.free()).isEqualTo(2);
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_create_contention.
    @Test
    void neverAreMoreMadeThanTheLimitWhileMakingWaits() {
        var gate = new GreenSemaphore(0);
        var pool =
                ResourcePool.<Integer, RuntimeException>builder(
                                () -> {
                                    int number = made.incrementAndGet();
                                    gate.acquire();
                                    return number;
                                })
                        .max(4)
                        .open();
        var users = new GreenPool(100);
        for (int i = 0; i < 100; i++) {
            users.spawnN(() -> {
                try (var lease = pool.item()) {
                    steps.add(lease.get());
                    Eventlet.yield();
                }
            });
        }
        Eventually.until(() -> made.get() == 4 && pool.waiting() == 96);

        for (int i = 0; i < 4; i++) {
            gate.release();
        }
        users.waitall();

        assertThat(made).hasValue(4);
        assertThat(steps).hasSize(100);
        assertThat(pool.idle()).isEqualTo(4);
    }

    /// From Eventlet's pools_test.py: TestCreateRaises.test_it.
    @Test
    void failureToMakeAnItemIsThrownAndLeavesThePlaceFree() throws IOException {
        var error = new IOException("no more of these");
        var pool =
                ResourcePool.<String, IOException>builder(
                                () -> {
                                    throw error;
                                })
                        .max(3)
                        .open();

        assertThatExceptionOfType(IOException.class).isThrownBy(pool::item).isSameAs(error);

        assertThat(pool.free()).isEqualTo(3);
        assertThat(pool.size()).isZero();
    }

    @Test
    void nullIsNoItem() throws Exception {
        var pool = ResourcePool.builder(() -> nothing()).max(1).open();

        assertThatNullPointerException().isThrownBy(pool::item);

        assertThat(pool.free()).isEqualTo(1);
    }

    @SuppressWarnings("NullAway") // as others may
    private static String nothing() {
        return null;
    }

    @Test
    void whoWaitsMakesItsOwnWhenAnotherHasFailedTo() throws IOException {
        var gate = new GreenSemaphore(0);
        var pool =
                ResourcePool.<Integer, IOException>builder(
                                () -> {
                                    int number = made.incrementAndGet();
                                    gate.acquire();
                                    if (number == 1) {
                                        throw new IOException("the first fails");
                                    }
                                    return number;
                                })
                        .max(1)
                        .open();
        var first = Eventlet.spawn(() -> pool.item());
        Eventually.until(() -> made.get() == 1);
        var second = Eventlet.spawn(() -> pool.item());
        Eventually.until(() -> pool.waiting() == 1);

        gate.release();
        gate.release();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(first::await)
                .withCauseInstanceOf(IOException.class);
        assertThat(second.await().get()).isEqualTo(2);
        assertThat(pool.size()).isEqualTo(1);
    }

    @Test
    void whoIsKilledWhileItMakesAnItemGivesThePlaceBack() {
        var gate = new GreenSemaphore(0);
        var pool =
                ResourcePool.<Integer, RuntimeException>builder(
                                () -> {
                                    gate.acquire();
                                    return made.incrementAndGet();
                                })
                        .max(1)
                        .open();
        var maker = spawnUser(pool, gate);
        var next = spawnUser(pool);

        maker.kill();
        Eventually.until(maker::isDead);
        gate.release();

        assertThat(next.await()).isEqualTo(1);
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(maker::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(pool.size()).isEqualTo(1);
    }

    /// One that waits in the making of its item.
    private static GreenThread<?> spawnUser(
            ResourcePool<Integer, RuntimeException> pool, GreenSemaphore gate) {
        var user = Eventlet.spawn(() -> pool.item());
        Eventually.until(() -> gate.waiting() == 1);
        return user;
    }

    /// From Eventlet's pools_test.py: TestIntPool.test_put_with_timed_out_getters.
    @Test
    void itemIsKeptIfThoseWhoWaitedForItHaveGivenUp() {
        var pool = numbers().max(2).open();
        var leases = lend(pool, 2);
        for (int i = 0; i < 5; i++) {
            assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> pool.item(SHORT));
            assertThat(Timeout.<Object, RuntimeException>call(SHORT, pool::item, "none"))
                    .isEqualTo("none");
        }

        leases.forEach(Lease::close);

        assertThat(pool.idle()).isEqualTo(2);
        assertThat(lend(pool, 2)).extracting(Lease::get).containsExactly(1, 2);
    }

    @Test
    void limitThatPassesSaysWhatWasWaitedFor() {
        var pool = numbers().max(0).open();

        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() -> pool.item(SHORT))
                .withMessage(
                        "nothing was given back (resource pool of at most 0 items: 0 there, 0 idle,"
                                + " 0 waiting) within 2 ms");
        assertThatIllegalArgumentException().isThrownBy(() -> pool.item(SHORT.negated()));
    }

    /// From Eventlet's pools_test.py: TestIntPool2.test_something.
    @Test
    void firstItemsAreMadeAtOnce() {
        var pool = numbers().min(3).max(3).open();

        assertThat(made).hasValue(3);
        assertThat(pool.idle()).isEqualTo(3);
        assertThat(pool.item().get()).isEqualTo(1);
    }

    @Test
    void failureToMakeTheFirstItemsIsThrownAndWhatWasMadeIsDestroyed() {
        var error = new IOException("no third");
        var builder =
                ResourcePool.<Integer, IOException>builder(
                                () -> {
                                    if (made.incrementAndGet() == 3) {
                                        throw error;
                                    }
                                    return made.get();
                                })
                        .min(3)
                        .destroy(destroyed::add);

        assertThatExceptionOfType(IOException.class).isThrownBy(builder::open).isSameAs(error);

        assertThat(destroyed).containsExactly(1, 2);
    }

    @Test
    void openingThatFailsDestroysAllThoughADestroyIsEnded() {
        var gate = new Event<String>();
        var builder =
                ResourcePool.<Integer, IOException>builder(
                                () -> {
                                    if (made.incrementAndGet() == 4) {
                                        throw new IOException("no fourth");
                                    }
                                    return made.get();
                                })
                        .min(4)
                        .destroy(item -> {
                            destroyed.add(item);
                            String ignored = item == 1 ? gate.await() : "";
                        });
        var opening = Eventlet.spawn(builder::open);
        Eventually.until(() -> gate.waiting() == 1);

        opening.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(opening::await)
                .withStackTraceContaining("no fourth");
        assertThat(destroyed).containsExactly(1, 2, 3);
    }

    @Test
    void numbersOfItemsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> numbers().min(-1).open());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> numbers().max(-3).open())
                .withMessage("the most items of a pool must not be negative: -3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> numbers().min(5).max(4).open())
                .withMessage("a pool cannot begin with 5 items of at most 4");
    }

    @Test
    void whoWaitsIsServedInTheOrderInWhichTheyCame() {
        var pool = numbers().max(1).open();
        var lease = pool.item();
        var users = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            users.add(
                    Eventlet.spawn(() -> {
                        try (var _ = pool.item()) {
                            steps.add(number);
                        }
                    }));
            Eventually.until(() -> pool.waiting() == number + 1);
        }

        lease.close();
        users.forEach(GreenThread::await);

        assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void itemOfOneThatIsKilledWhileItWaitsGoesToTheNext() {
        var pool = numbers().max(1).open();
        var lease = pool.item();
        var killed = spawnUser(pool);
        var next = spawnUser(pool);

        killed.kill();
        Eventually.until(killed::isDead);
        lease.close();

        assertThat(next.await()).isEqualTo(1);
        assertThat(pool.idle()).isEqualTo(1);
    }

    /// From Eventlet's db_pool_test.py: test_put_none, test_waiters_get_woken.
    @Test
    void whoWaitsMakesItsOwnWhenABrokenItemIsDiscarded() {
        var pool = numbers().max(1).open();
        var lease = pool.item();
        var user = spawnUser(pool);

        lease.discard();

        assertThat(user.await()).isEqualTo(2);
        assertThat(destroyed).containsExactly(1);
        assertThat(pool.size()).isEqualTo(1);
    }
}
