// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What stands before the objects of a driver, by all methods of JDBC that there are.
@Timeout(60)
class GuardsTest {
    private static final Map<Class<?>, Object> VALUES =
            Map.of(
                    boolean.class,
                    true,
                    byte.class,
                    (byte) 1,
                    short.class,
                    (short) 2,
                    int.class,
                    3,
                    long.class,
                    4L,
                    float.class,
                    5.5f,
                    double.class,
                    6.25,
                    String.class,
                    "seven");

    /// Which the pool answers, or that end the loan.
    private static final Set<String> OWN =
            Set.of("close", "abort", "unwrap", "isWrapperFor", "getConnection", "getStatement");

    private final List<String> calls = new ArrayList<>();
    private @Nullable Throwable failure;
    private ConnectionPool pool;
    private Connection connection;

    @BeforeEach
    void lend() throws SQLException {
        pool = ConnectionPool.builder(() -> fake(Connection.class)).open();
        connection = pool.getConnection();
    }

    @AfterEach
    void end() {
        failure = null;
        pool.close();
    }

    private <T> T fake(Class<T> type) {
        return FakeDatabase.proxy(
                type,
                (method, arguments) -> {
                    calls.add(method.getName() + Arrays.toString(arguments));
                    if (failure != null) {
                        throw failure;
                    }
                    return value(method.getReturnType());
                });
    }

    private @Nullable Object value(Class<?> type) {
        var known = VALUES.get(type);
        if (known != null) {
            return known;
        }
        return type.getPackageName().equals("java.sql") && type.isInterface() ? fake(type) : null;
    }

    private Object guard(Class<?> type) throws SQLException {
        return switch (type.getSimpleName()) {
            case "Connection" -> connection;
            case "Statement" -> connection.createStatement();
            case "PreparedStatement" -> connection.prepareStatement("select 1");
            case "CallableStatement" -> connection.prepareCall("call f()");
            case "ResultSet" -> connection.createStatement().executeQuery("select 1");
            case "DatabaseMetaData" -> connection.getMetaData();
            default -> throw new AssertionError(type);
        };
    }

    private static List<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !OWN.contains(method.getName()))
                .toList();
    }

    private @Nullable Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> VALUES.containsKey(type) ? VALUES.get(type) : null)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Connection.class,
                Statement.class,
                PreparedStatement.class,
                CallableStatement.class,
                ResultSet.class,
                DatabaseMetaData.class
            })
    void everyMethodIsPassedOnWithItsArgumentsAndItsResult(Class<?> type) throws Exception {
        var guard = guard(type);
        for (var method : methods(type)) {
            var arguments = arguments(method);
            calls.clear();

            var result = method.invoke(guard, arguments);

            assertThat(calls)
                    .as(method.toString())
                    .last()
                    .isEqualTo(
                            method.getName()
                                    + (arguments.length == 0
                                            ? "null"
                                            : Arrays.toString(arguments)));
            assertThat(VALUES.getOrDefault(method.getReturnType(), "other"))
                    .as(method.toString())
                    .isIn(result, "other");
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Connection.class,
                Statement.class,
                PreparedStatement.class,
                CallableStatement.class,
                ResultSet.class,
                DatabaseMetaData.class
            })
    void everyMethodPassesItsErrorOnAndThePoolSeesIt(Class<?> type) throws Exception {
        for (var method : methods(type)) {
            failure = null;
            connection = pool.getConnection();
            var guard = guard(type);
            long closed = pool.statistics().closed();
            failure = failureOf(method);

            var thrown = catchThrowable(() -> method.invoke(guard, arguments(method)));

            assertThat(thrown)
                    .as(method.toString())
                    .isInstanceOf(InvocationTargetException.class)
                    .hasCause(failure);
            failure = null;
            connection.close();
            assertThat(pool.statistics().closed()).as(method.toString()).isEqualTo(closed + 1);
        }
    }

    private static Throwable failureOf(Method method) {
        return List.of(method.getExceptionTypes()).contains(SQLException.class)
                ? new SQLException("the server is gone", "08006")
                : new IllegalStateException("the server is gone");
    }

    @Test
    void everythingLeadsBackToTheConnectionThatIsLent() throws SQLException {
        var statement = connection.prepareStatement("select 1");

        assertThat(statement.getConnection()).isSameAs(connection);
        assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        assertThat(statement.executeQuery().getStatement()).isSameAs(statement);
        assertThat(connection.getMetaData().getCatalogs().getStatement().getConnection())
                .isSameAs(connection);
    }

    @Test
    void thereMayBeNoResults() throws SQLException {
        pool.close();
        pool =
                ConnectionPool.builder(() ->
                                FakeDatabase.proxy(
                                        Connection.class,
                                        (method, _) ->
                                                method.getReturnType() == Statement.class
                                                        ? FakeDatabase.proxy(
                                                                Statement.class, (_, _) -> null)
                                                        : value(method.getReturnType())))
                        .open();

        try (var lent = pool.getConnection()) {
            assertThat(lent.createStatement().getResultSet()).isNull();
        }
    }

    private interface OfTheDriver {}

    @Test
    void connectionIsUnwrappedToWhatTheDriverHas() throws SQLException {
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        assertThat(connection.isWrapperFor(Connection.class)).isTrue();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> connection.unwrap(OfTheDriver.class))
                .withMessage("wraps nothing");
    }

    @Test
    void guardSaysWhatItStandsBefore() {
        assertThat(connection).hasToString("lent fake Connection");
    }
}
