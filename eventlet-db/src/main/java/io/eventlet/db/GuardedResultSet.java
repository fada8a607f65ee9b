// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// The results of a statement of a connection that is lent: drivers fetch more rows when they are
/// asked for.
abstract class GuardedResultSet extends Guard<ResultSet> implements ResultSet, EndsWithLoan {
    private final Guard<?> maker; // a statement, or the meta data of a connection
    private @Nullable Statement statement; // that of meta data, once it was asked for

    GuardedResultSet(Guard<?> maker, ResultSet delegate) {
        super(delegate);
        this.maker = maker;
    }

    static GuardedResultSet of(Guard<?> maker, ResultSet delegate) {
        try {
            return (GuardedResultSet) Guards.RESULTS.invokeExact(maker, delegate);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    final GuardedConnection connection() {
        return maker.connection();
    }

    /// Those of a statement end with that.
    @Override
    public final void endWithLoan() throws SQLException {
        delegate.close();
    }

    @Override
    public final void close() throws SQLException {
        if (!(maker instanceof Statement)) {
            connection().forget(this);
        }
        try {
            delegate.close();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public final @Nullable Statement getStatement() throws SQLException {
        if (maker instanceof Statement known) {
            return known;
        }
        try {
            var made = delegate.getStatement();
            if (statement == null && made != null) {
                statement = connection().lent(made);
            }
            return statement;
        } catch (Throwable e) {
            throw failed(e);
        }
    }
}
