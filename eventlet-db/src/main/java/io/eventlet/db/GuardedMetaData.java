// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;

/// The meta data of a connection that is lent.
abstract class GuardedMetaData extends Guard<DatabaseMetaData>
        implements DatabaseMetaData, EndsWithLoan {
    private final GuardedConnection connection;

    GuardedMetaData(GuardedConnection connection, DatabaseMetaData delegate) {
        super(delegate);
        this.connection = connection;
    }

    static GuardedMetaData of(GuardedConnection connection, DatabaseMetaData delegate) {
        try {
            return (GuardedMetaData) Guards.META_DATA.invokeExact(connection, delegate);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    final GuardedConnection connection() {
        return connection;
    }

    /// The driver's would ask by the connection, which is another's then.
    @Override
    public final void endWithLoan() {
        delegate = ReturnedConnection.META_DATA;
    }

    @Override
    public final Connection getConnection() {
        return connection;
    }

    final @Nullable ResultSet lent(@Nullable ResultSet results) {
        return results == null
                ? null
                : connection.untilReturned(GuardedResultSet.of(this, results));
    }
}
