// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.workers;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.postgresql.PostgresFrontier;
import io.eventlet.mirror.postgresql.PostgresOptions;
import io.eventlet.mirror.postgresql.PostgresSettings;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// How many URLs a frontier in PostgreSQL takes and gives out in a second, and how large it is:
/// first all are found, as by listings of a hundred, then each is claimed and done.
///
/// Arguments: the port of the database, URLs, hosts, green threads.
public final class Claims {
    private static final int LISTING = 100;
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final double SECOND = 1e9;

    private Claims() {}

    public static void main(String... args) throws SQLException {
        int port = Integer.parseInt(args[0]);
        int urls = Integer.parseInt(args[1]);
        int hosts = Integer.parseInt(args[2]);
        int threads = Integer.parseInt(args[3]);
        var settings =
                PostgresSettings.parse(
                        "postgresql://postgres@127.0.0.1:%d/postgres?sslmode=disable"
                                .formatted(port));
        var options = PostgresOptions.of("bench").crawl("claims");
        try (var frontier = PostgresFrontier.open(settings, options)) {
            double found = seconds(threads, number -> find(frontier, number, threads, urls, hosts));
            long bytes = bytes(port);
            double done = seconds(threads, _ -> claim(frontier));
            long bytesDone = bytes(port);
            IO.println(
                    "%,9d URLs of %,6d hosts, %3d threads: found %,7.0f/s, claimed and done %,6.0f/s, %,d bytes a URL, then %,d, %s left"
                            .formatted(
                                    urls,
                                    hosts,
                                    threads,
                                    urls / found,
                                    urls / done,
                                    bytes / urls,
                                    bytesDone / urls,
                                    frontier.count(State.QUEUED)));
        }
    }

    private interface Work {
        void run(int number);
    }

    private static double seconds(int threads, Work work) {
        long begin = System.nanoTime();
        List<GreenThread<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            all.add(Eventlet.spawn(() -> work.run(number)));
        }
        GreenThreads.awaitAll(all);
        return (System.nanoTime() - begin) / SECOND;
    }

    private static void find(PostgresFrontier frontier, int first, int step, int urls, int hosts) {
        for (int listing = first; listing * LISTING < urls; listing += step) {
            var entries = new ArrayList<Entry>();
            var host = "http://host%d.example".formatted(listing % hosts);
            for (int i = 0; i < LISTING; i++) {
                var url = "%s/pub/directory-%d/file-%d.tar.gz".formatted(host, listing, i);
                entries.add(Entry.of(url, host, 2, host + "/pub/directory-%d/".formatted(listing)));
            }
            frontier.discovered(entries);
        }
    }

    private static void claim(PostgresFrontier frontier) {
        var claim = frontier.claim(LEASE, _ -> true);
        while (claim != null) {
            frontier.done(claim, State.DONE, "stored 4096 \"etag\"");
            claim = frontier.claim(LEASE, _ -> true);
        }
    }

    private static long bytes(int port) throws SQLException {
        var total = new AtomicLong();
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&sslmode=disable"
                                        .formatted(port));
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select sum(pg_total_relation_size(oid)) from pg_class where"
                                    + " relkind = 'r' and relnamespace = 'claims'::regnamespace")) {
            rows.next();
            total.set(rows.getLong(1));
        }
        return total.get();
    }
}
