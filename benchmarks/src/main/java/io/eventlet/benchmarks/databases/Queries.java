// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.databases;

import com.sun.management.OperatingSystemMXBean;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/// Queries to a PostgreSQL, by its JDBC driver as it is: how many a second, and what one costs this
/// process.
///
/// Arguments: `PLACE CONNECTIONS SECONDS URL`. Each connection has a thread, which asks for one row
/// again and again; the first half of the time does not count. `PLACE` is `hub`, with green
/// sockets, `jdk`, for virtual threads of the JDK's scheduler, or `platform`. Prints what it
/// measured as `key=value`.
public final class Queries {
    private static final String QUERY = "select name from goods where id = ?";
    private static final int ROWS = 1_000;

    private final String url;
    private volatile boolean counts;
    private volatile boolean ended;

    private Queries(String url) {
        this.url = url;
    }

    /// What one thread has done while it counted.
    private static final class Count {
        private long queries;
    }

    public static void main(String... arguments) throws Exception {
        int connections = Integer.parseInt(arguments[1]);
        long seconds = Long.parseLong(arguments[2]);
        var start = starter(arguments[0]);
        String url =
                arguments[3]
                        + (arguments[0].equals("hub")
                                ? "&socketFactory=io.eventlet.net.GreenSocketFactory"
                                : "");
        fill(arguments[3]);
        new Queries(url).measure(arguments[0], start, connections, seconds);
        System.exit(0);
    }

    private static ThreadFactory starter(String place) {
        return switch (place) {
            case "hub" -> {
                if (Hub.main().mode() != Mode.HUB) {
                    throw new IllegalStateException("not in hub mode: the JVM lacks its flags");
                }
                yield body -> Eventlet.spawn(body::run).thread();
            }
            case "jdk" -> Thread::startVirtualThread;
            case "platform" -> body -> Thread.ofPlatform().daemon().start(body);
            default -> throw new IllegalArgumentException(place);
        };
    }

    private static void fill(String url) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists goods (id int primary key, name text)");
            statement.execute(
                    "insert into goods select i, 'item ' || i from generate_series(0, %d) i on conflict do nothing"
                            .formatted(ROWS - 1));
        }
    }

    private void measure(String place, ThreadFactory start, int connections, long seconds)
            throws Exception {
        var all = new ArrayList<Count>();
        var done = new CountDownLatch(connections);
        var failure = new AtomicReference<Throwable>();
        for (int i = 0; i < connections; i++) {
            var count = new Count();
            all.add(count);
            int first = i;
            var ignored =
                    start.newThread(() -> {
                        try (var connection = DriverManager.getConnection(url)) {
                            ask(connection, first, count);
                        } catch (Throwable e) {
                            failure.set(e);
                        } finally {
                            done.countDown();
                        }
                    });
        }
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Thread.sleep(seconds * 500);
        counts = true;
        long begin = System.nanoTime();
        long cpuBegin = system.getProcessCpuTime();
        Thread.sleep(seconds * 500);
        counts = false;
        long nanos = System.nanoTime() - begin;
        long cpu = system.getProcessCpuTime() - cpuBegin;
        ended = true;
        done.await();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        long queries = sum(all);
        System.out.printf(
                Locale.ROOT,
                "place=%s connections=%d queries_per_s=%.0f cpu_us=%.1f busy=%.2f%n",
                place,
                connections,
                queries / (nanos / 1e9),
                cpu / 1e3 / queries,
                (double) cpu / nanos);
    }

    private static long sum(List<Count> all) {
        return all.stream().mapToLong(count -> count.queries).sum();
    }

    private void ask(Connection connection, int first, Count count) throws SQLException {
        try (var statement = connection.prepareStatement(QUERY)) {
            for (int i = first; !ended; i++) {
                int id = i % ROWS;
                statement.setInt(1, id);
                try (var rows = statement.executeQuery()) {
                    if (!rows.next() || !rows.getString(1).equals("item " + id)) {
                        throw new IllegalStateException("a wrong answer about " + id);
                    }
                }
                if (counts) {
                    count.queries++;
                }
            }
        }
    }
}
