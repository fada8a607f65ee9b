// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.databases;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.logging.Logger;

import javax.sql.DataSource;

/// A source of connections that do nothing, at once; public, and made by its class, for Agroal.
public final class FakeDriver implements DataSource {
    @Override
    public Connection getConnection() {
        return (Connection)
                Proxy.newProxyInstance(
                        FakeDriver.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "isValid", "getAutoCommit" -> true;
                                    case "isClosed", "isReadOnly" -> false;
                                    case "getTransactionIsolation" ->
                                            Connection.TRANSACTION_READ_COMMITTED;
                                    case "getNetworkTimeout", "getHoldability" -> 0;
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    case "equals" -> proxy == arguments[0];
                                    default -> null;
                                });
    }

    @Override
    public Connection getConnection(String user, String password) {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
