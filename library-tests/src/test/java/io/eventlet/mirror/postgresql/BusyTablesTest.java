// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.GreenThread;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// What is asked of a database whose tables somebody else has for a while: time goes on meanwhile.
@Timeout(60)
class BusyTablesTest {
    private static final String HOST = "http://a";
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    private final String crawl = postgres.crawl();
    private Instant now = Instant.EPOCH;

    @SuppressWarnings("NullAway.Init") // JUnit calls open()
    private PostgresFrontier frontier;

    @BeforeAll
    static void start() throws IOException {
        postgres = new OwnPostgres();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        var options = PostgresOptions.of("one").crawl(crawl).limits(new HostLimits(10, PAUSE));
        frontier = PostgresFrontier.open(postgres.settings(), options, () -> now);
        pass(Duration.ZERO);
        frontier.discovered(
                IntStream.rangeClosed(1, 3)
                        .mapToObj(i -> Entry.of(HOST + "/" + i, HOST, 1, ""))
                        .toList());
    }

    @AfterEach
    void close() {
        frontier.close();
    }

    private void pass(Duration time) throws SQLException {
        now = now.plus(time);
        postgres.execute(
                crawl,
                "create or replace function moment() returns timestamptz language sql volatile as 'select timestamptz ''%s'''"
                        .formatted(now));
    }

    private @Nullable Claim claim() {
        return frontier.claim(LEASE, _ -> true);
    }

    private Claim taken() {
        return Objects.requireNonNull(claim());
    }

    /// A connection that has tables for itself.
    private Connection having(String tables) throws SQLException {
        var connection = postgres.settings().connect();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("set search_path = " + crawl);
            statement.execute("lock table %s in access exclusive mode".formatted(tables));
        }
        return connection;
    }

    @Test
    void aPauseBeginsWithTheClaimAndNotWithTheWaitForIt() throws Exception {
        taken(); // a connection that does so for the first time waits before anything else
        pass(PAUSE);
        GreenThread<Claim> claiming;
        try (var _ = having("host")) {
            claiming = GreenThread.spawn("claims", this::taken);
            postgres.awaitWaiting(1);
            pass(PAUSE);
        }
        claiming.await();

        pass(PAUSE.minusSeconds(1));
        var early = claim();
        pass(Duration.ofSeconds(1));

        assertThat(early).isNull();
        assertThat(claim()).isNotNull();
    }

    @Test
    void aLeaseThatHasEndedWhileItsRenewalWaitedIsNotRenewed() throws Exception {
        var claim = taken();
        GreenThread<Boolean> one;
        GreenThread<Boolean> all;
        try (var _ = having("url")) {
            one = GreenThread.spawn("renews", () -> frontier.renew(claim, LEASE));
            postgres.awaitWaiting(1);
            all =
                    GreenThread.spawn(
                            "renews all", () -> !frontier.renew(List.of(claim), LEASE).isEmpty());
            postgres.awaitWaiting(2);
            pass(LEASE);
        }

        assertThat(one.await()).isFalse();
        assertThat(all.await()).isFalse();
    }
}
