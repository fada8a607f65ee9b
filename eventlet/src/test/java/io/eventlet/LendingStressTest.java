// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.resource.Lease;
import io.eventlet.resource.ResourcePool;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// As [CancellationStressTest], for what is lent and given back: capped semaphores and resource
/// pools.
@Tag("stress")
@org.junit.jupiter.api.Timeout(300)
@ExtendWith(NoLeaks.class)
class LendingStressTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void cappedSemaphoresLoseAndDoubleNoPermit(int cap, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var semaphore = new CappedSemaphore(0, cap);
        var steps = new AtomicInteger(Chaos.items(40_000));
        var givers = new AtomicInteger(6);
        var given = new AtomicInteger();
        var taken = new AtomicInteger();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    givers.get(),
                    random -> {
                        if (steps.decrementAndGet() < 0) {
                            givers.decrementAndGet();
                            return false;
                        }
                        if (Chaos.counts(gives(semaphore, random))) {
                            given.incrementAndGet();
                        }
                        return true;
                    });
            chaos.begin(
                    6,
                    random -> {
                        boolean last = givers.get() == 0;
                        boolean took = Chaos.counts(takes(semaphore, random));
                        if (took) {
                            taken.incrementAndGet();
                        }
                        return took || !last;
                    });
            chaos.killUntilDone();
        }

        assertThat(given.get() - taken.get())
                .as("seed %d", seed)
                .isEqualTo(semaphore.available())
                .isBetween(0, cap);
        assertThat(given).as("the test has tested something").hasValueGreaterThan(1000);
        assertThat(semaphore.acquiring() + semaphore.releasing()).isZero();
    }

    private static boolean gives(CappedSemaphore semaphore, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> semaphore.tryRelease();
            case 1 -> Chaos.inTime(semaphore.release(Chaos.aWhile(random)));
            case 2 -> Chaos.inTime(random, semaphore::release);
            default -> Chaos.inTime(semaphore.release(Duration.ofMillis(1)));
        };
    }

    private static boolean takes(CappedSemaphore semaphore, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> semaphore.tryAcquire();
            case 1 -> Chaos.inTime(semaphore.acquire(Chaos.aWhile(random)));
            default -> Chaos.inTime(random, semaphore::acquire);
        };
    }

    /// Items that are made and destroyed slowly, fail to be made, and go bad. Each knows whether
    /// somebody has it.
    private static final class Items {
        final ThreadLocal<Random> random;
        final AtomicInteger there = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final AtomicInteger made = new AtomicInteger();
        final AtomicInteger destroyed = new AtomicInteger();
        final AtomicInteger doubled = new AtomicInteger();
        final Set<Object> lent = ConcurrentHashMap.newKeySet();

        Items(long seed) {
            random = ThreadLocal.withInitial(() -> new Random(seed));
        }

        Object make() throws IOException {
            most.accumulateAndGet(there.incrementAndGet(), Math::max);
            boolean done = false;
            try {
                pause();
                if (random.get().nextInt(8) == 0) {
                    throw new IOException("cannot make one");
                }
                done = true;
                made.incrementAndGet();
                return new Object();
            } finally {
                if (!done) {
                    there.decrementAndGet();
                }
            }
        }

        boolean check() throws IOException {
            pause();
            return switch (random.get().nextInt(8)) {
                case 0 -> false;
                case 1 -> throw new IOException("cannot be checked");
                default -> true;
            };
        }

        void destroy() {
            try {
                pause();
            } finally {
                there.decrementAndGet();
                destroyed.incrementAndGet();
            }
        }

        private void pause() {
            if (random.get().nextBoolean()) {
                Eventlet.sleep(Chaos.aWhile(random.get()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void resourcePoolsLoseAndDoubleNoItem(int max, TestReporter reporter) throws IOException {
        long seed = Chaos.seed(reporter);
        var items = new Items(seed);
        var steps = new AtomicInteger(Chaos.items(20_000));
        var used = new AtomicInteger();
        var pool =
                ResourcePool.<Object, IOException>builder(items::make)
                        .max(max)
                        .maxIdle(Duration.ofMillis(1))
                        .check(_ -> items.check())
                        .destroy(_ -> items.destroy())
                        .open();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    10,
                    random -> {
                        items.random.set(random);
                        try {
                            if (Chaos.counts(uses(pool, items, random))) {
                                used.incrementAndGet();
                            }
                        } catch (LimitExpired e) {
                            Chaos.countTimeout();
                        } catch (IOException e) {
                            // it has got none
                        }
                        return steps.decrementAndGet() > 0;
                    });
            chaos.killUntilDone();
        }
        Eventually.until(() -> pool.size() == pool.idle());
        int free = pool.free();
        pool.close();
        Eventually.until(() -> pool.size() == 0);

        assertThat(items.doubled).as("seed %d", seed).hasValue(0);
        assertThat(items.most).as("seed %d", seed).hasValue(max);
        assertThat(used).as("the test has tested something").hasValueGreaterThan(1000);
        assertThat(free).as("seed %d", seed).isEqualTo(max);
        assertThat(items.destroyed).as("seed %d", seed).hasValue(items.made.get());
        assertThat(items.there).hasValue(0);
    }

    /// Uses an item for a while; false if it was in time for none.
    private static boolean uses(ResourcePool<Object, IOException> pool, Items items, Random random)
            throws IOException {
        try (var lease = lease(pool, random)) {
            if (lease == null) {
                return false;
            }
            var item = lease.get();
            if (!items.lent.add(item)) {
                items.doubled.incrementAndGet();
            }
            try {
                Eventlet.sleep(Chaos.aWhile(random));
            } finally {
                items.lent.remove(item);
            }
            if (random.nextInt(8) == 0) {
                lease.discard();
            }
            return true;
        }
    }

    private static Lease<Object> lease(ResourcePool<Object, IOException> pool, Random random)
            throws IOException {
        return switch (random.nextInt(3)) {
            case 0 -> pool.item(Chaos.aWhile(random));
            case 1 -> Chaos.<Lease<Object>, IOException>orNull(random, pool::item);
            default -> pool.item();
        };
    }
}
