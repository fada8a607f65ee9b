// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/// The name of a worker, which it holds while it is at work: two of one name would write to the
/// same notes.
///
/// It is held by a row with a lease that is renewed all the time, and by no lock of a connection:
/// whoever wants it waits until the row is renewed, and is refused, or until the lease ends.
final class WorkerName implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration RENEWAL = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Database database;
    private final String crawl;
    private final String name;
    private final long incarnation = ThreadLocalRandom.current().nextLong();
    private final String place = place();
    private final AtomicReference<@Nullable GreenThread<?>> renewing = // null while it is not held
            new AtomicReference<>();

    /// Who holds a name.
    private record Holder(long incarnation, long renewals, String place, Instant since) {
        boolean isAtWorkSince(Holder earlier) {
            return incarnation != earlier.incarnation || renewals != earlier.renewals;
        }
    }

    WorkerName(Database database, String crawl, String name) {
        this.database = database;
        this.crawl = crawl;
        this.name = name;
    }

    /// Holds it from now on. Throws an `UncheckedIOException` if another worker does, and waits if
    /// that one may have been killed.
    void take() {
        var first = holder();
        for (var other = first; other != null; other = holder()) {
            if (first != null && other.isAtWorkSince(first)) {
                throw new UncheckedIOException(
                        new IOException(
                                "worker '%s' of crawl '%s' is at work already, since %s on %s: use another name"
                                        .formatted(
                                                name,
                                                crawl,
                                                other.since.truncatedTo(ChronoUnit.SECONDS),
                                                other.place)));
            }
            Eventlet.sleep(LOOK);
        }
        beginRenewing();
    }

    private void beginRenewing() {
        if (renewing.get() == null) {
            renewing.set(
                    GreenThread.spawn(
                            "name of a worker",
                            () -> {
                                renew();
                            }));
        }
    }

    /// Who else holds it; null if this worker does now.
    private @Nullable Holder holder() {
        return database.query(
                "select * from crawl.take_name(?, ?, ?, make_interval(secs => ?))",
                statement -> {
                    set(statement);
                    try (var rows = statement.executeQuery()) {
                        return rows.next()
                                ? new Holder(
                                        rows.getLong("incarnation"),
                                        rows.getLong("renewals"),
                                        rows.getString("place"),
                                        rows.getObject("since", OffsetDateTime.class).toInstant())
                                : null;
                    }
                });
    }

    private void renew() {
        boolean held = true;
        while (held) {
            Eventlet.sleep(RENEWAL);
            held = isKept();
        }
        database.end(
                "worker '%s' of crawl '%s' was away for longer than %d s, and another one has its name"
                        .formatted(name, crawl, LEASE.toSeconds()));
    }

    private boolean isKept() {
        try {
            return database.query(
                    "select crawl.keep_name(?, ?, ?, make_interval(secs => ?))",
                    statement -> {
                        set(statement);
                        return SqlValues.isTrue(statement);
                    });
        } catch (UncheckedIOException e) {
            return true; // nobody knows; whoever else asks the database hears of it
        }
    }

    private void set(PreparedStatement statement) throws SQLException {
        statement.setString(1, name);
        statement.setLong(2, incarnation);
        statement.setString(3, place);
        statement.setDouble(4, SqlValues.seconds(LEASE));
    }

    private static String place() {
        long process = ProcessHandle.current().pid();
        try {
            return "%s, process %d".formatted(InetAddress.getLocalHost().getHostName(), process);
        } catch (UnknownHostException e) {
            return "an unknown host, process " + process;
        }
    }

    /// Lets others have it. Throws an `UncheckedIOException` if the database is away: the lease
    /// ends then.
    @Override
    public void close() {
        var thread = renewing.getAndSet(null);
        if (thread == null) {
            return;
        }
        thread.kill();
        var ignored =
                database.query(
                        "select crawl.leave_name(?, ?)",
                        statement -> {
                            statement.setString(1, name);
                            statement.setLong(2, incarnation);
                            return statement.execute();
                        });
    }
}
