// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.Eventlet;
import io.eventlet.Timeout;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

import javax.sql.DataSource;

/// Calls of a database that comes back: what fails because it cannot be reached, does not answer,
/// or because two calls met, is done again for some time.
///
/// A call of which the answer was lost may have been done: then it is done twice.
final class Database {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 4; // that a database may leave without an answer

    /// Shut down, starting up, idle for too long; read-only, as after a switch to another server;
    /// too many connections, no disk, no memory, an error of the disk; not serializable, deadlock,
    /// lock not there; a statement that took too long, by a limit of the server; a plan that a
    /// migration has changed; a number of a claim that was drawn twice.
    private static final Set<String> PASSING =
            Set.of(
                    "57P01", "57P02", "57P03", "57P05", "25006", "53300", "53100", "53200", "58030",
                    "40001", "40P01", "55P03", "57014", "0A000", "23505");

    private static final String CONNECTION = "08"; // the class of what happens to connections

    private final DataSource source;
    private final String schema;
    private volatile Duration patience;
    private volatile @Nullable String end; // why there are no more calls

    /// Something done with a connection.
    @FunctionalInterface
    interface Call<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /// Something done with a statement.
    @FunctionalInterface
    interface Query<T extends @Nullable Object> {
        T of(PreparedStatement statement) throws SQLException;
    }

    /// @param crawl the schema of which SQL says `crawl.`: what a connection remembers is nothing
    ///   to rely on, since a pooler lends it to others
    /// @param patience how long a call is done again and again
    Database(DataSource source, String crawl, Duration patience) {
        this.source = source;
        schema = Schema.quoted(crawl) + ".";
        this.patience = patience;
    }

    /// Has no call that begins now wait for longer than that.
    void hurry(Duration most) {
        patience = patience.compareTo(most) < 0 ? patience : most;
    }

    /// Has all calls from now on fail.
    void end(String why) {
        end = why;
    }

    <T extends @Nullable Object> T query(String sql, Query<T> query) {
        return call(prepared(sql, query), true);
    }

    /// As [#query], of what may take long in a large crawl: it is waited for without end.
    <T extends @Nullable Object> T longQuery(String sql, Query<T> query) {
        return call(prepared(sql, query), false);
    }

    private <T extends @Nullable Object> Call<T> prepared(String sql, Query<T> query) {
        return connection -> {
            try (var statement = connection.prepareStatement(sql.replace("crawl.", schema))) {
                return query.of(statement);
            }
        };
    }

    /// Throws an `UncheckedIOException` if it cannot be done.
    ///
    /// @param limited whether an answer that does not come is given up, and asked for again: a
    ///   database that has gone without a word would not be noticed for hours
    private <T extends @Nullable Object> T call(Call<T> call, boolean limited) {
        long begin = System.nanoTime();
        var pause = FIRST_PAUSE;
        while (true) {
            var why = end;
            if (why != null) {
                throw new UncheckedIOException(new IOException(why));
            }
            try {
                var answer =
                        limited ? Timeout.call(limit(), () -> answer(call), null) : answer(call);
                if (answer != null) {
                    return answer.value;
                }
                if (isOver(begin)) {
                    throw new UncheckedIOException(
                            new IOException("the frontier's database does not answer"));
                }
            } catch (SQLException e) {
                if (!isPassing(e) || isOver(begin)) {
                    throw new UncheckedIOException(
                            new IOException("the frontier's database: " + e.getMessage(), e));
                }
            }
            Eventlet.sleep(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }

    private record Answer<T extends @Nullable Object>(T value) {}

    private <T extends @Nullable Object> Answer<T> answer(Call<T> call) throws SQLException {
        try (var connection = source.getConnection()) {
            return new Answer<>(call.on(connection));
        }
    }

    /// How long one attempt may take.
    private Duration limit() {
        var part = patience.dividedBy(ATTEMPTS);
        return part.compareTo(SHORTEST_LIMIT) < 0 ? SHORTEST_LIMIT : part;
    }

    private boolean isOver(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).compareTo(patience) >= 0;
    }

    private static boolean isPassing(SQLException failure) {
        var state = failure.getSQLState();
        return state != null && (state.startsWith(CONNECTION) || PASSING.contains(state));
    }
}
