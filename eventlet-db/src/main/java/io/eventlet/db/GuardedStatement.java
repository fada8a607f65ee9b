// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// A statement of a connection that is lent; also a prepared or a callable one.
abstract class GuardedStatement extends Guard<Statement> implements Statement, EndsWithLoan {
    private final GuardedConnection connection;

    GuardedStatement(GuardedConnection connection, Statement delegate) {
        super(delegate);
        this.connection = connection;
    }

    @Override
    final GuardedConnection connection() {
        return connection;
    }

    @Override
    public final Connection getConnection() {
        return connection;
    }

    final @Nullable ResultSet lent(@Nullable ResultSet results) {
        return results == null ? null : GuardedResultSet.of(this, results);
    }

    @Override
    public final void endWithLoan() throws SQLException {
        delegate.close();
    }

    @Override
    public final void close() throws SQLException {
        connection.forget(this);
        try {
            delegate.close();
        } catch (Throwable e) {
            throw failed(e);
        }
    }
}
