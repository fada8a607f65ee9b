// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.InterruptedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What becomes of a connection that is given back.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ConnectionPoolReturnTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final FakeDatabase database = new FakeDatabase();

    private interface Use {
        void of(Connection connection) throws Exception;
    }

    /// Uses a connection of a pool once, and ends with the number of that which is lent next.
    private int nextAfter(Use use) throws Exception {
        return nextAfter(database.pool(), use);
    }

    private static int nextAfter(ConnectionPoolBuilder builder, Use use) throws Exception {
        try (var pool = builder.open()) {
            try (var connection = pool.getConnection()) {
                use.of(connection);
            }
            try (var next = pool.getConnection()) {
                return FakeDatabase.number(next);
            }
        }
    }

    // ---- as it was

    @Test
    void whatWasNotCommittedIsRolledBackBeforeTheModeIsRestored() throws Exception {
        int next = nextAfter(connection -> connection.setAutoCommit(false));

        assertThat(next).isEqualTo(1);
        assertThat(database.first().calls)
                .containsSubsequence("setAutoCommit false", "rollback", "setAutoCommit true");
    }

    @Test
    void nothingIsRolledBackThatCommitsByItself() throws Exception {
        int next = nextAfter(connection -> connection.createStatement().execute("delete"));

        assertThat(next).isEqualTo(1);
        assertThat(database.first().calls).doesNotContain("rollback");
    }

    @Test
    void settingsAreRestored() throws Exception {
        int next =
                nextAfter(connection -> {
                    connection.setReadOnly(true);
                    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                    connection.setCatalog("other");
                    connection.setSchema("private");
                    connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
                    connection.setNetworkTimeout(Runnable::run, 5);
                    connection.setSchema("hidden");
                });

        assertThat(next).isEqualTo(1);
        assertThat(database.first().settings)
                .containsEntry("ReadOnly", false)
                .containsEntry("TransactionIsolation", Connection.TRANSACTION_READ_COMMITTED)
                .containsEntry("Catalog", "shop")
                .containsEntry("Schema", "public")
                .containsEntry("Holdability", ResultSet.CLOSE_CURSORS_AT_COMMIT)
                .containsEntry("NetworkTimeout", 0);
    }

    @Test
    void settingsThatNobodyChangedAreNotAskedFor() throws Exception {
        int next = nextAfter(connection -> connection.setReadOnly(true));

        assertThat(next).isEqualTo(1);
        assertThat(database.first().calls)
                .doesNotContain("getSchema", "getCatalog", "getTransactionIsolation");
    }

    @Test
    void settingsAfterTheConnectAreTheUsualOnes() throws Exception {
        int next =
                nextAfter(
                        database.pool()
                                .onConnect(connection -> {
                                    connection.setAutoCommit(false);
                                    connection.setSchema("own");
                                }),
                        connection -> {
                            connection.setAutoCommit(true);
                            connection.setSchema("other");
                        });

        assertThat(next).isEqualTo(1);
        assertThat(database.first().settings)
                .containsEntry("AutoCommit", false)
                .containsEntry("Schema", "own");
    }

    @Test
    void restoredSettingsAreCommittedWhereNothingCommitsByItself() throws Exception {
        int next =
                nextAfter(
                        database.pool().onConnect(connection -> connection.setAutoCommit(false)),
                        connection -> connection.setSchema("other"));

        assertThat(next).isEqualTo(1);
        assertThat(database.first().calls)
                .containsSubsequence("rollback", "setSchema public", "commit");
    }

    @Test
    void connectionWhoseSettingWasNothingAndIsChangedIsClosed() throws Exception {
        int next =
                nextAfter(connection -> {
                    database.first().settings.remove("Catalog");
                    connection.setCatalog("other");
                });

        assertThat(next).isEqualTo(2);
    }

    @Test
    void warningsAreCleared() throws Exception {
        int next = nextAfter(_ -> {});

        assertThat(next).isEqualTo(1);
        assertThat(database.first().calls).contains("clearWarnings");
    }

    @Test
    void openStatementsAreClosedOnce() throws Exception {
        int next =
                nextAfter(connection -> {
                    connection.createStatement().close();
                    var ignored = connection.prepareStatement("select 1");
                });

        assertThat(next).isEqualTo(1);
        assertThat(database.first().calls).filteredOn("statement.close"::equals).hasSize(2);
    }

    @Test
    void connectionWhoseStatementCannotBeClosedIsClosed() throws Exception {
        int next =
                nextAfter(connection -> {
                    var ignored = connection.createStatement();
                    database.first().failOn("statement.close", new SQLException("cursor is lost"));
                });

        assertThat(next).isEqualTo(2);
        assertThat(database.first().isClosed).isTrue();
    }

    @Test
    void connectionThatCannotRollBackIsClosedAndItsUserNotTold() throws Exception {
        int next =
                nextAfter(connection -> {
                    connection.setAutoCommit(false);
                    database.first().failOn("rollback", new SQLException("cannot"));
                });

        assertThat(next).isEqualTo(2);
        assertThat(database.first().isClosed).isTrue();
    }

    // ---- the end of a loan

    @Test
    void secondCloseDoesNothing() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            var first = pool.getConnection();
            first.close();
            var second = pool.getConnection();

            first.close();

            assertThat(pool.statistics().idle()).isZero();
            second.close();
        }
    }

    @Test
    void useAfterTheCloseIsAnError() throws SQLException {
        try (var pool = database.pool().open()) {
            var connection = pool.getConnection();
            connection.close();

            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(connection::createStatement)
                    .withMessageContaining("is back in its pool")
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("08003"));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> connection.setReadOnly(true));
            assertThat(connection.isClosed()).isTrue();
            assertThat(connection.isValid(1)).isFalse();
        }
    }

    @Test
    void useAfterTheCloseDoesNoHarmToTheNextUser() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            var stale = pool.getConnection();
            stale.close();
            var next = pool.getConnection();

            assertThatExceptionOfType(SQLException.class).isThrownBy(stale::rollback);
            next.close();

            assertThat(pool.statistics().closed()).isZero();
        }
    }

    @Test
    void abortedConnectionIsNotLentAgain() throws Exception {
        int next = nextAfter(connection -> connection.abort(Runnable::run));

        assertThat(next).isEqualTo(2);
    }

    // ---- what was lost

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08000", "57P01", "25P03", "01002"})
    void lostConnectionIsNotLentAgain(String state) throws Exception {
        int next =
                nextAfter(connection ->
                        fail(connection, new SQLException("the server is gone", state)));

        assertThat(next).isEqualTo(2);
        assertThat(database.first().isClosed).isTrue();
    }

    private void fail(Connection connection, Throwable error) throws SQLException {
        database.first().failOn("statement.execute", error);
        try (var statement = connection.createStatement()) {
            assertThatExceptionOfType(error.getClass())
                    .isThrownBy(() -> statement.execute("select 1"))
                    .isSameAs(error);
        }
    }

    @Test
    void connectionThatHadAnErrorOfTheDatabaseIsLentAgain() throws Exception {
        int next =
                nextAfter(connection ->
                        fail(connection, new SQLSyntaxErrorException("near from", "42601")));

        assertThat(next).isEqualTo(1);
    }

    @Test
    void connectionIsLostByTheTypeOfTheError() throws Exception {
        int next = nextAfter(connection -> fail(connection, new SQLRecoverableException("again")));

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionIsLostByAnErrorThatFollows() throws Exception {
        var first = new SQLException("batch", "21000");
        first.setNextException(new SQLException("the server is gone", "08006"));

        int next = nextAfter(connection -> fail(connection, first));

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionOfADriverThatFailsInAnotherWayIsNotLentAgain() throws Exception {
        int next = nextAfter(connection -> fail(connection, new IllegalStateException("a bug")));

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionIsLostByAnErrorOfItsResults() throws Exception {
        int next =
                nextAfter(connection -> {
                    database.first()
                            .failOn(
                                    "results.next",
                                    new SQLException("the server is gone", "08006"));
                    var results = connection.createStatement().executeQuery("select 1");
                    assertThatExceptionOfType(SQLException.class).isThrownBy(results::next);
                });

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionThatTheDriverHasClosedIsNotLentAgain() throws Exception {
        int next = nextAfter(_ -> database.first().isClosed = true);

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionThatItsUserFoundToBeBadIsNotLentAgain() throws Exception {
        int next =
                nextAfter(connection -> {
                    database.first().isValid = false;
                    assertThat(connection.isValid(1)).isFalse();
                });

        assertThat(next).isEqualTo(2);
    }

    @Test
    void errorOfTheDriverThatIsNoSqlExceptionComesOutOfTheCloseAndLeavesRoom() throws Exception {
        var bug = new IllegalStateException("a bug");
        try (var pool = database.pool().max(1).open()) {
            var connection = pool.getConnection();
            var ignored = connection.createStatement();
            database.first().failOn("statement.close", bug);

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(connection::close)
                    .isSameAs(bug);
            assertThat(pool.free()).isEqualTo(1);
            assertThat(database.first().isClosed).isTrue();
        }
    }

    // ---- cancellations

    @Test
    void connectionThatATimeoutHasHitIsNotLentAgain() throws Exception {
        var gate = new GreenSemaphore(0);
        int next =
                nextAfter(connection -> {
                    database.first().on("statement.execute", gate::acquire);
                    var statement = connection.createStatement();
                    assertThatExceptionOfType(TimeoutExpired.class)
                            .isThrownBy(() ->
                                    io.eventlet.Timeout.call(
                                            SHORT, () -> statement.execute("select 1")));
                });

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionThatAKillHasHitIsNotLentAgain() throws Exception {
        var gate = new GreenSemaphore(0);
        try (var pool = database.pool().max(1).open()) {
            var working =
                    Eventlet.spawn(() -> {
                        try (var connection = pool.getConnection()) {
                            database.first().on("statement.execute", gate::acquire);
                            connection.createStatement().execute("select 1");
                        }
                    });
            while (gate.waiting() == 0) {
                Eventlet.yield();
            }

            working.kill();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(working::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            try (var next = pool.getConnection()) {
                assertThat(FakeDatabase.number(next)).isEqualTo(2);
            }
        }
    }

    @Test
    void connectionOfADriverThatTellsOfAnInterruptIsNotLentAgain() throws Exception {
        int next =
                nextAfter(connection ->
                        fail(
                                connection,
                                new SQLException("I/O", "57014", new InterruptedIOException())));

        assertThat(next).isEqualTo(2);
    }

    @Test
    void connectionOfAThreadThatWasKilledElsewhereIsLentAgain() throws Exception {
        var gate = new GreenSemaphore(0);
        try (var pool = database.pool().max(1).open()) {
            var working =
                    Eventlet.spawn(() -> {
                        try (var _ = pool.getConnection()) {
                            gate.acquire();
                        }
                    });
            while (gate.waiting() == 0) {
                Eventlet.yield();
            }

            working.kill();

            assertThatExceptionOfType(TaskFailed.class).isThrownBy(working::await);
            try (var next = pool.getConnection()) {
                assertThat(FakeDatabase.number(next)).isEqualTo(1);
            }
        }
    }

    @Test
    void killThatEndsTheRollbackIsThrownAndTheConnectionClosed() throws Exception {
        var gate = new GreenSemaphore(0);
        var caught = new CopyOnWriteArrayList<Throwable>();
        try (var pool = database.pool().max(1).open()) {
            var working =
                    Eventlet.spawn(() -> {
                        var connection = pool.getConnection();
                        connection.setAutoCommit(false);
                        database.first().on("rollback", gate::acquire);
                        try {
                            connection.close();
                        } catch (Throwable e) {
                            caught.add(e);
                            throw e;
                        }
                    });
            while (gate.waiting() == 0) {
                Eventlet.yield();
            }

            working.kill();

            assertThatExceptionOfType(TaskFailed.class).isThrownBy(working::await);
            assertThat(caught).hasOnlyElementsOfType(GreenThreadKilled.class).hasSize(1);
            assertThat(database.first().isClosed).isTrue();
            assertThat(pool.free()).isEqualTo(1);
        }
    }

    @Test
    void roomIsThereAlthoughTheCloseOfTheDriverFails() throws Exception {
        try (var pool = database.pool().max(1).open()) {
            var connection = pool.getConnection();
            fail(connection, new SQLException("the server is gone", "08006"));
            database.first().failOn("close", new SQLException("as I said", "08006"));

            connection.close();

            assertThat(pool.free()).isEqualTo(1);
            assertThat(List.of(pool.statistics().opened(), pool.statistics().closed()))
                    .containsExactly(1L, 1L);
        }
    }
}
