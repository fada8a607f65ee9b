// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.lang.Tracing;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;

/// What time does to connections, and to those who hold them.
@Tag("hub-only") // by a clock of its own
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ConnectionPoolAgeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @RegisterExtension private final LoggedLines logged = new LoggedLines();

    private final FakeDatabase database = new FakeDatabase();

    private interface Scene {
        void play(ConnectionPool pool) throws Exception;
    }

    private static void simulate(ConnectionPoolBuilder builder, Scene scene) throws Exception {
        Simulation.inOrder()
                .run(() -> {
                    try (var pool = builder.open()) {
                        scene.play(pool);
                    }
                });
    }

    private static int use(ConnectionPool pool) throws SQLException {
        try (var connection = pool.getConnection()) {
            return FakeDatabase.number(connection);
        }
    }

    private long validations() {
        return database.connections.stream()
                .flatMap(fake -> fake.calls.stream())
                .filter(call -> call.startsWith("isValid"))
                .count();
    }

    // ---- age

    @Test
    void connectionThatIsTooOldIsReplaced() throws Exception {
        simulate(
                database.pool().maxAge(TEN_MINUTES),
                pool -> {
                    use(pool);
                    Eventlet.sleep(Duration.ofMinutes(8));
                    int young = use(pool);
                    Eventlet.sleep(Duration.ofMinutes(3));

                    assertThat(List.of(young, use(pool))).containsExactly(1, 2);
                });
    }

    @Test
    void connectionThatIsTooOldIsClosedThoughNobodyNeedsIt() throws Exception {
        simulate(
                database.pool().maxAge(TEN_MINUTES),
                pool -> {
                    use(pool);

                    Eventlet.sleep(TEN_MINUTES.multipliedBy(2));

                    assertThat(database.open()).isZero();
                    assertThat(pool.statistics().size()).isZero();
                });
    }

    @Test
    void connectionThatIsTooOldIsClosedWhenItIsGivenBack() throws Exception {
        simulate(
                database.pool().maxAge(TEN_MINUTES),
                pool -> {
                    try (var _ = pool.getConnection()) {
                        Eventlet.sleep(TEN_MINUTES.plus(MINUTE));
                    }

                    assertThat(database.open()).isZero();
                });
    }

    @Test
    void connectionOfNoAgeIsLentOnce() throws SQLException {
        try (var pool = database.pool().maxAge(Duration.ZERO).open()) {
            assertThat(List.of(use(pool), use(pool))).containsExactly(1, 2);
            assertThat(database.open()).isZero();
        }
    }

    // ---- idle

    @Test
    void connectionThatIsIdleForTooLongIsReplaced() throws Exception {
        simulate(
                database.pool().maxIdle(MINUTE),
                pool -> {
                    use(pool);
                    Eventlet.sleep(MINUTE.minus(SECOND));
                    int first = use(pool);
                    Eventlet.sleep(MINUTE.plus(SECOND));

                    assertThat(List.of(first, use(pool))).containsExactly(1, 2);
                });
    }

    @Test
    void poolThatNobodyUsesBecomesEmpty() throws Exception {
        simulate(
                database.pool().maxIdle(MINUTE),
                pool -> {
                    use(pool);

                    Eventlet.sleep(MINUTE.multipliedBy(2));

                    assertThat(database.open()).isZero();
                });
    }

    @Test
    void leastConnectionsAreNotClosedForBeingIdle() throws Exception {
        simulate(
                database.pool().min(2).maxIdle(MINUTE),
                pool -> {
                    try (var _ = pool.getConnection();
                            var _ = pool.getConnection();
                            var _ = pool.getConnection()) {
                        assertThat(database.open()).isEqualTo(3);
                    }

                    Eventlet.sleep(MINUTE.multipliedBy(5));

                    assertThat(database.open()).isEqualTo(2);
                });
    }

    @Test
    void connectionThatMayNotBeIdleIsLentOnce() throws SQLException {
        try (var pool = database.pool().maxIdle(Duration.ZERO).open()) {
            assertThat(List.of(use(pool), use(pool))).containsExactly(1, 2);
            assertThat(database.open()).isZero();
        }
    }

    // ---- whether it is good

    @Test
    void connectionThatWasUsedJustNowIsNotAsked() throws Exception {
        simulate(
                database.pool().trustFor(SECOND),
                pool -> {
                    use(pool);
                    Eventlet.sleep(SECOND.dividedBy(2));
                    use(pool);

                    assertThat(validations()).isZero();
                });
    }

    @Test
    void connectionThatWasIdleIsAsked() throws Exception {
        simulate(
                database.pool().trustFor(SECOND),
                pool -> {
                    use(pool);
                    Eventlet.sleep(SECOND);
                    use(pool);

                    assertThat(validations()).isOne();
                });
    }

    @Test
    void connectionThatIsBadIsReplaced() throws SQLException {
        try (var pool = database.pool().trustFor(Duration.ZERO).open()) {
            use(pool);
            database.first().isValid = false;

            assertThat(use(pool)).isEqualTo(2);
            assertThat(database.first().isClosed).isTrue();
        }
    }

    @Test
    void connectionThatCannotSayIsReplaced() throws SQLException {
        try (var pool = database.pool().trustFor(Duration.ZERO).open()) {
            use(pool);
            database.first().failOn("isValid", new SQLException("no"));

            assertThat(use(pool)).isEqualTo(2);
        }
    }

    @Test
    void connectionThatDoesNotAnswerCountsTowardsTheLimit() throws Exception {
        simulate(
                database.pool().trustFor(Duration.ZERO),
                pool -> {
                    use(pool);
                    database.first().on("isValid", () -> Eventlet.sleep(TEN_MINUTES));

                    assertThatExceptionOfType(SQLTransientConnectionException.class)
                            .isThrownBy(() -> pool.getConnection(SECOND));
                    assertThat(pool.statistics().size()).isZero();
                });
    }

    @Test
    void othersAreAskedAfterOneWasLost() throws Exception {
        try (var pool = database.pool().trustFor(TEN_MINUTES).open()) {
            try (var first = pool.getConnection();
                    var _ = pool.getConnection()) {
                database.first().failOn("commit", new SQLException("the server is gone", "08006"));
                assertThatExceptionOfType(SQLException.class).isThrownBy(first::commit);
            }
            database.connections.get(1).isValid = false;

            assertThat(use(pool)).isEqualTo(3);
            assertThat(use(pool)).isEqualTo(3);
            assertThat(validations()).isOne();
        }
    }

    // ---- who holds one for long

    @Test
    void threadThatHoldsAConnectionForLongIsReportedOnce() throws Exception {
        simulate(
                database.pool().name("shop").warnWhenHeldFor(MINUTE),
                pool -> {
                    try (var _ = pool.getConnection()) {
                        Eventlet.sleep(TEN_MINUTES);
                    }
                });

        assertThat(logged.list())
                .singleElement()
                .asString()
                .contains("connection pool shop: a connection is lent to VirtualThread")
                .contains("for 60 s, longer than 60 s")
                .contains("that thread is now at\n\tat ");
    }

    @Test
    void threadsThatGiveTheirConnectionBackInTimeAreNotReported() throws Exception {
        simulate(
                database.pool().warnWhenHeldFor(MINUTE),
                pool -> {
                    for (int i = 0; i < 10; i++) {
                        try (var _ = pool.getConnection()) {
                            Eventlet.sleep(SECOND.multipliedBy(50));
                        }
                    }
                });

        assertThat(logged.list()).isEmpty();
    }

    @Test
    void poolTellsToWhomItHasLent() throws Exception {
        simulate(
                database.pool(),
                pool -> {
                    pool.getConnection().close();
                    try (var _ = pool.getConnection()) {
                        Eventlet.sleep(MINUTE);

                        assertThat(pool.lent())
                                .containsExactly(
                                        new LentConnection(
                                                Thread.currentThread(), MINUTE, List.of()));
                    }
                    assertThat(pool.lent()).isEmpty();
                });
    }

    @Test
    void poolTellsWhereItLentWhileThatIsTraced() throws Exception {
        simulate(
                database.pool(),
                pool -> {
                    Tracing.set(true);
                    try (var _ = pool.getConnection()) {
                        assertThat(pool.lent().getFirst().site().getFirst().getClassName())
                                .isEqualTo(getClass().getName());
                    } finally {
                        Tracing.set(false);
                    }
                });
    }
}
