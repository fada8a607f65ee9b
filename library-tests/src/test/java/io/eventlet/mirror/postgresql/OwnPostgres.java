// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.Eventlet;
import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A PostgreSQL for one class of tests, with a crawl for each test.
final class OwnPostgres implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(5);

    private final AtomicInteger crawls = new AtomicInteger();
    final LocalServer server;

    OwnPostgres() throws IOException {
        server = Postgres.start();
    }

    PostgresSettings settings() {
        return PostgresSettings.parse(url(), _ -> null);
    }

    String url() {
        return "postgresql://postgres@127.0.0.1:%d/postgres?sslmode=disable"
                .formatted(server.port());
    }

    /// The name of a crawl that nobody has.
    String crawl() {
        return "crawl_" + crawls.incrementAndGet();
    }

    void execute(String crawl, String sql) throws SQLException {
        try (var connection = settings().connect();
                var statement = connection.createStatement()) {
            statement.execute("set search_path = " + Schema.quoted(crawl));
            statement.execute(sql);
        }
    }

    /// Waits until so many wait for locks.
    void awaitWaiting(int count) throws SQLException {
        try (var connection = settings().connect();
                var statement =
                        connection.prepareStatement(
                                "select count(*) >= %d from pg_locks where not granted"
                                        .formatted(count))) {
            while (!SqlValues.isTrue(statement)) {
                Eventlet.sleep(LOOK);
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
