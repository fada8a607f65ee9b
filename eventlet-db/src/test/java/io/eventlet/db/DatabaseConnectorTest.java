// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// A pool for each database.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DatabaseConnectorTest {
    private final FakeDatabase fake = new FakeDatabase();

    @Test
    void databaseHasOnePool() throws SQLException {
        try (var connector = new DatabaseConnector((_, _) -> fake.pool())) {
            var pool = connector.get("db1", "shop");

            assertThat(connector.get("db1", "shop")).isSameAs(pool);
            assertThat(connector.get("db2", "shop")).isNotSameAs(pool);
            assertThat(connector.get("db1", "stock")).isNotSameAs(pool);
        }
    }

    @Test
    void credentialsMayDependOnTheHost() throws SQLException {
        var users = Map.of("db1", "first", "default", "anybody");
        try (var connector =
                new DatabaseConnector((host, database) ->
                        fake.pool()
                                .name(users.getOrDefault(host, users.get("default")) + database))) {
            assertThat(List.of(connector.get("db1", "-a"), connector.get("db2", "-b")))
                    .extracting(ConnectionPool::toString)
                    .satisfiesExactly(
                            first -> assertThat(first).startsWith("connection pool first-a:"),
                            second -> assertThat(second).startsWith("connection pool anybody-b:"));
        }
    }

    @Test
    void whoAsksAtTheSameTimeGetsTheSamePool() throws SQLException {
        var gate = new GreenSemaphore(0);
        fake.onConnect(gate::acquire);
        try (var connector = new DatabaseConnector((_, _) -> fake.pool().min(1))) {
            var one = Eventlet.spawn(() -> connector.get("db1", "shop"));
            var other = Eventlet.spawn(() -> connector.get("db1", "shop"));
            while (gate.waiting() < 2) {
                Eventlet.yield();
            }

            gate.release();
            gate.release();

            assertThat(one.await()).isSameAs(other.await());
            assertThat(fake.open()).isEqualTo(1);
        }
    }

    @Test
    void poolThatCannotBeOpenedIsTriedAgain() throws SQLException {
        fake.onConnect(() -> {
            fake.onConnect(() -> {});
            throw new SQLException("connection refused", "08001");
        });
        try (var connector = new DatabaseConnector((_, _) -> fake.pool().min(1))) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> connector.get("db1", "shop"));

            assertThat(connector.get("db1", "shop").statistics().idle()).isEqualTo(1);
        }
    }

    @Test
    void closingClosesAllPools() throws SQLException {
        var connector = new DatabaseConnector((_, _) -> fake.pool().min(1));
        var pools = List.of(connector.get("db1", "shop"), connector.get("db2", "shop"));

        connector.close();

        assertThat(fake.open()).isZero();
        assertThat(pools).extracting(ConnectionPool::free).containsOnly(0);
        assertThatIllegalStateException().isThrownBy(() -> connector.get("db1", "shop"));
    }
}
