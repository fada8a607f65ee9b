// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// The tables of a crawl, in a schema of their own.
final class Schema {
    static final int VERSION = 5;
    private static final int OLDEST_SERVER = 13;
    private static final Set<String> OF_OTHERS =
            Set.of("42703", "42P07"); // no such column; is there
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private Schema() {}

    /// Throws an `IllegalArgumentException` if it is no name for tables of our own.
    static String ensureName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a crawl has small letters, digits and _, and 63 at most: " + name);
        }
        if (name.equals("public") || name.startsWith("pg_") || name.equals("information_schema")) {
            throw new IllegalArgumentException(
                    "a crawl has a schema of its own, and this is PostgreSQL's: " + name);
        }
        return name;
    }

    /// As SQL has it, also where it is a word of SQL.
    static String quoted(String name) {
        return '"' + ensureName(name) + '"';
    }

    /// Makes what is not there, one worker at a time, and brings what is of an older version to
    /// this one. Where all is there, nothing is changed, and no right to do so is needed.
    ///
    /// @param patience for how long others may keep tables of an older version from being changed
    static void ensure(Connection connection, String name, Duration patience) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < OLDEST_SERVER) {
            throw new SQLException(
                    "PostgreSQL %s is too old: %d or later is needed"
                            .formatted(
                                    connection.getMetaData().getDatabaseProductVersion(),
                                    OLDEST_SERVER),
                    "0A000");
        }
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('%s'))".formatted(name));
            int version = versionOf(connection, name);
            if (version < VERSION) {
                if (version > 0) {
                    TableLocks.take(connection, name, patience);
                }
                bring(statement, name, version);
            }
            connection.commit();
        }
    }

    private static void bring(Statement statement, String name, int from) throws SQLException {
        statement.execute("set local client_min_messages = warning");
        if (!exists(statement.getConnection(), name)) {
            statement.execute("create schema " + quoted(name));
        }
        statement.execute("set local search_path = " + quoted(name));
        for (int version = from + 1; version <= VERSION; version++) {
            try {
                statement.execute(read("schema-%d.sql".formatted(version)));
            } catch (SQLException e) {
                throw from == 0 ? occupied(name, e) : e;
            }
        }
        statement.execute(
                from == 0
                        ? "insert into crawl values (%d, 1, now())".formatted(VERSION)
                        : "update crawl set version = " + VERSION);
        statement.execute(read("functions.sql"));
    }

    private static boolean exists(Connection connection, String name) throws SQLException {
        try (var statement =
                connection.prepareStatement("select from pg_namespace where nspname = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /// The version of the tables; 0 if there are none. Throws an `SQLException` if it is a later
    /// one than this program knows.
    static int versionOf(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, quoted(name) + ".crawl");
            try (var result = statement.executeQuery()) {
                result.next();
                if (!result.getBoolean(1)) {
                    return 0;
                }
            }
        }
        int version;
        try (var statement = connection.createStatement();
                var result =
                        statement.executeQuery(
                                "select version from %s.crawl".formatted(quoted(name)))) {
            version = result.next() ? result.getInt(1) : 0;
        } catch (SQLException e) {
            throw occupied(name, e);
        }
        if (version > VERSION) {
            throw new SQLException(
                    "crawl '%s' was made by a later version: its tables have version %d, and this program knows %d"
                            .formatted(name, version, VERSION),
                    "0A000");
        }
        return version;
    }

    private static SQLException occupied(String name, SQLException failure) {
        var state = failure.getSQLState();
        return state != null && OF_OTHERS.contains(state)
                ? new SQLException(
                        "the schema '%s' has tables that are not a crawl's, so a crawl needs another name"
                                .formatted(name),
                        state,
                        failure)
                : failure;
    }

    private static String read(String resource) {
        try (var stream = Objects.requireNonNull(Schema.class.getResourceAsStream(resource))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
