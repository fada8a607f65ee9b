// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.ThrowingSupplier;
import io.eventlet.Timeout;
import io.eventlet.lang.Durations;
import io.eventlet.lang.Tracing;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Logger;

import javax.sql.DataSource;

/// Connections to a database that are lent to one thread at a time.
///
/// ```java
/// var pool = ConnectionPool.builder("jdbc:postgresql://db.example.org/shop")
///         .user("shop").password(secret)
///         .max(10)
///         .open();
/// try (var connection = pool.getConnection()) {   // waits while all ten are lent
///     connection.createStatement().execute("delete from baskets");
/// }                                               // is given back
/// ```
///
/// Connections are opened when they are first needed, by the thread that needs them, and never more
/// than the limit. The one that was given back last is lent first. Who waits is served in the order
/// of the calls; a thread that gives up waiting, or is killed, has taken nothing.
///
/// What was not committed is rolled back when a connection is given back, its statements are
/// closed, and what was set by methods of `Connection` is as it was before. One that is lost, or
/// that a timeout or a kill has hit within a call of the driver, is closed instead.
///
/// Thread-safe, from green and other threads; a connection is for one thread at a time, but any may
/// close it.
public final class ConnectionPool implements DataSource, AutoCloseable {
    private final String name;
    private final @Nullable Duration limit; // null for no limit
    private final Connections connections;
    private final ConnectionLifecycle lifecycle;
    private final Sweep sweep;
    private final LongAdder pastLoans = new LongAdder(); // of connections that are closed

    ConnectionPool(
            ConnectionPoolBuilder how,
            ThrowingSupplier<? extends Connection, ? extends SQLException> source) {
        limit = how.limit;
        name = how.name == null ? "connection pool" : "connection pool " + how.name;
        connections = new Connections(name, how.max);
        var aging = new Aging(how);
        lifecycle = new ConnectionLifecycle(name, source, aging, how);
        sweep = new Sweep(this, connections, aging, how);
    }

    /// A pool of connections to what a URL of JDBC says. The drivers of PostgreSQL and MariaDB get
    /// green sockets, unless a property `socketFactory` says otherwise.
    public static ConnectionPoolBuilder builder(String url) {
        return new ConnectionPoolBuilder(Objects.requireNonNull(url), null);
    }

    /// A pool of connections that a source gives, which may wait, and is called by several threads
    /// at once.
    public static ConnectionPoolBuilder builder(DataSource source) {
        Objects.requireNonNull(source);
        return builder(() -> source.getConnection());
    }

    /// As [#builder(DataSource)], for a function.
    public static ConnectionPoolBuilder builder(
            ThrowingSupplier<? extends Connection, ? extends SQLException> source) {
        return new ConnectionPoolBuilder("", Objects.requireNonNull(source));
    }

    // ---- lending

    /// Lends a connection until it is closed: one that is idle, or that is opened now, or, if there
    /// are as many as there may be, the first that is given back; waits for that.
    ///
    /// Throws `SQLTransientConnectionException`, with what all connections are doing, if that took
    /// longer than the [limit][ConnectionPoolBuilder#limit(Duration)]; what the driver throws if it
    /// cannot connect; an `SQLNonTransientConnectionException` if the pool is closed. What ends the
    /// wait is thrown: the cause of a kill or a timeout, or [io.eventlet.errors.Cancelled] for an
    /// interrupt.
    @Override
    public Connection getConnection() throws SQLException {
        var idle = connections.takeIdle();
        if (idle != null) {
            long now = now();
            if (lifecycle.isFresh(idle, now)) {
                return lend(idle, now);
            }
        }
        return lend(idle, limit);
    }

    /// As [#getConnection()], with a limit of its own.
    public Connection getConnection(Duration ownLimit) throws SQLException {
        Durations.ensureNotNegative(ownLimit, "the limit of a wait");
        return lend(connections.takeIdle(), ownLimit);
    }

    /// Throws `SQLFeatureNotSupportedException`: all connections are of the same user.
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("all connections of a pool are of one user");
    }

    private Connection lend(@Nullable Entry idle, @Nullable Duration within) throws SQLException {
        long deadline = within == null ? Waits.NEVER : Waits.deadlineAfter(within);
        var entry = idle != null ? idle : connections.take(deadline);
        if (entry == null) {
            throw tooLate(within);
        }
        entry.since = now();
        entry.holder(Thread.currentThread());
        try {
            if (!lifecycle.isFresh(entry, entry.since) && !getReady(entry, deadline)) {
                throw tooLate(within);
            }
        } catch (Throwable e) {
            discardAfter(e, entry);
            throw e;
        }
        return lend(entry, now());
    }

    private Connection lend(Entry entry, long now) {
        try {
            entry.since = now;
            entry.holder(Thread.currentThread());
            entry.loans++;
            entry.reported = false;
            if (Tracing.isOn()) {
                entry.site = LentConnection.callSite();
            }
            return GuardedConnection.of(
                    this,
                    entry,
                    Objects.requireNonNull(entry.connection),
                    Objects.requireNonNull(entry.settings));
        } catch (Throwable e) { // out of memory, or of stack
            discardAfter(e, entry);
            throw e;
        }
    }

    /// Sees whether a connection is good, and opens another one if not; false if that was not done
    /// by the deadline.
    private boolean getReady(Entry entry, long deadline) throws SQLException {
        if (deadline == Waits.NEVER) {
            refresh(entry);
            return true;
        }
        return Timeout.call(
                Duration.ofNanos(Math.max(0, deadline - now())),
                () -> {
                    refresh(entry);
                    return true;
                },
                false);
    }

    private void refresh(Entry entry) throws SQLException {
        if (lifecycle.refresh(entry)) {
            sweep.begin();
        }
    }

    private SQLTransientConnectionException tooLate(@Nullable Duration within) {
        var longest = lent().stream().max(Comparator.comparing(LentConnection::time));
        return new SQLTransientConnectionException(
                "no connection within %s (%s%s)"
                        .formatted(
                                Durations.format(Objects.requireNonNull(within)),
                                this,
                                longest.map(loan -> "; the longest of all " + loan).orElse("")),
                "08001");
    }

    // ---- what becomes of connections

    /// Called when one was seen to be of no use any more.
    void noteLoss(Entry entry, Throwable error) {
        lifecycle.noteLoss(entry, error);
    }

    void giveBack(Entry entry) {
        Entry surplus;
        try {
            boolean isReusable = !connections.isClosed() && lifecycle.restore(entry);
            surplus = isReusable ? keep(entry) : entry;
        } catch (SQLException e) {
            Failures.tellOfRestore(name, e);
            surplus = entry;
        } catch (Throwable e) {
            discardAfter(e, entry);
            throw e;
        }
        if (surplus != null) {
            discard(surplus);
        }
    }

    private @Nullable Entry keep(Entry entry) {
        entry.holder(null);
        return connections.keep(entry);
    }

    /// Closes the connection of an entry, if there is one, and gives up the entry, whatever comes
    /// of it.
    void discard(Entry entry) {
        try {
            lifecycle.close(entry);
        } finally {
            pastLoans.add(entry.loans);
            entry.loans = 0;
            entry.reported = false;
            connections.release(entry);
        }
    }

    void discardAfter(Throwable error, Entry entry) {
        try {
            discard(entry);
        } catch (Throwable next) {
            if (next != error) {
                error.addSuppressed(next);
            }
        }
    }

    void discardAll(List<Entry> entries) {
        Throwable first = null;
        for (var entry : entries) {
            if (first == null) {
                try {
                    discard(entry);
                } catch (Throwable e) {
                    first = e;
                }
            } else {
                discardAfter(first, entry);
            }
        }
        if (first != null) {
            throw Waits.rethrow(first);
        }
    }

    private static long now() {
        return Waits.clock().nanoTime();
    }

    // ---- the pool

    /// Changes how many connections there may be, at least one. If it grows, who waits is let in;
    /// if it shrinks, idle ones are closed on the calling thread, and lent ones when they are given
    /// back, until there are no more than that.
    public void resize(int max) {
        discardAll(connections.resize(max));
    }

    /// Closes the connections that there are: idle ones on the calling thread, lent ones when they
    /// are given back. For when a server has been replaced, or a password has changed.
    public void clear() {
        lifecycle.expireAll();
        discardAll(connections.takeIdle(_ -> true));
    }

    /// Closes the pool: who waits for a connection gets an `SQLNonTransientConnectionException`,
    /// and who comes later. Idle connections are closed on the calling thread, lent ones when they
    /// are given back.
    @Override
    public void close() {
        var left = connections.close();
        sweep.end();
        discardAll(left);
    }

    /// Its counts, as of now.
    public ConnectionPoolStatistics statistics() {
        var all = connections.all();
        int idle = connections.idle();
        return new ConnectionPoolStatistics(
                connections.max(),
                all.size(),
                Math.max(0, all.size() - idle),
                idle,
                connections.waiting(),
                pastLoans.sum() + all.stream().mapToLong(entry -> entry.loans).sum(),
                connections.waits(),
                connections.expired(),
                lifecycle.opened(),
                lifecycle.closed());
    }

    /// To whom connections are lent, or who opens one, and since when.
    public List<LentConnection> lent() {
        long now = now();
        return connections.all().stream()
                .map(entry -> LentConnection.of(entry, now))
                .filter(Objects::nonNull)
                .toList();
    }

    /// How many connections can be lent at once without waiting, idle ones and those that would be
    /// opened; negative after a resize to less than are lent.
    public int free() {
        return connections.isClosed()
                ? 0
                : connections.idle() + connections.max() - connections.count();
    }

    /// The threads that wait for a connection.
    public int waiting() {
        return connections.waiting();
    }

    String name() {
        return name;
    }

    @Override
    public String toString() {
        return connections.toString();
    }

    // ---- the rest of javax.sql.DataSource

    /// The limit of `getConnection()` in seconds, rounded up; 0 for none.
    @Override
    public int getLoginTimeout() {
        return limit == null
                ? 0
                : Math.clamp(limit.plusNanos(999_999_999).toSeconds(), 0, Integer.MAX_VALUE);
    }

    /// Throws `SQLFeatureNotSupportedException`: the builder of a pool sets its limit.
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("the builder of a pool sets its limit");
    }

    /// None: null.
    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    /// Throws `SQLFeatureNotSupportedException`: a pool logs by `System.Logger`.
    @Override
    public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
        throw new SQLFeatureNotSupportedException("a pool logs by System.Logger");
    }

    /// Throws `SQLFeatureNotSupportedException`: a pool logs by `System.Logger`.
    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("a pool logs by System.Logger");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException(this + " is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
