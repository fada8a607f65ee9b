// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The queue of a host is read from the first URL that is in it, wherever that is.
@Timeout(60)
class HostQueueTest {
    private static final String HOST = "http://a";
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final String TAKE_ALL =
            "select count(*) from take('one', '{}', 10, '0', '1 minute', 5000)";
    private static final Pattern PAGES = Pattern.compile("\"Shared (?:Hit|Read) Blocks\": (\\d+)");

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    private final String crawl = postgres.crawl();
    private Instant now = Instant.EPOCH;

    @SuppressWarnings("NullAway.Init") // JUnit calls open()
    private PostgresFrontier frontier;

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

    @BeforeEach
    void open() throws SQLException {
        var options =
                PostgresOptions.of("one")
                        .crawl(crawl)
                        .limits(new HostLimits(10, Duration.ZERO))
                        .batch(1);
        frontier = PostgresFrontier.open(postgres.settings(), options, () -> now);
        pass(Duration.ZERO);
    }

    @AfterEach
    void close() {
        frontier.close();
    }

    private void pass(Duration time) throws SQLException {
        now = now.plus(time);
        postgres.execute(
                crawl,
                "create or replace function moment() returns timestamptz language sql volatile as 'select timestamptz ''%s'''"
                        .formatted(now));
    }

    private static Entry entry(int number, int depth) {
        return Entry.of("%s/%d".formatted(HOST, number), HOST, depth, "");
    }

    private void find(int from, int to, int depth) {
        frontier.discovered(
                IntStream.rangeClosed(from, to).mapToObj(i -> entry(i, depth)).toList());
    }

    private Claim taken() {
        return Objects.requireNonNull(frontier.claim(LEASE, _ -> true));
    }

    private void finish(Claim claim) {
        assertThat(frontier.done(claim, State.DONE, "")).isTrue();
    }

    /// The numbers of so many that are next, which are done then.
    private List<Integer> next(int count) {
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            var claim = taken();
            numbers.add(Integer.valueOf(claim.entry().url().substring(HOST.length() + 1)));
            finish(claim);
        }
        return numbers;
    }

    @Test
    void whatIsFoundNearerThanWhatIsDoneComesFirst() {
        find(1, 5, 2);
        next(3);

        find(10, 11, 1);

        assertThat(next(4)).containsExactly(10, 11, 4, 5);
    }

    @Test
    void whatIsFoundWhereNothingWasLeftIsClaimed() {
        find(1, 2, 2);
        next(2);
        assertThat(frontier.claim(LEASE, _ -> true)).isNull();

        find(3, 3, 1);
        find(4, 4, 7);

        assertThat(next(2)).containsExactly(3, 4);
    }

    @Test
    void whatWasPutOffComesBeforeWhatIsBehindIt() throws SQLException {
        find(1, 5, 1);
        frontier.retry(taken(), now.plus(LEASE), "");
        next(2);

        pass(LEASE);

        assertThat(next(3)).containsExactly(1, 4, 5);
    }

    @Test
    void whatAnotherHasLostComesBeforeWhatIsBehindIt() throws SQLException {
        find(1, 5, 1);
        taken();
        next(2);

        pass(LEASE);

        assertThat(next(3)).containsExactly(1, 4, 5);
    }

    @Test
    void whatIsWantedAgainComesBeforeWhatIsBehindIt() {
        find(1, 5, 1);
        next(3);

        frontier.requeue(Objects.requireNonNull(frontier.find(HOST + "/2")), "again");

        assertThat(next(3)).containsExactly(2, 4, 5);
    }

    @Test
    void allThatIsWantedAgainComesInItsOrder() {
        find(1, 5, 1);
        next(5);
        assertThat(frontier.claim(LEASE, _ -> true)).isNull();

        frontier.requeue(State.DONE);

        assertThat(next(5)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aHostThatIsBeingAddedToIsNotClaimedFromMeanwhile() throws SQLException {
        find(1, 3, 2);
        next(2);
        try (var connection = connection()) {
            connection.setAutoCommit(false);
            query(
                    connection,
                    "select discover('two', array['\\x01'::bytea], array['%1$s/10'], array['%1$s'], array[1], array[''], array['QUEUED'], array[0], array[''])"
                            .formatted(HOST));

            assertThat(frontier.claim(LEASE, _ -> true)).isNull();

            connection.commit();
        }
        assertThat(next(2)).containsExactly(10, 3);
    }

    @Test
    void aLeaseWhoseRenewalWasNotCommittedYetCountsAfterwards() throws SQLException {
        find(1, 5, 1);
        taken();
        pass(LEASE);
        var take = "select count(*) from take('two', '{}', 2, '0', '1 minute', 1)";
        try (var renewing = connection();
                var other = connection()) {
            renewing.setAutoCommit(false);
            query(
                    renewing,
                    "update url set due = timestamptz '%s' where claim is not null"
                            .formatted(now.plus(LEASE)));
            assertThat(query(other, take)).isEqualTo("1"); // another URL

            renewing.commit();

            assertThat(query(other, take)).isEqualTo("0");
        }
    }

    @Test
    void whatAnOldSnapshotKeepsIsNotReadByEachClaim() throws SQLException {
        find(1, 3000, 1);
        try (var connection = connection();
                var old = connection()) {
            query(connection, "analyze url");
            old.setAutoCommit(false);
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            query(old, "select count(*) from url");
            int before = pagesOfClaim(connection);

            query(
                    connection,
                    "select count(*) from take('one', '{}', 5000, '0', '1 minute', 2500)");
            finishAll(connection);

            assertThat(pagesOfClaim(connection)).isLessThan(before + 500); // of 2,500 that are done
        }
    }

    @Test
    void hostsThatHaveNothingLeftAreReadOnceEach() throws SQLException {
        int hosts = 1000;
        findOneOfEach(hosts);
        try (var connection = connection()) {
            query(connection, TAKE_ALL);
            finishAll(connection);
            pass(LEASE);

            assertThat(pages(connection, TAKE_ALL)).isLessThan(30 * hosts);
        }
    }

    @Test
    void behindAThousandHostsThatHaveNothingLeftTheNextClaimGoesOn() throws SQLException {
        findOneOfEach(1000);
        try (var connection = connection()) {
            query(connection, TAKE_ALL);
            finishAll(connection);
        }
        pass(LEASE.plusSeconds(1));
        find(1, 1, 1);

        assertThat(frontier.claim(LEASE, _ -> true)).isNull();
        assertThat(next(1)).containsExactly(1);
    }

    private void findOneOfEach(int hosts) {
        frontier.discovered(
                IntStream.range(0, hosts)
                        .mapToObj(i -> Entry.of("http://h" + i + "/", "http://h" + i, 1, ""))
                        .toList());
    }

    private Connection connection() throws SQLException {
        var connection = postgres.settings().connect();
        query(connection, "select set_config('search_path', '%s', false)".formatted(crawl));
        return connection;
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (var rows = statement.getResultSet()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private static void finishAll(Connection connection) throws SQLException {
        query(
                connection,
                "select count(finish('one', claim, 'DONE', '')) from url where claim is not null");
    }

    /// What a claim reads that is neither the first of its session nor the first after others.
    private static int pagesOfClaim(Connection connection) throws SQLException {
        var claim = "select * from take('one', '{}', 5000, '0', '1 minute', 1)";
        query(connection, claim);
        query(connection, claim);
        finishAll(connection);
        int pages = pages(connection, claim);
        finishAll(connection);
        return pages;
    }

    private static int pages(Connection connection, String sql) throws SQLException {
        var plan = query(connection, "explain (analyze, buffers, format json) " + sql);
        return PAGES.matcher(plan)
                .results()
                .limit(2) // those of the whole
                .mapToInt(number -> Integer.parseInt(number.group(1)))
                .sum();
    }
}
