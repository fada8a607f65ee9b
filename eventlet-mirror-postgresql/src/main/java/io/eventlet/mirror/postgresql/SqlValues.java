// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;

/// Values of a frontier as the database has them: rows of URLs, and parameters of statements.
final class SqlValues {
    static final double SECOND = 1e9;
    private static final int LONGEST_HOST = 400; // with an index of 2,704 bytes
    private static final int BEGINNING = 300; // of one that is longer

    private SqlValues() {}

    static void setTexts(PreparedStatement statement, int index, Stream<String> texts)
            throws SQLException {
        statement.setArray(
                index,
                statement.getConnection().createArrayOf("text", texts.toArray(String[]::new)));
    }

    static void setNumbers(PreparedStatement statement, int index, Stream<Integer> numbers)
            throws SQLException {
        statement.setArray(
                index,
                statement
                        .getConnection()
                        .createArrayOf("integer", numbers.toArray(Integer[]::new)));
    }

    static Entry entry(ResultSet rows) throws SQLException {
        return new Entry(
                rows.getString("url"),
                rows.getString("host"),
                rows.getInt("depth"),
                rows.getString("found_at"),
                State.valueOf(rows.getString("state")),
                rows.getInt("tries"),
                rows.getString("note"));
    }

    static boolean isTrue(PreparedStatement statement) throws SQLException {
        try (var rows = statement.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / SECOND;
    }

    static String withoutNul(String text) {
        return text.replace('\0', '\uFFFD'); // which PostgreSQL refuses
    }

    /// A host as an index takes it, the same of what this gives back. No name that can be looked up
    /// is longer.
    static String host(String name) {
        return name.length() <= LONGEST_HOST
                ? name
                : name.substring(0, BEGINNING) + "…" + HexFormat.of().formatHex(digest(name));
    }

    /// A text that may be too long for an index.
    static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
