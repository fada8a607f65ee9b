// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.eventlet.mirror.frontier.Beginning;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.FrontierSpecification;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What holds of every frontier, and of one that workers share.
class PostgresFrontierTest extends FrontierSpecification {
    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    private final String crawl = postgres.crawl();
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

    private PostgresFrontier worker(PostgresOptions options) throws SQLException {
        var frontier = PostgresFrontier.open(postgres.settings(), options.crawl(crawl), this::now);
        setTime();
        return frontier;
    }

    private PostgresFrontier worker(String name) throws SQLException {
        return worker(PostgresOptions.of(name).batch(1));
    }

    @Override
    protected Frontier frontier() throws SQLException {
        return worker("one");
    }

    @Override
    protected Instant now() {
        return now;
    }

    @Override
    protected void pass(Duration time) throws SQLException {
        now = now.plus(time);
        setTime();
    }

    private void setTime() throws SQLException {
        postgres.execute(
                crawl,
                "create or replace function moment() returns timestamptz language sql volatile as 'select timestamptz ''%s'''"
                        .formatted(now));
    }

    @Override
    protected Instant dueAs(Instant then) {
        return now.plusMillis(250); // others may add something
    }

    private static List<Entry> entries(String host, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> entry(host, "/" + i, 1)).toList();
    }

    private static Claim taken(Frontier frontier) {
        return Objects.requireNonNull(claim(frontier));
    }

    private static List<String> drain(Frontier frontier) {
        var urls = new ArrayList<String>();
        for (var claim = claim(frontier); claim != null; claim = claim(frontier)) {
            urls.add(claim.entry().url());
        }
        return urls;
    }

    @Test
    void twoWorkersNeverHaveTheSameUrl() throws SQLException {
        try (var one = worker("one");
                var two = worker("two")) {
            one.discovered(entries(A, 10));
            two.discovered(entries(A, 12));

            var first = drain(one);
            var second = drain(two);

            assertThat(first).hasSize(12).doesNotHaveDuplicates();
            assertThat(second).isEmpty();
        }
    }

    @Test
    void aHostHasNoMoreClaimsThanItsLimitOverAllWorkers() throws SQLException {
        var limits = new HostLimits(3, Duration.ZERO);
        try (var one = worker(PostgresOptions.of("one").limits(limits).batch(2));
                var two = worker(PostgresOptions.of("two").limits(limits).batch(2))) {
            one.discovered(entries(A, 10));

            var claim = taken(one);
            taken(one);
            taken(two);
            var none = claim(two);
            one.done(claim, State.DONE, "");
            var next = claim(two);

            assertThat(none).isNull();
            assertThat(next).isNotNull();
        }
    }

    @Test
    void aHostHasAPauseBetweenTwoClaimsOverAllWorkers() throws SQLException {
        var limits = new HostLimits(3, Duration.ofSeconds(2));
        try (var one = worker(PostgresOptions.of("one").limits(limits));
                var two = worker(PostgresOptions.of("two").limits(limits))) {
            one.discovered(entries(A, 10));
            two.discovered(entries(B, 1));

            var first = taken(one);
            var other = taken(two);
            var none = claim(two);
            pass(Duration.ofSeconds(2));
            var next = claim(two);

            assertThat(first).extracting(c -> c.entry().url()).isEqualTo("http://a/1");
            assertThat(other).extracting(c -> c.entry().url()).isEqualTo("http://b/1");
            assertThat(none).isNull();
            assertThat(next).extracting(c -> c.entry().url()).isEqualTo("http://a/2");
        }
    }

    @Test
    void aWorkerWhoseLeaseHasEndedLosesItsUrlToAnother() throws SQLException {
        try (var one = worker("one");
                var two = worker("two")) {
            one.discovered(entries(A, 1));
            var lost = taken(one);
            pass(LEASE);
            var taken = taken(two);

            assertThat(one.renew(lost, LEASE)).isFalse();
            assertThat(one.retry(lost, now, "")).isFalse();
            assertThat(one.done(lost, State.DONE, "late")).isFalse();
            assertThat(two.done(taken, State.DONE, "first")).isTrue();
            assertThat(one.find("http://a/1")).extracting(Entry::note).isEqualTo("first");
        }
    }

    @Test
    void whatWasClaimedAheadIsGivenBackAtTheEnd() throws SQLException {
        try (var two = worker("two")) {
            try (var one = worker(PostgresOptions.of("one").batch(5))) {
                one.discovered(entries(A, 6));
                taken(one);
            }

            assertThat(drain(two)).hasSize(5);
        }
    }

    @Test
    void nothingIsDueOnceAllHasEnded() throws SQLException {
        try (var one = worker("one")) {
            one.discovered(entries(A, 2));
            var first = taken(one);
            var second = taken(one);
            var none = claim(one);
            one.done(first, State.DONE, "");
            one.done(second, State.DONE, "");

            assertThat(none).isNull();
            assertThat(one.due()).isNull();
        }
    }

    @Test
    void countsAreThoseOfAllWorkers() throws SQLException {
        try (var one = worker("one");
                var two = worker("two")) {
            one.discovered(entries(A, 3));
            two.discovered(entries(A, 5));
            var done = taken(one);
            var skipped = taken(two);
            one.done(done, State.DONE, "");
            two.done(skipped, State.SKIPPED, "");

            assertThat(one.count(State.QUEUED)).isEqualTo(3);
            assertThat(two.count(State.DONE)).isEqualTo(1);
            assertThat(one.count(State.SKIPPED)).isEqualTo(1);
            one.requeue(State.SKIPPED);
            assertThat(two.count(State.QUEUED)).isEqualTo(4);
            assertThat(two.count(State.SKIPPED)).isZero();
        }
    }

    @Test
    void manyUrlsAreAddedAtOnce() throws SQLException {
        try (var one = worker("one")) {
            var first = one.discovered(entries(A, 2_500));
            var second = one.discovered(entries(A, 2_501));
            var seen = new HashSet<String>();
            one.forEach(entry -> seen.add(entry.url()));

            assertThat(first).isEqualTo(entries(A, 2_500));
            assertThat(second).isEqualTo(entries(A, 2_501).subList(2_500, 2_501));
            assertThat(seen).hasSize(2_501);
        }
    }

    @Test
    void aUrlMayBeLongAndANoteMayHaveAnyCharacter() throws SQLException {
        try (var one = worker("one")) {
            var entry = entry(A, "/" + "x".repeat(100_000), 0);
            one.discovered(entry);
            var claim = taken(one);
            one.done(claim, State.FAILED, "a\0b \uD83D\uDE00");

            assertThat(one.find(entry.url()))
                    .extracting(Entry::note)
                    .isEqualTo("a\uFFFDb \uD83D\uDE00");
        }
    }

    @Test
    void aHostMayBeTooLongForAnIndex() throws SQLException {
        var letters = new Random(7).ints(10_000, 'a', 'z' + 1); // which nothing makes shorter
        var host = "http://" + letters.mapToObj(Character::toString).collect(Collectors.joining());
        try (var one = worker("one")) {
            one.discovered(entries(host, 2));
            one.block(host, now.plusSeconds(1));
            var early = claim(one);
            pass(Duration.ofSeconds(1));
            var claim = taken(one);
            one.block(claim.entry().host(), now.plusSeconds(1));

            assertThat(early).isNull();
            assertThat(claim.entry().url()).isEqualTo(host + "/1");
            assertThat(claim(one)).isNull();
        }
    }

    @Test
    void whatTookTooLongByALimitOfTheServerIsAskedAgain() throws SQLException {
        try (var one = worker("one")) {
            postgres.execute(
                    crawl,
                    """
                    create sequence asked;
                    create or replace function moment() returns timestamptz language plpgsql as $$
                    begin
                        if nextval('asked') = 1 then
                            raise query_canceled;
                        end if;
                        return now();
                    end $$
                    """);

            assertThat(one.discovered(entry(A, "/", 0))).isTrue();
        }
    }

    @Test
    void tablesOfALaterVersionAreRefused() throws SQLException {
        worker("one").close();
        postgres.execute(crawl, "update crawl set version = 99");

        assertThatThrownBy(() -> worker("two"))
                .isInstanceOf(SQLException.class)
                .hasMessage(
                        "crawl '%s' was made by a later version: its tables have version 99, and"
                                + " this program knows %d",
                        crawl, Schema.VERSION);
    }

    @Test
    void aRunThatHasEndedIsBegunAgainOnlyIfThatIsAskedFor() throws SQLException {
        try (var one = worker("one");
                var two = worker("two");
                var three = worker(PostgresOptions.of("three").again(true))) {
            var first = one.begin();
            one.discovered(entries(A, 1));
            var joined = two.begin();
            one.done(taken(one), State.DONE, "");
            one.end();

            assertThat(first).isEqualTo(Beginning.NEW);
            assertThat(joined).isEqualTo(Beginning.GOES_ON);
            assertThat(two.begin()).isEqualTo(Beginning.ENDED);
            assertThat(three.begin()).isEqualTo(Beginning.NEW);
            assertThat(three.count(State.QUEUED)).isEqualTo(1);
        }
    }

    @Test
    void aRunInWhichAnotherWorkerHasSomethingLeftDoesNotEnd() throws SQLException {
        try (var one = worker("one");
                var two = worker("two")) {
            one.discovered(entries(A, 1));
            var claim = taken(two);
            one.end();

            assertThat(two.begin()).isEqualTo(Beginning.GOES_ON);
            assertThat(two.done(claim, State.DONE, "")).isTrue();
        }
    }

    @Test
    void theStatusIsThatOfAllWorkers() throws SQLException {
        try (var one = worker("one");
                var two = worker("two")) {
            one.discovered(entries(A, 3));
            two.discovered(entries(B, 2));
            one.done(taken(one), State.DONE, "");
            two.done(taken(two), State.FAILED, "");
            two.block(B, Instant.now().plusSeconds(60));

            var status = CrawlStatus.read(postgres.settings(), crawl);

            assertThat(status.ended()).isNull();
            assertThat(status.urls())
                    .containsEntry(State.QUEUED, 3L)
                    .containsEntry(State.DONE, 1L)
                    .containsEntry(State.FAILED, 1L);
            assertThat(status.workers())
                    .extracting(CrawlStatus.Worker::name, CrawlStatus.Worker::done)
                    .containsExactly(tuple("one", 1L), tuple("two", 0L));
            assertThat(status.hosts())
                    .extracting(CrawlStatus.Host::name, CrawlStatus.Host::queued)
                    .containsExactly(tuple(A, 2L), tuple(B, 1L));
        }
    }

    @Test
    void theStatusOfALaterVersionIsRefused() throws SQLException {
        worker("one").close();
        postgres.execute(crawl, "update crawl set version = 99");

        assertThatThrownBy(() -> CrawlStatus.read(postgres.settings(), crawl))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("was made by a later version");
    }

    @Test
    void aHostWithoutAnythingInTheQueueIsInNoStatus() throws SQLException {
        try (var one = worker("one")) {
            one.discovered(entries(A, 1));
            one.done(taken(one), State.DONE, "");

            assertThat(CrawlStatus.read(postgres.settings(), crawl).hosts()).isEmpty();
        }
    }

    @Test
    void whatIsClaimedAtOnceIsInTheOrderOfItsFinding() throws SQLException {
        try (var one = worker(PostgresOptions.of("one"))) {
            var entries = entries(A, 6);
            one.discovered(entries);

            assertThat(drain(one)).isEqualTo(entries.stream().map(Entry::url).toList());
        }
    }

    @Test
    void theStatusOfACrawlThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> CrawlStatus.read(postgres.settings(), "nothing"))
                .isInstanceOf(SQLException.class)
                .hasMessageStartingWith("there is no crawl 'nothing' in postgresql://127.0.0.1:");
    }

    @Test
    void noClaimIsLostOrDoubledWhenTheServerIsKilledInBetween() throws Exception {
        try (var own = new OwnPostgres();
                var one = PostgresFrontier.open(own.settings(), PostgresOptions.of("one"))) {
            one.discovered(entries(A, 100));
            var done = new ArrayList<Claim>();
            for (int i = 0; i < 20; i++) {
                var claim = taken(one);
                one.done(claim, State.DONE, "");
                done.add(claim);
            }
            own.server.kill();
            own.server.restart();
            for (var claim = claim(one); claim != null; claim = claim(one)) {
                one.done(claim, State.DONE, "");
                done.add(claim);
            }

            assertThat(one.count(State.DONE))
                    .isBetween(92L, 100L); // a batch may wait for its lease
            assertThat(done).extracting(c -> c.entry().url()).hasSizeBetween(92, 120);
        }
    }

    @Test
    void aRunHasANumberThatAllWorkersSee() throws SQLException {
        try (var one = worker("one");
                var two = worker(PostgresOptions.of("two").again(true))) {
            one.begin();
            one.discovered(entry(A, "/", 0));
            one.done(Objects.requireNonNull(claim(one)), State.DONE, "");
            one.end();
            assertThat(one.run()).isEqualTo(1);

            assertThat(two.begin()).isEqualTo(Beginning.NEW);

            assertThat(one.run()).isEqualTo(2);
        }
    }
}
