// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// What a host may be asked by all workers, whatever else is said of its URLs.
@Timeout(60)
class SharedHostTest {
    private static final String HOST = "http://a";
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    private final String crawl = postgres.crawl();
    private final List<PostgresFrontier> workers = new ArrayList<>();
    private Instant now = Instant.EPOCH;

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

    @AfterEach
    void end() {
        workers.forEach(PostgresFrontier::close);
    }

    private PostgresFrontier worker(String name, HostLimits limits, int batch) throws SQLException {
        var options = PostgresOptions.of(name).crawl(crawl).limits(limits).batch(batch);
        var worker = PostgresFrontier.open(postgres.settings(), options, () -> now);
        workers.add(worker);
        pass(Duration.ZERO);
        return worker;
    }

    private PostgresFrontier patient(String name) throws SQLException {
        return worker(name, new HostLimits(10, PAUSE), 8);
    }

    private PostgresFrontier greedy(String name) throws SQLException {
        return worker(name, new HostLimits(10, Duration.ZERO), 8);
    }

    private void pass(Duration time) throws SQLException {
        now = now.plus(time);
        postgres.execute(
                crawl,
                "create or replace function moment() returns timestamptz language sql volatile as 'select timestamptz ''%s'''"
                        .formatted(now));
    }

    private static List<Entry> entries(String host, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Entry.of(host + "/" + i, host, 1, ""))
                .toList();
    }

    private static @Nullable Claim claim(PostgresFrontier worker) {
        return worker.claim(LEASE, _ -> true);
    }

    private static Claim taken(PostgresFrontier worker) {
        return Objects.requireNonNull(claim(worker));
    }

    @Test
    void aDiscoveryDoesNotShortenThePause() throws SQLException {
        var one = patient("one");
        one.discovered(entries(HOST, 1));
        taken(one);

        one.discovered(entries(HOST, 2));
        var early = claim(one);
        pass(PAUSE);

        assertThat(early).isNull();
        assertThat(claim(one)).isNotNull();
    }

    @Test
    void aReleaseDoesNotShortenThePause() throws SQLException {
        var one = patient("one");
        one.discovered(entries(HOST, 2));

        one.release(taken(one));
        var early = claim(one);
        pass(PAUSE);

        assertThat(early).isNull();
        assertThat(claim(one)).isNotNull();
    }

    @Test
    void aRetryDoesNotShortenThePause() throws SQLException {
        var one = patient("one");
        one.discovered(entries(HOST, 2));

        one.retry(taken(one), now.plusMillis(1), "");
        pass(Duration.ofMillis(2));
        var early = claim(one);
        pass(PAUSE);

        assertThat(early).isNull();
        assertThat(claim(one)).isNotNull();
    }

    @Test
    void whatIsClaimedAheadOfABlockedHostIsGivenBack() throws SQLException {
        var one = greedy("one");
        one.discovered(entries(HOST, 5));
        one.discovered(entries("http://b", 1));
        taken(one);

        one.block(HOST, now.plusSeconds(60));
        var other = taken(one);
        var none = claim(one);
        pass(Duration.ofSeconds(60));

        assertThat(other.entry().host()).isEqualTo("http://b");
        assertThat(none).isNull();
        assertThat(claim(one)).isNotNull();
    }

    @Test
    void aClaimWhoseLeaseHasEndedIsNotRenewedBesideTheOneInItsPlace() throws SQLException {
        var limits = new HostLimits(1, Duration.ZERO);
        var one = worker("one", limits, 1);
        var two = worker("two", limits, 1);
        one.discovered(entries(HOST, 2));
        var late = taken(one);
        pass(LEASE);
        taken(two);

        assertThat(one.renew(late, LEASE)).isFalse();
        assertThat(one.renew(List.of(late), LEASE)).isEmpty();
    }

    @Test
    void aClaimThatIsRenewedInTimeIsKept() throws SQLException {
        var one = worker("one", new HostLimits(1, Duration.ZERO), 1);
        one.discovered(entries(HOST, 2));
        var kept = taken(one);
        pass(LEASE.minusSeconds(1));

        assertThat(one.renew(List.of(kept), LEASE)).containsExactly(kept);
        pass(LEASE.minusSeconds(1));
        assertThat(one.renew(kept, LEASE)).isTrue();
        assertThat(claim(one)).isNull();
    }

    /// A transaction that has claimed and not ended yet.
    @Test
    void aClaimHoldsUpNoOtherHost() throws SQLException {
        var one = worker("one", new HostLimits(1, Duration.ZERO), 1);
        for (int i = 0; i < 10; i++) {
            one.discovered(entries("http://h" + i, 1));
        }
        try (var connection = postgres.settings().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set search_path = " + crawl);
            statement.execute("select take('two', '{}', 1, '0', '1 min', 1)");

            var urls = new ArrayList<String>();
            for (var next = claim(one); next != null; next = claim(one)) {
                urls.add(next.entry().url());
            }

            assertThat(urls).hasSize(9);
            connection.rollback();
        }
    }

    @Test
    void hostsTakeTurnsThoughTheyAreFoundAtDifferentTimes() throws SQLException {
        var one = worker("one", new HostLimits(10, Duration.ZERO), 1);
        one.discovered(entries("http://b", 3));
        pass(Duration.ofSeconds(1));
        one.discovered(entries(HOST, 3));

        var hosts = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(1));
            hosts.add(taken(one).entry().host());
        }

        assertThat(hosts).containsExactly("http://b", HOST, "http://b", HOST, "http://b", HOST);
    }

    @Test
    void whatEachWorkerHasDoneIsCountedAnewInAnotherRun() throws SQLException {
        var one = greedy("one");
        var two =
                PostgresFrontier.open(
                        postgres.settings(), PostgresOptions.of("two").crawl(crawl).again(true));
        workers.add(two);
        pass(Duration.ZERO);
        one.begin();
        one.discovered(entries(HOST, 3));
        one.discovered(new Entry(HOST + "/x", HOST, 1, "", State.SKIPPED, 0, ""));
        for (int i = 0; i < 3; i++) {
            one.done(taken(one), State.DONE, "");
        }
        one.end();

        two.begin();
        two.done(taken(two), State.DONE, "");

        var status = CrawlStatus.read(postgres.settings(), crawl);
        assertThat(status.workers())
                .extracting(worker -> worker.name() + " " + worker.done())
                .containsExactly("one 0", "two 1");
        assertThat(status.urls())
                .containsEntry(State.QUEUED, 3L)
                .containsEntry(State.DONE, 1L)
                .containsEntry(State.SKIPPED, 0L);
    }
}
