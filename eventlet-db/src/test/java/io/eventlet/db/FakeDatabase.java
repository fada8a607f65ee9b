// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.ThrowingRunnable;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A database that only remembers what it was asked.
final class FakeDatabase {
    final List<Fake> connections = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile ThrowingRunnable<SQLException> connecting = () -> {};

    /// What is done, such as to wait or to fail, when somebody connects.
    void onConnect(ThrowingRunnable<SQLException> action) {
        connecting = action;
    }

    Connection connect() throws SQLException {
        connecting.run();
        var fake = new Fake(numbers.incrementAndGet());
        connections.add(fake);
        return fake.connection;
    }

    /// A pool of its connections.
    ConnectionPoolBuilder pool() {
        return ConnectionPool.builder(this::connect);
    }

    /// The number of the driver's connection behind one that is lent.
    static int number(Connection lent) throws SQLException {
        return Integer.parseInt(lent.getClientInfo("number"));
    }

    Fake first() {
        return connections.getFirst();
    }

    long open() {
        return connections.stream().filter(fake -> !fake.isClosed).count();
    }

    /// A connection of the driver's.
    static final class Fake {
        private static final Map<Class<?>, Object> NOTHING =
                Map.of(int.class, 0, boolean.class, false, long.class, 0L);

        final int number;
        final List<String> calls = new CopyOnWriteArrayList<>();
        final Map<String, Object> settings = new ConcurrentHashMap<>();
        final Connection connection = proxy(Connection.class, this::call);
        final Statement statement = proxy(PreparedStatement.class, this::callStatement);
        final ResultSet results = proxy(ResultSet.class, this::callResults);
        private final Map<String, ThrowingRunnable<?>> actions = new ConcurrentHashMap<>();
        volatile boolean isValid = true;
        volatile boolean isClosed;

        Fake(int number) {
            this.number = number;
            settings.put("AutoCommit", true);
            settings.put("ReadOnly", false);
            settings.put("TransactionIsolation", Connection.TRANSACTION_READ_COMMITTED);
            settings.put("Catalog", "shop");
            settings.put("Schema", "public");
            settings.put("Holdability", ResultSet.CLOSE_CURSORS_AT_COMMIT);
            settings.put("NetworkTimeout", 0);
        }

        /// What is done when a method is called, such as to wait or to fail.
        void on(String method, ThrowingRunnable<?> action) {
            actions.put(method, action);
        }

        void failOn(String method, Throwable error) {
            on(
                    method,
                    () -> {
                        switch (error) {
                            case Exception e -> throw e;
                            case Error e -> throw e;
                            default -> throw new AssertionError(error);
                        }
                    });
        }

        private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
                throws Exception {
            var name = method.getName();
            note(name, arguments);
            return switch (name) {
                case "close", "abort" -> {
                    isClosed = true;
                    yield null;
                }
                case "isClosed" -> isClosed;
                case "isValid" -> isValid;
                case "getClientInfo" -> String.valueOf(number);
                case "createStatement", "prepareStatement" -> statement;
                default -> setting(name, arguments, method);
            };
        }

        private @Nullable Object setting(
                String name, @Nullable Object @Nullable [] arguments, Method method) {
            var value = arguments == null ? null : arguments[arguments.length - 1];
            if (name.startsWith("set") && value != null) {
                settings.put(name.substring(3), value);
                return null;
            }
            var known = settings.get(name.replaceFirst("^(get|is)", ""));
            return known != null ? known : NOTHING.get(method.getReturnType());
        }

        private @Nullable Object callStatement(
                Method method, @Nullable Object @Nullable [] arguments) throws Exception {
            note("statement." + method.getName(), arguments);
            return method.getReturnType() == ResultSet.class
                    ? results
                    : NOTHING.get(method.getReturnType());
        }

        private @Nullable Object callResults(Method method, @Nullable Object @Nullable [] arguments)
                throws Exception {
            note("results." + method.getName(), arguments);
            return method.getReturnType() == Statement.class
                    ? statement
                    : NOTHING.get(method.getReturnType());
        }

        private void note(String name, @Nullable Object @Nullable [] arguments) throws Exception {
            var value = arguments == null ? null : arguments[arguments.length - 1];
            calls.add(value == null ? name : name + " " + value);
            var action = actions.get(name);
            if (action != null) {
                action.run();
            }
        }
    }

    /// What is done with each call.
    interface Calls {
        @Nullable Object answer(Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable;
    }

    static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(
                Proxy.newProxyInstance(
                        FakeDatabase.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "toString" -> "fake " + type.getSimpleName();
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    case "equals" -> arguments != null && proxy == arguments[0];
                                    case "unwrap" -> throw new SQLException("wraps nothing");
                                    default -> calls.answer(method, arguments);
                                }));
    }
}
