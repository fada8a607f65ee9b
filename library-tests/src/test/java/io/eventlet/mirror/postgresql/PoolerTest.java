// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.PgBouncer;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Frontiers behind a PgBouncer in transaction mode: each call may have another connection, which
/// another call has had.
@Timeout(120)
class PoolerTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    @SuppressWarnings("NullAway.Init") // as well
    private static LocalServer pooler;

    @BeforeAll
    static void start() throws IOException {
        postgres = new OwnPostgres();
        pooler = PgBouncer.start(postgres.server, 2);
    }

    @AfterAll
    static void stop() {
        if (pooler != null) {
            pooler.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private static PostgresSettings settings() {
        return PostgresSettings.parse(
                "postgresql://postgres@127.0.0.1:%d/postgres?sslmode=disable"
                        .formatted(pooler.port()),
                _ -> null);
    }

    private static PostgresFrontier open(String crawl, String worker) throws SQLException {
        return PostgresFrontier.open(settings(), PostgresOptions.of(worker).crawl(crawl).batch(1));
    }

    private static List<Entry> entries(String host) {
        return IntStream.range(0, 40).mapToObj(i -> Entry.of(host + "/" + i, host, 1, "")).toList();
    }

    private static String next(PostgresFrontier frontier) {
        var claim = frontier.claim(LEASE, _ -> true);
        if (claim == null) {
            return "";
        }
        frontier.done(claim, State.DONE, "");
        return claim.entry().url();
    }

    @Test
    void crawlsKeepApartThatShareTheConnectionsOfAPooler() throws SQLException {
        var a = postgres.crawl();
        var b = postgres.crawl();
        try (var oneOfA = open(a, "one");
                var twoOfA = open(a, "two");
                var oneOfB = open(b, "one")) {
            for (var frontier : List.of(oneOfA, twoOfA, oneOfB)) {
                frontier.begin();
            }
            oneOfA.discovered(entries("http://a"));
            oneOfB.discovered(entries("http://b"));
            var ofA = new TreeSet<String>();
            var ofB = new TreeSet<String>();
            for (int i = 0; i < 20; i++) {
                ofA.add(next(oneOfA));
                ofA.add(next(twoOfA));
                ofB.add(next(oneOfB));
            }

            assertThat(ofA).hasSize(40).allMatch(url -> url.startsWith("http://a/"));
            assertThat(ofB).hasSize(20).allMatch(url -> url.startsWith("http://b/"));
            assertThat(twoOfA.count(State.DONE)).isEqualTo(40);
            assertThat(oneOfB.count(State.DONE)).isEqualTo(20);
            assertThat(CrawlStatus.read(settings(), a).urls()).containsEntry(State.DONE, 40L);
        }
    }
}
