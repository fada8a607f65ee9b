// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.GreenThread;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;

/// The tables of a crawl: their versions, names, and who may use them.
@Timeout(60)
class SchemaTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final int EARLIER = 3;

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

    private static PostgresSettings as(String role) {
        var url =
                "postgresql://%s@127.0.0.1:%d/postgres?sslmode=disable"
                        .formatted(role, postgres.server.port());
        return PostgresSettings.parse(url, _ -> null);
    }

    private PostgresFrontier open(PostgresSettings settings) throws SQLException {
        return PostgresFrontier.open(settings, PostgresOptions.of("one").crawl(crawl));
    }

    private static String resource(String name) throws IOException {
        try (var stream = Objects.requireNonNull(Schema.class.getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void workOn(PostgresFrontier frontier) {
        frontier.discovered(Entry.of("http://a/2", "http://a", 1, ""));
        for (var claim = frontier.claim(LEASE, _ -> true);
                claim != null;
                claim = frontier.claim(LEASE, _ -> true)) {
            frontier.done(claim, State.DONE, "");
        }
    }

    /// Those of the version before the one that changed tables last.
    private void makeEarlierTables() throws SQLException, IOException {
        postgres.execute("x", "create schema " + crawl);
        for (int version = 1; version <= EARLIER; version++) {
            postgres.execute(crawl, resource("schema-%d.sql".formatted(version)));
        }
        postgres.execute(crawl, "insert into crawl values (%d, 1, now())".formatted(EARLIER));
    }

    @Test
    void tablesOfTheFirstVersionAreBroughtToThisOneWithWhatTheyHave() throws Exception {
        postgres.execute("x", "create schema " + crawl);
        postgres.execute(crawl, resource("schema-1.sql"));
        postgres.execute(
                crawl,
                """
                insert into crawl values (1, 3, now());
                insert into url (digest, url, host, depth, found_at, state, tries, note, due, changed)
                values (sha256('http://a/1'), 'http://a/1', 'http://a', 0, '', 'QUEUED', 0, '', now(), now());
                insert into host (name, due) values ('http://a', now());
                insert into tally values ('old', 'QUEUED', 1);
                create function discover(
                    whose text, digests bytea[], urls text[], hosts text[], depths integer[],
                    froms text[], states text[], tries_before integer[], notes text[]
                ) returns integer language sql as 'select 0'
                """);

        try (var frontier = open(postgres.settings())) {
            workOn(frontier);

            assertThat(frontier.run()).isEqualTo(3);
            assertThat(frontier.count(State.DONE)).isEqualTo(2);
            assertThat(frontier.count(State.QUEUED)).isZero();
        }
        try (var connection = postgres.settings().connect()) {
            assertThat(Schema.versionOf(connection, crawl)).isEqualTo(Schema.VERSION);
        }
    }

    @Test
    void whoHadRightsOnTablesOfAnEarlierVersionHasThemOnThoseOfThisOne() throws Exception {
        var role = "earlier_" + crawl;
        makeEarlierTables();
        postgres.execute(
                crawl,
                """
                create role %1$s login;
                grant usage on schema %2$s to %1$s;
                grant select, insert, update on all tables in schema %2$s to %1$s;
                grant usage on all sequences in schema %2$s to %1$s
                """
                        .formatted(role, crawl));
        open(postgres.settings()).close();

        try (var frontier = open(as(role))) {
            frontier.begin();
            workOn(frontier);

            assertThat(frontier.count(State.DONE)).isEqualTo(1);
        }
    }

    @Test
    void whatIsClaimedWhileTablesAreBroughtToThisVersionCountsForTheLimitOfItsHost()
            throws Exception {
        makeEarlierTables();
        postgres.execute(
                crawl,
                """
                insert into url (digest, url, host, depth, found_at, state, tries, note, due, claim, worker, changed)
                values (sha256('http://a/1'), 'http://a/1', 'http://a', 0, '', 'QUEUED', 0, '',
                    now() + interval '1 hour', 7, 'old', now());
                insert into host (name, due) values ('http://a', now());
                insert into tally values ('old', 'QUEUED', 1)
                """);
        var options =
                PostgresOptions.of("one").crawl(crawl).limits(new HostLimits(1, Duration.ZERO));

        try (var frontier = PostgresFrontier.open(postgres.settings(), options)) {
            frontier.discovered(Entry.of("http://a/2", "http://a", 1, ""));
            var early = frontier.claim(LEASE, _ -> true);
            postgres.execute(crawl, "select finish('old', 7, 'DONE', '')");

            assertThat(early).isNull();
            assertThat(frontier.claim(LEASE, _ -> true)).isNotNull();
        }
    }

    @Test
    void aWorkerThatHasATableGetsTheOthersThoughTheyAreToBeBroughtToThisVersion() throws Exception {
        makeEarlierTables();
        GreenThread<PostgresFrontier> opening;
        try (var connection = postgres.settings().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from %s.host for update".formatted(crawl));
            opening = GreenThread.spawn("opens", () -> open(postgres.settings()));
            postgres.awaitWaiting(1);

            statement.execute("select from %s.url for update".formatted(crawl));
            connection.commit();
        }

        opening.await().close();
        try (var connection = postgres.settings().connect()) {
            assertThat(Schema.versionOf(connection, crawl)).isEqualTo(Schema.VERSION);
        }
    }

    @Test
    void tablesThatOthersUseAllTheTimeAreNotWaitedForBeyondThePatience() throws Exception {
        makeEarlierTables();
        var options = PostgresOptions.of("one").crawl(crawl).patience(Duration.ofMillis(100));
        try (var connection = postgres.settings().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from %s.url".formatted(crawl));

            assertThatThrownBy(() -> PostgresFrontier.open(postgres.settings(), options))
                    .isInstanceOf(SQLException.class)
                    .hasMessage(
                            "the tables of crawl '%s' have to be brought to version %d, and others"
                                    + " are using them all the time",
                            crawl, Schema.VERSION);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"crawl", "url"})
    void aSchemaWithTablesOfOthersIsRefused(String table) throws Exception {
        postgres.execute("x", "create schema " + crawl);
        postgres.execute(crawl, "create table %s (number integer)".formatted(table));

        assertThatThrownBy(() -> open(postgres.settings()))
                .isInstanceOf(SQLException.class)
                .hasMessage(
                        "the schema '%s' has tables that are not a crawl's, so a crawl needs"
                                + " another name",
                        crawl);
    }

    @Test
    void noCallWaitsForTheDisk() throws Exception {
        open(postgres.settings()).close();
        try (var connection = postgres.settings().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select %s.finish('one', 1, 'DONE', '')".formatted(crawl));

            try (var rows = statement.executeQuery("show synchronous_commit")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("off");
            }
        }
    }

    @Test
    void aWorkerWithoutTheRightsOfTheOwnerWorksOnTablesThatAreThere() throws Exception {
        open(postgres.settings()).close();
        var role = "worker_of_" + crawl;
        postgres.execute(
                crawl,
                """
                create role %1$s login;
                grant usage on schema %2$s to %1$s;
                grant select, insert, update on all tables in schema %2$s to %1$s;
                grant usage on all sequences in schema %2$s to %1$s
                """
                        .formatted(role, crawl));

        try (var frontier = open(as(role))) {
            frontier.begin();
            workOn(frontier);
            frontier.end();

            assertThat(frontier.count(State.DONE)).isEqualTo(1);
        }
    }

    @Test
    void whoMayOnlyReadMayLook() throws Exception {
        try (var frontier = open(postgres.settings())) {
            workOn(frontier);
        }
        var role = "reader_of_" + crawl;
        postgres.execute(
                crawl,
                """
                create role %1$s login;
                grant usage on schema %2$s to %1$s;
                grant select on all tables in schema %2$s to %1$s
                """
                        .formatted(role, crawl));

        try (var frontier = open(as(role))) {
            assertThat(frontier.find("http://a/2")).isNotNull();
            assertThat(frontier.count(State.DONE)).isEqualTo(1);
        }
        assertThat(CrawlStatus.read(as(role), crawl).urls()).containsEntry(State.DONE, 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "order", "all", "end"})
    void aCrawlMayBeCalledAsAWordOfSql(String name) throws Exception {
        var options = PostgresOptions.of("one").crawl(name);

        try (var frontier = PostgresFrontier.open(postgres.settings(), options)) {
            workOn(frontier);
        }

        assertThat(CrawlStatus.read(postgres.settings(), name).urls())
                .containsEntry(State.DONE, 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "pg_catalog", "information_schema"})
    void aSchemaOfTheDatabaseItselfIsNoCrawl(String name) {
        assertThatThrownBy(() -> PostgresOptions.of("one").crawl(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a crawl has a schema of its own, and this is PostgreSQL's: " + name);
    }

    /// As one that has gone without a word: a lock that is not given is an answer that does not
    /// come.
    @Test
    void aDatabaseThatDoesNotAnswerIsNotWaitedForBeyondThePatience() throws Exception {
        var options = PostgresOptions.of("one").crawl(crawl).patience(Duration.ofMillis(100));
        try (var frontier = PostgresFrontier.open(postgres.settings(), options);
                var connection = postgres.settings().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table %s.tally in access exclusive mode".formatted(crawl));

            assertThatThrownBy(() -> frontier.count(State.DONE))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("the frontier's database does not answer");

            connection.rollback();
            assertThat(frontier.count(State.DONE)).isZero();
        }
    }
}
