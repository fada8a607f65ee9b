// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;

/// The tables of a crawl, in a schema of their own.
final class Schema {
    static final int VERSION = 1;
    private static final int OLDEST_SERVER = 13;
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private Schema() {}

    /// Throws an `IllegalArgumentException` if it is no name that PostgreSQL takes without quotes.
    static String ensureName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a crawl has small letters, digits and _, and 63 at most: " + name);
        }
        return name;
    }

    /// Makes what is not there, one worker at a time, and brings what is of an older version to
    /// this one.
    static void ensure(Connection connection, String name) throws SQLException {
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
            statement.execute("set local client_min_messages = warning");
            statement.execute("create schema if not exists " + name);
            statement.execute("set local search_path = " + name);
            int version = versionOf(connection, name);
            if (version > VERSION) {
                throw new SQLException(
                        "crawl '%s' was made by a later version: its tables have version %d, and this program knows %d"
                                .formatted(name, version, VERSION),
                        "0A000");
            }
            if (version == 0) {
                statement.execute(read("schema-1.sql"));
                statement.execute("insert into crawl values (%d, 1, now())".formatted(VERSION));
            }
            statement.execute(read("functions-1.sql"));
            connection.commit();
        }
    }

    /// The version of the tables; 0 if there are none.
    static int versionOf(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, name + ".crawl");
            try (var result = statement.executeQuery()) {
                result.next();
                if (!result.getBoolean(1)) {
                    return 0;
                }
            }
        }
        try (var statement = connection.createStatement();
                var result =
                        statement.executeQuery("select version from %s.crawl".formatted(name))) {
            return result.next() ? result.getInt(1) : 0;
        }
    }

    private static String read(String resource) {
        try (var stream = Objects.requireNonNull(Schema.class.getResourceAsStream(resource))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
