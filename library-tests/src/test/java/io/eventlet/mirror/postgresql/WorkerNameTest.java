// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.mirror.frontier.Beginning;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;

/// A worker's name is its own while it is at work.
@Timeout(120)
class WorkerNameTest {
    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    private final String crawl = postgres.crawl();

    @BeforeAll
    static void start() throws IOException {
        postgres = new OwnPostgres();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    private PostgresFrontier worker(String name) throws SQLException {
        return PostgresFrontier.open(postgres.settings(), PostgresOptions.of(name).crawl(crawl));
    }

    @Test
    void aSecondWorkerOfTheSameNameIsRefused() throws SQLException {
        try (var first = worker("one");
                var second = worker("one");
                var other = worker("two")) {
            first.begin();

            assertThatThrownBy(second::begin)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(
                            "worker 'one' of crawl '" + crawl + "' is at work already")
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("use another name");
            assertThat(other.begin()).isEqualTo(Beginning.NEW);
            assertThat(first.count(State.DONE)).isZero();
        }
    }

    @Test
    void theNameOfAWorkerThatHasEndedMayBeHadAtOnce() throws SQLException {
        try (var first = worker("one")) {
            first.begin();
        }

        try (var second = worker("one")) {
            second.begin();

            assertThat(holders()).isEqualTo(1);
        }
    }

    @Test
    void aWorkerThatWasKilledHasItsNameAgainWhenTheLeaseHasEnded() throws SQLException {
        try (var again = worker("one")) {
            postgres.execute(
                    crawl,
                    "insert into worker values ('one', 7, 'gone', now(), now() + interval '1 s',"
                            + " 3)");

            again.begin();

            assertThat(holders()).isEqualTo(1);
        }
    }

    @Test
    void aWorkerThatBeginsTwiceKeepsItsName() throws SQLException {
        try (var one = worker("one")) {
            one.begin();
            one.begin();

            assertThat(holders()).isEqualTo(1);
        }
    }

    @Test
    void aWorkerWhoseNameAnotherHasTakenDoesNoMore() throws SQLException {
        try (var one = worker("one")) {
            one.begin();
            postgres.execute(crawl, "update worker set incarnation = 7");

            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    one.count(State.DONE);
                                    Eventlet.sleep(Duration.ofMillis(10));
                                }
                            })
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("another one has its name");
        }
        assertThat(holders()).isEqualTo(1); // the other one
    }

    private int holders() throws SQLException {
        try (var connection = postgres.settings().connect();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select count(*) from %s.worker where until > now()"
                                        .formatted(crawl))) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
