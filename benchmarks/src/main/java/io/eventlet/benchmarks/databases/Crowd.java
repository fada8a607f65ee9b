// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.databases;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

/// Many threads at few connections: how long each waits for one.
///
/// Arguments: `POOL PLACE THREADS CONNECTIONS MILLIS SECONDS`. Each thread gets a connection, keeps
/// it for so many milliseconds, in which it sleeps, and gives it back, again and again; the first
/// quarter of the time does not count. `PLACE` is `hub`, or `jdk` for virtual threads of its
/// scheduler. Prints what it measured as `key=value`.
public final class Crowd {
    private final DataSource pool;
    private final long holdMillis;
    private final long countFrom;
    private final long end;

    private Crowd(DataSource pool, long holdMillis, long seconds) {
        this.pool = pool;
        this.holdMillis = holdMillis;
        long now = System.nanoTime();
        countFrom = now + seconds * 250_000_000;
        end = now + seconds * 1_000_000_000;
    }

    public static void main(String... arguments) throws Exception {
        var contender = Contender.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        boolean onHub = arguments[1].equals("hub");
        int threads = Integer.parseInt(arguments[2]);
        int connections = Integer.parseInt(arguments[3]);
        var pool = contender.open(connections);
        var crowd = new Crowd(pool, Long.parseLong(arguments[4]), Long.parseLong(arguments[5]));
        var waits = onHub ? crowd.onHub(threads) : crowd.onScheduler(threads);
        System.out.printf(
                Locale.ROOT,
                "pool=%s place=%s threads=%d connections=%d loans_per_s=%.0f p50_ms=%.1f"
                        + " p99_ms=%.1f max_ms=%.1f%n",
                arguments[0],
                arguments[1],
                threads,
                connections,
                waits.length / ((crowd.end - crowd.countFrom) / 1e9),
                millis(waits, 0.5),
                millis(waits, 0.99),
                millis(waits, 1));
        System.exit(0); // some pools have threads that stay
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))] / 1e6;
    }

    private long[] onHub(int threads) throws InterruptedException {
        if (Hub.main().mode() != Mode.HUB) {
            throw new IllegalStateException("not in hub mode: the JVM lacks its flags");
        }
        return measure(threads, body -> Eventlet.spawn(body::run).thread());
    }

    private long[] onScheduler(int threads) throws InterruptedException {
        return measure(threads, Thread::startVirtualThread);
    }

    private long[] measure(int threads, ThreadFactory start) throws InterruptedException {
        var all = new ArrayList<Waits>();
        var done = new CountDownLatch(threads);
        var failure = new AtomicReference<Throwable>();
        for (int i = 0; i < threads; i++) {
            var waits = new Waits();
            all.add(waits);
            var ignored =
                    start.newThread(() -> {
                        try {
                            work(waits);
                        } catch (Throwable e) {
                            failure.set(e);
                        } finally {
                            done.countDown();
                        }
                    });
        }
        done.await();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        return all.stream()
                .flatMapToLong(waits -> Arrays.stream(waits.list, 0, waits.size))
                .sorted()
                .toArray();
    }

    private void work(Waits waits) throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        while (begin - end < 0) {
            try (var _ = pool.getConnection()) {
                long got = System.nanoTime();
                if (got - countFrom >= 0) {
                    waits.add(got - begin);
                }
                Thread.sleep(holdMillis);
            }
            begin = System.nanoTime();
        }
    }

    /// How long one thread has waited each time.
    private static final class Waits {
        private long[] list = new long[64];
        private int size;

        void add(long nanos) {
            if (size == list.length) {
                list = Arrays.copyOf(list, 2 * size);
            }
            list[size++] = nanos;
        }
    }
}
