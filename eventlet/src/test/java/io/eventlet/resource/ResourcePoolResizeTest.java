// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Pools that are resized or closed: what becomes of their items and of who waits.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ResourcePoolResizeTest {
    private final AtomicInteger made = new AtomicInteger();
    private final List<Integer> destroyed = new CopyOnWriteArrayList<>();

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

    /// From Eventlet's pools_test.py: TestIntPool.test_resize.
    @Test
    void itemsTooManyAreDestroyedWhenTheyAreGivenBackAfterAShrink() {
        var pool = numbers().max(2).open();
        var leases = lend(pool, 2);
        assertThat(pool.free()).isZero();

        pool.resize(1);
        assertThat(pool.free()).isEqualTo(-1);
        leases.forEach(Lease::close);
        assertThat(pool.free()).isEqualTo(1);
        assertThat(destroyed).containsExactly(1);

        pool.resize(2);
        assertThat(pool.free()).isEqualTo(2);
        assertThat(pool.max()).isEqualTo(2);
    }

    @Test
    void shrinkDestroysIdleItemsAtOnce() {
        var pool = numbers().min(3).open();

        pool.resize(1);

        assertThat(destroyed).containsExactly(1, 2);
        assertThat(pool.size()).isEqualTo(1);
    }

    @Test
    void growthLetsInWhoWaits() {
        var pool = numbers().max(0).open();
        var first = spawnUser(pool);
        var second = spawnUser(pool);

        pool.resize(2);

        assertThat(List.of(first.await(), second.await())).containsExactlyInAnyOrder(1, 2);
        assertThat(pool.free()).isEqualTo(2);
    }

    @Test
    void closeTellsWhoWaitsAndWhoComesLater() {
        var pool = numbers().max(1).open();
        var lease = pool.item();
        var user = spawnUser(pool);

        pool.close();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(user::await)
                .withCauseInstanceOf(PoolClosed.class);
        assertThatExceptionOfType(PoolClosed.class)
                .isThrownBy(pool::item)
                .withMessage("resource pool has been closed");
        assertThat(lease.get()).isEqualTo(1);
    }

    @Test
    void closeDestroysIdleItemsAndLentOnesWhenTheyAreGivenBack() {
        var pool = numbers().open();
        var leases = lend(pool, 2);
        leases.get(0).close();

        pool.close();
        pool.close();
        assertThat(destroyed).containsExactly(1);
        leases.get(1).close();

        assertThat(destroyed).containsExactly(1, 2);
        assertThat(pool.size()).isZero();
        assertThat(pool.free()).isZero();
    }
}
