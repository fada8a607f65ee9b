// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;

/// The meta data of a connection that is lent.
abstract class GuardedMetaData extends Guard<DatabaseMetaData> implements DatabaseMetaData {
    private final GuardedConnection connection;

    GuardedMetaData(GuardedConnection connection, DatabaseMetaData delegate) {
        super(delegate);
        this.connection = connection;
    }

    static DatabaseMetaData of(GuardedConnection connection, DatabaseMetaData delegate) {
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

    @Override
    public final Connection getConnection() {
        return connection;
    }

    final @Nullable ResultSet lent(@Nullable ResultSet results) {
        return results == null ? null : GuardedResultSet.of(this, results);
    }
}
