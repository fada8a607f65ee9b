// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

/// Who gets a connection, and when.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ConnectionPoolTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final FakeDatabase database = new FakeDatabase();

    private static void awaitWaiting(ConnectionPool pool, int count) {
        while (pool.waiting() != count) {
            Eventlet.yield();
        }
    }

    // ---- lending

    @Test
    void connectionIsOpenedWhenItIsNeeded() throws SQLException {
        try (var pool = database.pool().open()) {
            assertThat(database.connections).isEmpty();

            pool.getConnection().close();

            assertThat(database.connections).hasSize(1);
        }
    }

    @Test
    void leastConnectionsAreOpenedWithThePool() throws SQLException {
        try (var pool = database.pool().min(3).open()) {
            assertThat(database.connections).hasSize(3);
            assertThat(pool.statistics().idle()).isEqualTo(3);
        }
    }

    @Test
    void openThrowsWhatOpeningTheLeastConnectionsThrows() {
        database.onConnect(() -> {
            if (database.connections.size() == 1) {
                throw new SQLException("no more");
            }
        });

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> database.pool().min(2).open())
                .withMessage("no more");
        assertThat(database.open()).isZero();
    }

    @Test
    void moreLeastThanMostConnectionsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> database.pool().min(3).max(2).open());
    }

    @Test
    void poolOfNoConnectionsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> database.pool().max(0).open());
    }

    @Test
    void connectionThatWasGivenBackLastIsLentFirst() throws SQLException {
        try (var pool = database.pool().open()) {
            var first = pool.getConnection();
            var second = pool.getConnection();
            second.close();
            first.close();

            try (var next = pool.getConnection()) {
                assertThat(FakeDatabase.number(next)).isEqualTo(1);
            }
        }
    }

    @Test
    void threadWaitsWhileAllAreLent() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            var lent = pool.getConnection();
            var waiting = Eventlet.spawn(() -> use(pool));
            awaitWaiting(pool, 1);

            assertThat(waiting.isDead()).isFalse();
            lent.close();

            assertThat(waiting.await()).isEqualTo(1);
        }
    }

    private static int use(ConnectionPool pool) throws SQLException {
        try (var connection = pool.getConnection()) {
            return FakeDatabase.number(connection);
        }
    }

    @Test
    void threadsAreServedInTheirOrder() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            var lent = pool.getConnection();
            var served = new CopyOnWriteArrayList<Integer>();
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < 5; i++) {
                int number = i;
                threads.add(
                        Eventlet.spawn(() -> {
                            try (var _ = pool.getConnection()) {
                                served.add(number);
                            }
                        }));
                awaitWaiting(pool, i + 1);
            }

            lent.close();
            threads.forEach(GreenThread::await);

            assertThat(served).containsExactly(0, 1, 2, 3, 4);
        }
    }

    @Test
    void whoComesLaterDoesNotOvertakeWhoWaits() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            var lent = pool.getConnection();
            var served = new CopyOnWriteArrayList<String>();
            var waiting =
                    Eventlet.spawn(() -> {
                        try (var _ = pool.getConnection()) {
                            served.add("who waited");
                        }
                    });
            awaitWaiting(pool, 1);

            lent.close();
            try (var _ = pool.getConnection()) {
                served.add("who came later");
            }
            waiting.await();

            assertThat(served).containsExactly("who waited", "who came later");
        }
    }

    @Test
    void neverMoreAreOpenedThanThereMayBe() throws SQLException {
        var gate = new GreenSemaphore(0);
        database.onConnect(gate::acquire);
        try (var pool = database.pool().max(2).open()) {
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < 10; i++) {
                threads.add(Eventlet.spawn(() -> use(pool)));
            }
            awaitWaiting(pool, 8);

            gate.release();
            gate.release();
            threads.forEach(GreenThread::await);

            assertThat(database.connections).hasSize(2);
        }
    }

    // ---- limits

    @Test
    void waitBeyondTheLimitIsATransientErrorWithTheCounts() throws SQLException {
        try (var pool = database.pool().name("shop").max(1).limit(SHORT).open();
                var _ = pool.getConnection(Duration.ofMinutes(1))) {
            assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(pool::getConnection)
                    .withMessageContaining("no connection within 2 ms")
                    .withMessageContaining(
                            "connection pool shop: 1 of at most 1 connections, 1 lent, 0 idle, 0"
                                    + " waiting")
                    .withMessageContaining(
                            "the longest of all is lent to " + Thread.currentThread());
        }
    }

    @Test
    void limitCountsForConnectingToo() throws SQLException {
        var gate = new GreenSemaphore(0);
        database.onConnect(gate::acquire);
        try (var pool = database.pool().open()) {
            assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(() -> pool.getConnection(SHORT));

            assertThat(pool.statistics().size()).isZero();
        }
    }

    @Test
    void limitOfNoTimeGetsWhatIsIdle() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            pool.getConnection().close();

            var lent = pool.getConnection(Duration.ZERO);

            assertThat(FakeDatabase.number(lent)).isEqualTo(1);
            assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(() -> pool.getConnection(Duration.ZERO));
            lent.close();
        }
    }

    @Test
    void timeoutAroundTheCallIsThrown() throws SQLException {
        try (var pool = database.pool().max(1).open();
                var _ = pool.getConnection()) {
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> io.eventlet.Timeout.call(SHORT, pool::getConnection));

            assertThat(pool.waiting()).isZero();
        }
    }

    @Test
    void threadThatIsKilledHasTakenNothing() throws SQLException {
        try (var pool = database.pool().max(1).open()) {
            var lent = pool.getConnection();
            var waiting = Eventlet.spawn(() -> use(pool));
            awaitWaiting(pool, 1);

            waiting.kill();
            awaitWaiting(pool, 0);
            lent.close();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(waiting::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            assertThat(use(pool)).isEqualTo(1);
        }
    }

    // ---- connecting fails

    @Test
    void errorOfTheDriverIsThrownAndCountsNoMore() throws SQLException {
        var refusal = new SQLException("connection refused", "08001");
        database.onConnect(() -> {
            throw refusal;
        });
        try (var pool = database.pool().max(1).open()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(pool::getConnection)
                    .isSameAs(refusal);
            database.onConnect(() -> {});

            assertThat(use(pool)).isEqualTo(1);
        }
    }

    @Test
    void whoWaitsMayConnectWhenAnotherCouldNot() throws SQLException {
        var gate = new GreenSemaphore(0);
        database.onConnect(() -> {
            gate.acquire();
            database.onConnect(() -> {});
            throw new SQLException("connection refused", "08001");
        });
        try (var pool = database.pool().max(1).open()) {
            var first = Eventlet.spawn(() -> use(pool));
            while (pool.statistics().size() == 0) {
                Eventlet.yield();
            }
            var second = Eventlet.spawn(() -> use(pool));
            awaitWaiting(pool, 1);

            gate.release();

            assertThatExceptionOfType(TaskFailed.class).isThrownBy(first::await);
            assertThat(second.await()).isEqualTo(1);
        }
    }

    @Test
    void connectionWhoseStartFailsIsClosed() throws SQLException {
        var pool =
                database.pool()
                        .onConnect(_ -> {
                            throw new SQLException("no such time zone");
                        })
                        .open();

        try (pool) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(pool::getConnection)
                    .withMessage("no such time zone");
            assertThat(database.first().isClosed).isTrue();
            assertThat(pool.statistics().size()).isZero();
        }
    }

    @Test
    void threadThatIsKilledWhileItConnectsLeavesRoom() throws SQLException {
        var gate = new GreenSemaphore(0);
        database.onConnect(gate::acquire);
        try (var pool = database.pool().max(1).open()) {
            var connecting = Eventlet.spawn(() -> use(pool));
            while (gate.waiting() == 0) {
                Eventlet.yield();
            }

            connecting.kill();
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(connecting::await);
            gate.release();

            assertThat(use(pool)).isEqualTo(1);
        }
    }

    // ---- the pool

    @Test
    void growingLetsInWhoWaits() throws SQLException {
        try (var pool = database.pool().max(1).open();
                var _ = pool.getConnection()) {
            var waiting = Eventlet.spawn(() -> use(pool));
            awaitWaiting(pool, 1);

            pool.resize(2);

            assertThat(waiting.await()).isEqualTo(2);
        }
    }

    @Test
    void shrinkingClosesWhatIsIdleAndWhatIsGivenBack() throws SQLException {
        try (var pool = database.pool().max(3).open()) {
            var lent = List.of(pool.getConnection(), pool.getConnection(), pool.getConnection());
            lent.getFirst().close();

            pool.resize(1);
            long openAfterShrinking = database.open();
            lent.get(1).close();

            assertThat(openAfterShrinking).isEqualTo(2);
            assertThat(database.open()).isEqualTo(1);
            lent.get(2).close();
            assertThat(database.open()).isEqualTo(1);
            assertThat(pool.free()).isEqualTo(1);
        }
    }

    @Test
    void clearingClosesWhatIsIdleNowAndTheRestWhenItIsGivenBack() throws SQLException {
        try (var pool = database.pool().open()) {
            var lent = pool.getConnection();
            pool.getConnection().close();

            pool.clear();
            long openAfterClearing = database.open();
            lent.close();

            assertThat(openAfterClearing).isEqualTo(1);
            assertThat(database.open()).isZero();
            assertThat(use(pool)).isEqualTo(3);
        }
    }

    @Test
    void closingClosesWhatIsIdleNowAndTheRestWhenItIsGivenBack() throws SQLException {
        var pool = database.pool().open();
        var lent = pool.getConnection();
        pool.getConnection().close();

        pool.close();
        pool.close();
        long openAfterClosing = database.open();
        lent.close();

        assertThat(openAfterClosing).isEqualTo(1);
        assertThat(database.open()).isZero();
    }

    @Test
    void closingTellsWhoWaitsAndWhoComesLater() throws SQLException {
        var pool = database.pool().max(1).open();
        var lent = pool.getConnection();
        var waiting = Eventlet.spawn(() -> use(pool));
        awaitWaiting(pool, 1);

        pool.close();
        lent.close();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(waiting::await)
                .withCauseInstanceOf(SQLNonTransientConnectionException.class);
        assertThatExceptionOfType(SQLNonTransientConnectionException.class)
                .isThrownBy(pool::getConnection)
                .withMessageContaining("closed");
        assertThat(pool.free()).isZero();
    }

    @Test
    void countsTellWhatHappened() throws SQLException {
        try (var pool = database.pool().max(2).open()) {
            var lent = pool.getConnection();
            use(pool);
            use(pool);

            var now = pool.statistics();

            assertThat(now).isEqualTo(new ConnectionPoolStatistics(2, 2, 1, 1, 0, 3, 0, 0, 2, 0));
            lent.close();
        }
    }

    @Test
    void changeOfTheBuilderChangesNoPoolThatIsOpen() throws SQLException {
        var builder = database.pool().max(1).limit(Duration.ZERO);
        try (var pool = builder.open();
                var _ = pool.getConnection()) {
            builder.noLimit().max(2);

            assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(pool::getConnection);
        }
    }

    @Test
    void poolIsADataSource() throws SQLException {
        try (var pool = database.pool().limit(Duration.ofMillis(1500)).open()) {
            DataSource source = pool;

            assertThat(source.unwrap(ConnectionPool.class)).isSameAs(pool);
            assertThat(source.isWrapperFor(Connection.class)).isFalse();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> source.unwrap(Connection.class));
            assertThat(source.getLoginTimeout()).isEqualTo(2);
            assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
                    .isThrownBy(() -> source.getConnection("shop", "secret"));
        }
    }

    @Test
    void threadsThatAreNotGreenAreServedToo() throws Exception {
        try (var pool = database.pool().max(1).open()) {
            var lent = pool.getConnection();
            var served = new CopyOnWriteArrayList<Integer>();
            var thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    served.add(use(pool));
                                } catch (SQLException e) {
                                    throw new AssertionError(e);
                                }
                            });
            awaitWaiting(pool, 1);

            lent.close();
            thread.join();

            assertThat(served).containsExactly(1);
        }
    }
}
