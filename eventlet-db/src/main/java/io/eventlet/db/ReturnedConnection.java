// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLNonTransientConnectionException;

/// What a loan that has ended leads to: a connection that only says so.
final class ReturnedConnection {
    static final Connection INSTANCE = of(Connection.class);

    /// What its meta data lead to.
    static final DatabaseMetaData META_DATA = of(DatabaseMetaData.class);

    private ReturnedConnection() {}

    private static <T> T of(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        ReturnedConnection.class.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, _) -> {
                            if (method.getName().equals("toString")) {
                                return "connection that was given back";
                            }
                            throw new SQLNonTransientConnectionException(
                                    "the connection was closed, and is back in its pool: %s"
                                            .formatted(method.getName()),
                                    "08003");
                        }));
    }
}
