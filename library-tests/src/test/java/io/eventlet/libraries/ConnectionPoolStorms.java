// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ThrowingConsumer;
import io.eventlet.db.ConnectionPool;
import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CyclicBarrier;

/// What holds of our pool over every driver: many green threads at few connections.
abstract class ConnectionPoolStorms {
    private static final int SOME = 3_000; // questions
    private static final int MANY = 100_000;
    private static final int THREADS = 1_000;
    private static final int CONNECTIONS = 20;

    abstract LocalServer server();

    abstract Database database();

    /// The name of the driver.
    abstract String driver();

    /// The name of a table that there is not.
    abstract String table();

    private ConnectionPool pool(int max) throws SQLException {
        return ConnectionPool.builder(database().url()).max(max).noLimit().open();
    }

    private Storm storm(String what, int questions) throws Exception {
        return Storm.ofCrowd(
                "ConnectionPool over " + driver() + what,
                questions,
                THREADS,
                THREADS / CONNECTIONS);
    }

    @Test
    void poolServesOnAfterTimeoutsAndKills() throws Exception {
        stormOverPool(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void poolServesOnAfterManyTimeoutsAndKills() throws Exception {
        stormOverPool(MANY);
    }

    private void stormOverPool(int questions) throws Exception {
        try (var pool = pool(CONNECTIONS);
                var storm = storm("", questions)) {
            storm.rage(database().over(pool));
            storm.assertAnswers(database().over(pool));
            assertIsWhole(pool);
        }
    }

    private static void assertIsWhole(ConnectionPool pool) {
        assertThat(pool.lent()).isEmpty();
        assertThat(pool.waiting()).isZero();
        assertThat(pool.free()).isEqualTo(CONNECTIONS);
    }

    @Test
    void poolRecoversFromTheDeathOfTheServer() throws Exception {
        stormAroundDeath(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void poolRecoversFromTheDeathOfTheServerUnderLoad() throws Exception {
        stormAroundDeath(MANY);
    }

    private void stormAroundDeath(int questions) throws Exception {
        try (var pool = pool(CONNECTIONS);
                var storm = storm(", of a server that dies", questions)) {
            storm.rage(
                    database().over(pool),
                    () -> {
                        server().kill();
                        server().restart();
                    });
            storm.assertAnswers(database().over(pool));
            assertIsWhole(pool);
        }
    }

    @Test
    void connectionIsAsItWasForTheNext() throws Exception {
        try (var pool = pool(1)) {
            var before = settings(pool);
            use(
                    pool,
                    connection -> {
                        connection.setReadOnly(true);
                        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                        connection.setAutoCommit(false);
                        connection.setNetworkTimeout(Runnable::run, 10_000);
                        assertThat(database().ask(connection, 7, 0)).isEqualTo(7);
                    });

            assertThat(settings(pool)).isEqualTo(before);
            assertThat(pool.statistics().opened()).isOne();
        }
    }

    private record Settings(boolean readOnly, int isolation, boolean autoCommit, int timeout) {}

    private static Settings settings(ConnectionPool pool) throws SQLException {
        try (var connection = pool.getConnection()) {
            return new Settings(
                    connection.isReadOnly(),
                    connection.getTransactionIsolation(),
                    connection.getAutoCommit(),
                    connection.getNetworkTimeout());
        }
    }

    private static void use(ConnectionPool pool, ThrowingConsumer<Connection> action)
            throws Exception {
        try (var connection = pool.getConnection()) {
            action.accept(connection);
        }
    }

    @Test
    void whatWasNotCommittedIsRolledBack() throws Exception {
        try (var pool = pool(1)) {
            use(
                    pool,
                    connection ->
                            run(connection, "create table %s (number int)".formatted(table())));
            use(
                    pool,
                    connection -> {
                        connection.setAutoCommit(false);
                        run(connection, "insert into %s values (1)".formatted(table()));
                    });

            try (var connection = pool.getConnection();
                    var statement = connection.createStatement();
                    var count = statement.executeQuery("select count(*) from " + table())) {
                assertThat(count.next()).isTrue();
                assertThat(count.getInt(1)).isZero();
            }
            use(pool, connection -> run(connection, "drop table " + table()));
        }
    }

    private static void run(Connection connection, String statement) throws SQLException {
        try (var run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    @Test
    void connectionsWorkSideBySide() throws Exception {
        var all = new CyclicBarrier(CONNECTIONS);
        try (var pool = pool(CONNECTIONS)) {
            var threads =
                    java.util.stream.IntStream.range(0, CONNECTIONS)
                            .mapToObj(number ->
                                    io.eventlet.Eventlet.spawn(() -> {
                                        try (var connection = pool.getConnection()) {
                                            all.await();
                                            return database().ask(connection, number, 1);
                                        }
                                    }))
                            .toList();

            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(threads.get(i).await()).isEqualTo(i);
            }
        }
    }
}
