// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;

/// What was got from a connection by its meta data, when the connection is given back.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ConnectionPoolMetaDataTest {
    private final List<String> calls = new ArrayList<>();
    private boolean failsToClose;

    private final ResultSet results =
            FakeDatabase.proxy(
                    ResultSet.class,
                    (method, _) -> {
                        calls.add("results." + method.getName());
                        if (failsToClose && method.getName().equals("close")) {
                            throw new SQLException("no");
                        }
                        return method.getReturnType() == boolean.class ? true : null;
                    });
    private final DatabaseMetaData metaData =
            FakeDatabase.proxy(
                    DatabaseMetaData.class,
                    (method, _) -> {
                        calls.add("metaData." + method.getName());
                        return results;
                    });
    private ConnectionPool pool;

    @BeforeEach
    void openPool() throws SQLException {
        pool =
                ConnectionPool.builder(() -> FakeDatabase.proxy(Connection.class, this::answer))
                        .open();
    }

    private @Nullable Object answer(Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "getMetaData" -> metaData;
            case "isValid", "getAutoCommit" -> true;
            case "isReadOnly", "isClosed" -> false;
            default -> method.getReturnType() == int.class ? 0 : null;
        };
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Test
    void resultsThatWereLeftOpenAreClosedWithTheLoan() throws SQLException {
        var connection = pool.getConnection();
        var ignored = connection.getMetaData().getCatalogs();

        connection.close();

        assertThat(calls).containsExactly("metaData.getCatalogs", "results.close");
        assertThat(pool.statistics().idle()).isOne();
    }

    @Test
    void resultsThatWereClosedAreNotClosedAgain() throws SQLException {
        try (var connection = pool.getConnection()) {
            connection.getMetaData().getCatalogs().close();
        }

        assertThat(calls).containsExactly("metaData.getCatalogs", "results.close");
    }

    @Test
    void aConnectionWhoseResultsCannotBeClosedIsThrownAway() throws SQLException {
        failsToClose = true;
        var connection = pool.getConnection();
        var ignored = connection.getMetaData().getCatalogs();

        connection.close();

        assertThat(pool.statistics().closed()).isOne();
    }

    /// It would be a query by a connection that another thread has.
    @Test
    void metaDataAskNothingAfterTheLoan() throws SQLException {
        var connection = pool.getConnection();
        var kept = connection.getMetaData();
        connection.close();

        assertThatThrownBy(kept::getCatalogs)
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasMessageContaining("back in its pool: getCatalogs");
        assertThat(calls).isEmpty();
    }

    @Test
    void metaDataAreTheSameWithinALoan() throws SQLException {
        try (var connection = pool.getConnection()) {
            assertThat(connection.getMetaData()).isSameAs(connection.getMetaData());
        }
    }
}
