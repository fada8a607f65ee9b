// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The JDK's thread-locals in green threads, where they do what Eventlet's `corolocal.local` does.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadLocalsTest {
    private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

    /// From Eventlet's thread_test.py: Locals.test_assignment.
    @Test
    void eachGreenThreadHasItsOwnValue() {
        Eventlet.run(() -> {
            LOCAL.set("of the spawner");
            Object before = Eventlet.spawn(() -> swap("of the child")).await();

            assertThat(before).isNull();
            assertThat(LOCAL.get()).isEqualTo("of the spawner");
        });
    }

    private static Object swap(String value) {
        Object before = LOCAL.get();
        LOCAL.set(value);
        Eventlet.yield();
        assertThat(LOCAL.get()).isEqualTo(value);
        return before;
    }

    /// From Eventlet's thread_test.py: Locals.test_calls_init.
    @Test
    void initialValueIsMadeOnceByEachGreenThread() {
        var initialised = new CopyOnWriteArrayList<GreenThread<?>>();
        var local = ThreadLocal.withInitial(() -> initialised.addIfAbsent(Eventlet.current()));

        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 3; i++) {
            threads.add(
                    Eventlet.spawn(() -> {
                        boolean first = local.get();
                        assertThat(local.get()).isEqualTo(first);
                    }));
        }
        threads.forEach(GreenThread::await);

        assertThat(initialised).containsExactlyInAnyOrderElementsOf(threads);
    }

    /// From Eventlet's thread_test.py: Locals.test_no_leaking. The ended threads are still held
    /// here.
    @Test
    void valuesAreGarbageOnceTheirGreenThreadHasEnded() {
        var values = new CopyOnWriteArrayList<WeakReference<Object>>();
        var pool = new GreenPool();
        List<GreenThread<?>> threads = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            threads.add(
                    pool.spawn(() -> {
                        var value = new Object();
                        values.add(new WeakReference<>(value));
                        LOCAL.set(value);
                    }));
        }
        pool.waitall();

        Eventually.until(() -> {
            System.gc();
            return values.stream().allMatch(value -> value.refersTo(null));
        });
        assertThat(values).hasSize(100);
        assertThat(threads).allMatch(GreenThread::isDead);
    }

    /// What is documented: a body that a member of a full pool runs itself has the member's values.
    @Test
    void bodyThatRunsInlineSharesTheValuesOfItsSpawner() {
        var pool = new GreenPool(1);

        Object seen =
                pool.spawn(
                                () -> {
                                    LOCAL.set("of the member");
                                    return pool.spawn(() -> LOCAL.get()).await();
                                })
                        .await();

        assertThat(seen).isEqualTo("of the member");
    }
}
