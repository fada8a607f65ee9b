// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.mirror.frontier.State;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a crawl has done and has to do, of all workers, as the views of its schema say it.
///
/// @param run how often it was begun
/// @param begun when this run was
/// @param ended when nothing was left; null while something is
/// @param urls how many have a state; those that are claimed count as queued
/// @param workers all that have ever taken part
/// @param hosts some of those that have something in the queue, those with the most first
public record CrawlStatus(
        long run,
        Instant begun,
        @Nullable Instant ended,
        Map<State, Long> urls,
        List<Worker> workers,
        List<Host> hosts) {
    private static final int MOST_HOSTS = 20;

    /// What one has done.
    ///
    /// @param claimed how many URLs it holds
    /// @param leasedUntil the end of the last lease it has; null if it has none
    public record Worker(
            String name, long done, long failed, long claimed, @Nullable Instant leasedUntil) {}

    /// What there is of one.
    ///
    /// @param queued how many URLs are to be fetched, with those that are claimed
    /// @param blockedUntil until when it is left alone; null if it is not
    public record Host(String name, long queued, long claimed, @Nullable Instant blockedUntil) {}

    /// Reads it, without changing anything. Throws an `SQLException` if there is no such crawl.
    public static CrawlStatus read(PostgresSettings settings, String crawl) throws SQLException {
        Schema.ensureName(crawl);
        try (var connection = settings.connect()) {
            if (Schema.versionOf(connection, crawl) == 0) {
                throw new SQLException(
                        "there is no crawl '%s' in %s".formatted(crawl, settings), "3F000");
            }
            return read(connection, Schema.quoted(crawl));
        }
    }

    private static CrawlStatus read(Connection connection, String schema) throws SQLException {
        return rows(
                        connection,
                        "select run, begun, ended from %s.crawl".formatted(schema),
                        row ->
                                new CrawlStatus(
                                        row.getLong("run"),
                                        row.getObject("begun", OffsetDateTime.class).toInstant(),
                                        instant(row, "ended"),
                                        urls(connection, schema),
                                        workers(connection, schema),
                                        hosts(connection, schema)))
                .getFirst();
    }

    private static Map<State, Long> urls(Connection connection, String schema) throws SQLException {
        var urls = new EnumMap<State, Long>(State.class);
        for (var state : State.values()) {
            urls.put(state, 0L);
        }
        rows(
                connection,
                "select state, urls from %s.progress".formatted(schema),
                row -> urls.put(State.valueOf(row.getString("state")), row.getLong("urls")));
        return urls;
    }

    private static List<Worker> workers(Connection connection, String schema) throws SQLException {
        return rows(
                connection,
                "select * from %s.workers order by worker".formatted(schema),
                row ->
                        new Worker(
                                row.getString("worker"),
                                row.getLong("done"),
                                row.getLong("failed"),
                                row.getLong("claimed"),
                                instant(row, "leased_until")));
    }

    private static List<Host> hosts(Connection connection, String schema) throws SQLException {
        return rows(
                connection,
                "select * from %s.hosts order by queued desc, name limit %d"
                        .formatted(schema, MOST_HOSTS),
                row ->
                        new Host(
                                row.getString("name"),
                                row.getLong("queued"),
                                row.getLong("claimed"),
                                instant(row, "blocked_until")));
    }

    @FunctionalInterface
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(Connection connection, String sql, Row<T> reader)
            throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            var rows = new ArrayList<T>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
