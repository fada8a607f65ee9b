// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.ThrowingSupplier;
import io.eventlet.wait.Waits;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// The life of each connection of a pool, from when its source gives it until it is closed.
///
/// Whoever calls holds the entry. One connection that is lost casts suspicion on all others: they
/// are looked at before they are lent again. Thread-safe.
final class ConnectionLifecycle {
    private final String name; // of the pool
    private final ThrowingSupplier<? extends Connection, ? extends SQLException> source;
    private final ConnectionPoolBuilder.Initialization initialize;
    private final int validationSeconds;
    private final Aging aging;
    private final AtomicInteger suspicion = new AtomicInteger(); // how often one was lost
    private final AtomicInteger clearing = new AtomicInteger(); // how often all have expired
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();

    ConnectionLifecycle(
            String name,
            ThrowingSupplier<? extends Connection, ? extends SQLException> source,
            Aging aging,
            ConnectionPoolBuilder how) {
        this.name = name;
        this.source = source;
        this.aging = aging;
        initialize = how.initialize;
        validationSeconds = how.validationSeconds();
    }

    /// Whether a connection can be lent without a look at it.
    boolean isFresh(Entry entry, long now) {
        return entry.connection != null
                && entry.suspicion == suspicion.get()
                && now - entry.freshUntil < 0;
    }

    /// Sees whether a connection is good, and opens another one if not: whether it has. Waits for
    /// the database.
    boolean refresh(Entry entry) throws SQLException {
        int before = suspicion.get();
        if (entry.connection != null && !(isCurrent(entry) && isValid(entry.connection))) {
            close(entry);
        }
        boolean isMissing = entry.connection == null;
        if (isMissing) {
            open(entry);
        }
        entry.suspicion = before;
        return isMissing;
    }

    private boolean isCurrent(Entry entry) {
        return entry.clearing == clearing.get() && aging.allows(entry, now());
    }

    private boolean isValid(Connection connection) {
        try {
            return connection.isValid(validationSeconds);
        } catch (SQLException e) {
            return false;
        }
    }

    private void open(Entry entry) throws SQLException {
        entry.clearing = clearing.get();
        Connection made = Objects.requireNonNull(source.get(), "the connection of a source");
        try {
            initialize.accept(made);
            entry.settings = new Settings(made);
        } catch (Throwable e) {
            closeAfter(e, made);
            throw e;
        }
        entry.connection = made;
        entry.broken = false;
        aging.begin(entry, now());
        opened.increment();
    }

    private static void closeAfter(Throwable error, Connection connection) {
        try {
            connection.close();
        } catch (Throwable next) {
            if (next != error) {
                error.addSuppressed(next);
            }
        }
    }

    /// Called when one was seen to be of no use any more.
    void noteLoss(Entry entry, Throwable error) {
        entry.broken = true;
        if (!Failures.isCancellation(error)) { // others may be lost as well
            suspicion.incrementAndGet();
        }
    }

    /// Makes a connection that is given back as it was when it was opened; false if it is not to be
    /// lent any more.
    boolean restore(Entry entry) throws SQLException {
        var connection = entry.connection;
        var settings = entry.settings;
        return connection != null
                && settings != null
                && !entry.broken
                && !connection.isClosed()
                && entry.clearing == clearing.get()
                && settings.restore()
                && aging.note(entry, now());
    }

    /// None that has been opened by now is lent any more.
    void expireAll() {
        clearing.incrementAndGet();
        suspicion.incrementAndGet();
    }

    /// Closes the connection of an entry, if there is one.
    void close(Entry entry) {
        var connection = entry.connection;
        entry.connection = null;
        entry.settings = null;
        if (connection != null) {
            closed.increment();
            try {
                connection.close();
            } catch (SQLException e) {
                Failures.tellOfClose(name, e);
            }
        }
    }

    /// How many have been opened.
    long opened() {
        return opened.sum();
    }

    /// How many have been closed.
    long closed() {
        return closed.sum();
    }

    private static long now() {
        return Waits.clock().nanoTime();
    }
}
