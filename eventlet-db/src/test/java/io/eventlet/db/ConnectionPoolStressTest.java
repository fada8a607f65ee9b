// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Many threads of several hubs, and of none, at a pool that is resized, cleared and swept
/// meanwhile; some are killed, some time out, some connections are lost.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ConnectionPoolStressTest {
    private static final int HUBS = 2;
    private static final int THREADS = 40;
    private static final int SOME = 300; // loans of a thread
    private static final int MANY = 5_000;
    private static final int ROUNDS_OF_A_THREAD = 8;
    private static final int MOST = 6; // connections

    private final FakeDatabase database = new FakeDatabase();
    private final Set<Integer> lent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger loans = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable GreenThread<?>> workers =
            new AtomicReferenceArray<>(THREADS);

    @Test
    void connectionIsLentToOneThreadAtATimeAndNoneGetsLost() throws Exception {
        storm(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void connectionIsLentToOneThreadAtATimeAndNoneGetsLostForLong() throws Exception {
        storm(MANY);
    }

    private void storm(int rounds) throws Exception {
        long seed = Long.getLong("stress.seed", System.nanoTime());
        var random = new Random(seed);
        var hubs = new ArrayList<Hub>();
        for (int i = 0; i < HUBS; i++) {
            hubs.add(Hub.start());
        }
        var pool = database.pool().max(MOST).maxAge(Duration.ofMillis(20)).noLimit().open();
        try (pool) {
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < THREADS; i++) {
                var own = new Random(random.nextLong());
                int place = i;
                threads.add(
                        Eventlet.spawnOn(
                                hubs.get(i % HUBS), () -> workByMany(pool, rounds, own, place)));
            }
            var platform = new ArrayList<Thread>();
            for (int i = 0; i < HUBS; i++) {
                var own = new Random(random.nextLong());
                platform.add(Thread.ofPlatform().start(() -> work(pool, rounds, own)));
            }
            for (int i = 0; i < rounds / 10; i++) {
                disturb(pool, random);
                Eventlet.sleep(Duration.ofNanos(random.nextInt(500_000)));
            }
            pool.resize(MOST);
            threads.forEach(GreenThread::await);
            for (var thread : platform) {
                thread.join();
            }

            assertThat(lent).as("seed %d", seed).isEmpty();
            while (pool.free() < MOST) { // those that are too old are being closed
                Eventlet.yield();
            }
            assertThat(pool.free()).as("seed %d", seed).isEqualTo(MOST);
            assertThat(pool.statistics().waiting()).as("seed %d", seed).isZero();
            assertThat(pool.statistics().loans()).as("seed %d", seed).isEqualTo(loans.get());
            assertThat(pool.statistics().idle())
                    .as("seed %d", seed)
                    .isEqualTo(Math.toIntExact(database.open()));
        } finally {
            hubs.forEach(Hub::close);
        }
        assertThat(database.open()).as("seed %d", seed).isZero();
    }

    private void disturb(ConnectionPool pool, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> pool.resize(1 + random.nextInt(MOST));
            case 1 -> pool.clear();
            default -> {
                var working = workers.get(random.nextInt(THREADS));
                if (working != null) {
                    working.kill();
                }
            }
        }
    }

    /// Works by one thread after the other, each of which somebody may kill.
    private void workByMany(ConnectionPool pool, int rounds, Random random, int place) {
        for (int i = 0; i < rounds; i += ROUNDS_OF_A_THREAD) {
            var next =
                    Eventlet.spawnOn(Hub.current(), () -> work(pool, ROUNDS_OF_A_THREAD, random));
            workers.set(place, next);
            awaitEnd(next);
        }
    }

    private static void awaitEnd(GreenThread<?> thread) {
        try {
            thread.await();
        } catch (TaskFailed e) {
            if (!(e.getCause() instanceof GreenThreadKilled)) {
                throw e;
            }
        }
    }

    private void work(ConnectionPool pool, int rounds, Random random) {
        for (int i = 0; i < rounds; i++) {
            try {
                if (random.nextInt(8) == 0) {
                    io.eventlet.Timeout.call(
                            Duration.ofNanos(random.nextInt(100_000)),
                            () -> {
                                use(pool, random);
                                return null;
                            });
                } else {
                    use(pool, random);
                }
            } catch (TimeoutExpired e) {
                // as it should
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void use(ConnectionPool pool, Random random) throws SQLException {
        try (var connection = pool.getConnection()) {
            loans.incrementAndGet();
            int number = FakeDatabase.number(connection);
            if (!lent.add(number)) {
                throw new AssertionError("connection %d is lent twice".formatted(number));
            }
            try {
                if (random.nextInt(4) == 0) {
                    Eventlet.sleep(Duration.ofNanos(random.nextInt(100_000)));
                } else if (random.nextInt(20) == 0) {
                    connection.abort(Runnable::run);
                }
            } finally {
                lent.remove(number);
            }
        }
    }
}
