// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/// A connection as it is lent, once. Any thread may close it.
abstract class GuardedConnection extends Guard<Connection> implements Connection {
    private static final VarHandle ENTRY;

    static {
        try {
            ENTRY =
                    MethodHandles.lookup()
                            .findVarHandle(GuardedConnection.class, "entry", Entry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ConnectionPool pool;
    private final Settings settings;
    private volatile @Nullable Entry entry; // null once it has been given back
    private @Nullable List<EndsWithLoan> open; // under this monitor

    private @Nullable GuardedMetaData metaData; // under this monitor: the last that was lent

    GuardedConnection(ConnectionPool pool, Entry entry, Connection delegate, Settings settings) {
        super(delegate);
        this.pool = pool;
        this.settings = settings;
        ENTRY.set(this, entry);
    }

    static GuardedConnection of(
            ConnectionPool pool, Entry entry, Connection delegate, Settings settings) {
        try {
            return (GuardedConnection)
                    Guards.CONNECTION.invokeExact(pool, entry, delegate, settings);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    final GuardedConnection connection() {
        return this;
    }

    /// Notes what the driver has thrown.
    final void note(Throwable error) {
        var held = entry;
        if (held != null && Failures.isFatal(error)) {
            pool.noteLoss(held, error);
        }
    }

    // ---- its end

    /// Gives it back to the pool; does nothing the second time.
    @Override
    public final void close() {
        var held = end();
        if (held != null) {
            try {
                endAllOpen(held);
            } catch (Throwable e) {
                pool.discardAfter(e, held);
                throw e;
            }
            pool.giveBack(held);
        }
    }

    /// Ends the connection itself, and the loan.
    @Override
    public final void abort(Executor executor) throws SQLException {
        var aborted = delegate;
        var held = end();
        if (held != null) {
            held.broken = true;
            try {
                aborted.abort(executor);
            } finally {
                pool.giveBack(held);
            }
        }
    }

    /// The entry, for the first who asks.
    private @Nullable Entry end() {
        var held = (Entry) ENTRY.getAndSet(this, null);
        if (held != null) {
            delegate = ReturnedConnection.INSTANCE;
        }
        return held;
    }

    @Override
    public final boolean isClosed() throws SQLException {
        try {
            return entry == null || delegate.isClosed();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public final boolean isValid(int seconds) throws SQLException {
        var held = entry;
        if (held == null) {
            return false;
        }
        try {
            boolean valid = delegate.isValid(seconds);
            if (!valid) {
                held.broken = true;
            }
            return valid;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    // ---- statements

    final Statement lent(Statement statement) {
        return lend(Guards.STATEMENT, statement);
    }

    final PreparedStatement lent(PreparedStatement statement) {
        return (PreparedStatement) lend(Guards.PREPARED, statement);
    }

    final CallableStatement lent(CallableStatement statement) {
        return (CallableStatement) lend(Guards.CALLABLE, statement);
    }

    final DatabaseMetaData lent(DatabaseMetaData made) {
        synchronized (this) {
            var known = metaData;
            if (known != null && known.delegate == made) { // as most drivers give it
                return known;
            }
            metaData = GuardedMetaData.of(this, made);
            return untilReturned(metaData);
        }
    }

    private GuardedStatement lend(MethodHandle constructor, Statement statement) {
        GuardedStatement lent;
        try {
            lent = (GuardedStatement) constructor.invokeExact(this, statement);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return untilReturned(lent);
    }

    /// Notes what is to end when the connection is given back.
    final synchronized <T extends EndsWithLoan> T untilReturned(T lent) {
        var known = open;
        if (known == null) {
            known = new ArrayList<>(2);
            open = known;
        }
        known.add(lent);
        return lent;
    }

    /// Forgets what is closed: mostly what was made last.
    final synchronized void forget(EndsWithLoan closed) {
        var known = open == null ? List.<EndsWithLoan>of() : open;
        for (int i = known.size() - 1; i >= 0; i--) {
            if (known.get(i) == closed) {
                known.remove(i);
                return;
            }
        }
    }

    private void endAllOpen(Entry held) {
        for (var lent : takeOpen()) {
            try {
                lent.endWithLoan();
            } catch (SQLException e) { // what is left of it would come to the next user
                held.broken = true;
            }
        }
    }

    private synchronized List<EndsWithLoan> takeOpen() {
        var known = open;
        open = null;
        return known == null ? List.of() : known;
    }

    // ---- settings

    @Override
    public final void setAutoCommit(boolean on) throws SQLException {
        change(Setting.AUTO_COMMIT, connection -> connection.setAutoCommit(on));
        settings.autoCommit(on);
    }

    @Override
    public final void setReadOnly(boolean on) throws SQLException {
        change(Setting.READ_ONLY, connection -> connection.setReadOnly(on));
    }

    @Override
    public final void setTransactionIsolation(int level) throws SQLException {
        change(Setting.ISOLATION, connection -> connection.setTransactionIsolation(level));
    }

    @Override
    public final void setCatalog(String catalog) throws SQLException {
        change(Setting.CATALOG, connection -> connection.setCatalog(catalog));
    }

    @Override
    public final void setSchema(String schema) throws SQLException {
        change(Setting.SCHEMA, connection -> connection.setSchema(schema));
    }

    @Override
    public final void setHoldability(int holdability) throws SQLException {
        change(Setting.HOLDABILITY, connection -> connection.setHoldability(holdability));
    }

    @Override
    public final void setNetworkTimeout(Executor executor, int millis) throws SQLException {
        change(
                Setting.NETWORK_TIMEOUT,
                connection -> connection.setNetworkTimeout(executor, millis));
    }

    private interface Change {
        void apply(Connection connection) throws SQLException;
    }

    private void change(Setting setting, Change change) throws SQLException {
        try {
            if (entry != null) {
                settings.change(setting);
            }
            change.apply(delegate);
        } catch (Throwable e) {
            throw failed(e);
        }
    }
}
