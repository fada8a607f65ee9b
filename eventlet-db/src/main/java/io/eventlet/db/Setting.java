// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// What a user may change of a connection, and the pool changes back.
///
/// In the order in which that is done: the auto-commit mode first, so that what drivers do by a
/// statement is not within a transaction.
enum Setting {
    AUTO_COMMIT,
    READ_ONLY,
    ISOLATION,
    CATALOG,
    SCHEMA,
    HOLDABILITY,
    NETWORK_TIMEOUT;

    @Nullable Object read(Connection connection) throws SQLException {
        return switch (this) {
            case AUTO_COMMIT -> connection.getAutoCommit();
            case READ_ONLY -> connection.isReadOnly();
            case ISOLATION -> connection.getTransactionIsolation();
            case CATALOG -> connection.getCatalog();
            case SCHEMA -> connection.getSchema();
            case HOLDABILITY -> connection.getHoldability();
            case NETWORK_TIMEOUT -> connection.getNetworkTimeout();
        };
    }

    /// Sets it to what it was; false if that was nothing, which no driver can be told.
    boolean restore(Connection connection, @Nullable Object original) throws SQLException {
        if (original == null) {
            return read(connection) == null;
        }
        switch (this) {
            case AUTO_COMMIT -> connection.setAutoCommit((Boolean) original);
            case READ_ONLY -> connection.setReadOnly((Boolean) original);
            case ISOLATION -> connection.setTransactionIsolation((Integer) original);
            case CATALOG -> connection.setCatalog((String) original);
            case SCHEMA -> connection.setSchema((String) original);
            case HOLDABILITY -> connection.setHoldability((Integer) original);
            case NETWORK_TIMEOUT -> connection.setNetworkTimeout(Runnable::run, (Integer) original);
        }
        return true;
    }
}
