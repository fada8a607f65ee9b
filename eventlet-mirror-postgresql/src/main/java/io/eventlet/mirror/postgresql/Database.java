// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.Eventlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

import javax.sql.DataSource;

/// Calls of a database that comes back: what fails because it cannot be reached, or because two
/// calls met, is done again for some time.
///
/// A call of which the answer was lost may have been done: then it is done twice.
final class Database {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /// Shut down, starting up, too many connections, not serializable, deadlock, cancelled.
    private static final Set<String> PASSING =
            Set.of("57P01", "57P02", "57P03", "57P05", "53300", "40001", "40P01");

    private static final String CONNECTION = "08"; // the class of what happens to connections

    private final DataSource source;
    private volatile Duration patience;

    /// Something done with a connection.
    @FunctionalInterface
    interface Call<T extends @org.jspecify.annotations.Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /// Something done with a statement.
    @FunctionalInterface
    interface Query<T extends @org.jspecify.annotations.Nullable Object> {
        T of(PreparedStatement statement) throws SQLException;
    }

    /// @param patience how long a call is done again and again
    Database(DataSource source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    /// Has no call that begins now wait for longer than that.
    void hurry(Duration most) {
        patience = patience.compareTo(most) < 0 ? patience : most;
    }

    <T extends @org.jspecify.annotations.Nullable Object> T query(String sql, Query<T> query) {
        return call(connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                return query.of(statement);
            }
        });
    }

    /// Throws an `UncheckedIOException` if it cannot be done.
    <T extends @org.jspecify.annotations.Nullable Object> T call(Call<T> call) {
        long begin = System.nanoTime();
        var pause = FIRST_PAUSE;
        while (true) {
            try (var connection = source.getConnection()) {
                return call.on(connection);
            } catch (SQLException e) {
                var passed = Duration.ofNanos(System.nanoTime() - begin);
                if (!isPassing(e) || passed.compareTo(patience) >= 0) {
                    throw new UncheckedIOException(
                            new IOException("the frontier's database: " + e.getMessage(), e));
                }
            }
            Eventlet.sleep(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }

    private static boolean isPassing(SQLException failure) {
        var state = failure.getSQLState();
        return state != null && (state.startsWith(CONNECTION) || PASSING.contains(state));
    }
}
