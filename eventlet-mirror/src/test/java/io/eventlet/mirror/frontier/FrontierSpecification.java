// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What holds of every frontier.
@Timeout(60)
public abstract class FrontierSpecification {
    protected static final String A = "http://a";
    protected static final String B = "http://b";
    protected static final Duration LEASE = Duration.ofMinutes(1);

    /// An empty one.
    protected abstract Frontier frontier() throws Exception;

    protected abstract Instant now();

    /// Lets time pass.
    protected abstract void pass(Duration time) throws Exception;

    /// What says now when to look again for something that is due then.
    protected Instant dueAs(Instant then) {
        return then;
    }

    protected static Entry entry(String host, String path, int depth) {
        return Entry.of(host + path, host, depth, "");
    }

    protected static @Nullable Claim claim(Frontier frontier) {
        return frontier.claim(LEASE, _ -> true);
    }

    protected static @Nullable String next(Frontier frontier) {
        var claim = claim(frontier);
        return claim == null ? null : claim.entry().url();
    }

    @Test
    void aUrlIsGivenOutOnce() throws Exception {
        try (var frontier = frontier()) {
            var first = frontier.discovered(entry(A, "/", 0));
            var second = frontier.discovered(entry(A, "/", 3));

            assertThat(first).isTrue();
            assertThat(second).isFalse();
            assertThat(next(frontier)).isEqualTo("http://a/");
            assertThat(next(frontier)).isNull();
        }
    }

    @Test
    void urlsComeBreadthFirst() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/1/2", 2));
            frontier.discovered(entry(A, "/b", 1));
            frontier.discovered(entry(A, "/a", 1));

            var order =
                    List.of(
                            String.valueOf(next(frontier)),
                            String.valueOf(next(frontier)),
                            String.valueOf(next(frontier)));

            assertThat(order).containsExactly("http://a/b", "http://a/a", "http://a/1/2");
        }
    }

    @Test
    void hostsTakeTurns() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/1", 0));
            frontier.discovered(entry(A, "/2", 0));
            frontier.discovered(entry(B, "/1", 0));
            frontier.discovered(entry(B, "/2", 0));

            List<@Nullable String> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                order.add(next(frontier));
            }

            assertThat(order)
                    .containsExactly("http://a/1", "http://b/1", "http://a/2", "http://b/2");
        }
    }

    @Test
    void aHostThatIsBusyIsPassedOver() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            frontier.discovered(entry(B, "/", 0));

            var claim = frontier.claim(LEASE, B::equals);
            var none = frontier.claim(LEASE, B::equals);

            assertThat(claim).extracting(c -> c.entry().host()).isEqualTo(B);
            assertThat(none).isNull();
        }
    }

    @Test
    void aLostClaimChangesNothing() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var lost = claim(frontier);
            pass(LEASE);
            var held = claim(frontier);

            var late = lost != null && frontier.done(lost, State.FAILED, "");
            var renewed = lost != null && frontier.renew(lost, LEASE);
            var done = held != null && frontier.done(held, State.DONE, "");

            assertThat(late).isFalse();
            assertThat(renewed).isFalse();
            assertThat(done).isTrue();
            assertThat(frontier.count(State.DONE)).isEqualTo(1);
            assertThat(frontier.count(State.QUEUED)).isZero();
        }
    }

    @Test
    void aRenewedClaimIsKept() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);

            var renewed = claim != null && frontier.renew(claim, LEASE.multipliedBy(3));
            pass(LEASE);

            assertThat(renewed).isTrue();
            assertThat(next(frontier)).isNull();
        }
    }

    @Test
    void aRetryComesWhenItIsDue() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);
            var then = now().plusSeconds(5);

            var ignored = claim != null && frontier.retry(claim, then, "503");
            var early = claim(frontier);
            var due = frontier.due();
            var expected = dueAs(then);
            pass(Duration.ofSeconds(5));
            var again = claim(frontier);

            assertThat(early).isNull();
            assertThat(due).isEqualTo(expected);
            assertThat(again).extracting(c -> c.entry().tries()).isEqualTo(1);
        }
    }

    @Test
    void aBlockedHostWaits() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var then = now().plusSeconds(9);
            frontier.block(A, then);
            frontier.block(A, now().plusSeconds(3));

            var blocked = claim(frontier);
            var due = frontier.due();
            var expected = dueAs(then);
            pass(Duration.ofSeconds(9));

            assertThat(blocked).isNull();
            assertThat(due).isEqualTo(expected);
            assertThat(next(frontier)).isEqualTo("http://a/");
        }
    }

    @Test
    void aReleasedClaimIsGivenOutAgain() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);

            var released = claim != null && frontier.release(claim);

            assertThat(released).isTrue();
            assertThat(claim(frontier)).extracting(c -> c.entry().tries()).isEqualTo(0);
        }
    }

    @Test
    void whatFailedCanBeTriedAgain() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);
            var ignored = claim != null && frontier.done(claim, State.FAILED, "404");

            frontier.requeue(State.FAILED);

            assertThat(frontier.count(State.FAILED)).isZero();
            assertThat(next(frontier)).isEqualTo("http://a/");
        }
    }

    @Test
    void whatWasLeftOutCanBeWantedAfterAll() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0).ended(State.SKIPPED, "rule"));
            var found = Objects.requireNonNull(frontier.find("http://a/"));

            assertThat(frontier.requeue(found, "needed")).isTrue();

            assertThat(frontier.count(State.SKIPPED)).isZero();
            assertThat(frontier.count(State.QUEUED)).isEqualTo(1);
            assertThat(claim(frontier)).extracting(c -> c.entry().note()).isEqualTo("needed");
        }
    }

    @Test
    void whatIsWantedAfterAllNeedNotWaitForWhatIsPutOff() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/1", 1).ended(State.SKIPPED, "rule"));
            frontier.discovered(entry(A, "/1/2", 2));
            frontier.retry(
                    Objects.requireNonNull(claim(frontier)), now().plus(Duration.ofHours(1)), "");
            frontier.requeue(Objects.requireNonNull(frontier.find("http://a/1")), "needed");

            assertThat(next(frontier)).isEqualTo("http://a/1");
        }
    }

    @Test
    void whatIsQueuedCanGetAnotherNote() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var found = Objects.requireNonNull(frontier.find("http://a/"));

            assertThat(frontier.requeue(found, "needed")).isTrue();

            assertThat(frontier.count(State.QUEUED)).isEqualTo(1);
            assertThat(claim(frontier)).extracting(c -> c.entry().note()).isEqualTo("needed");
            assertThat(next(frontier)).isNull();
        }
    }

    @Test
    void whatHasChangedSinceItWasFoundIsNotQueuedAgain() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/", 0));
            var found = Objects.requireNonNull(frontier.find("http://a/"));
            var claim = Objects.requireNonNull(claim(frontier));
            frontier.done(claim, State.DONE, "here");

            assertThat(frontier.requeue(found, "needed")).isFalse();
            assertThat(frontier.requeue(entry(A, "/none", 0), "needed")).isFalse();

            assertThat(frontier.find("http://a/")).extracting(Entry::note).isEqualTo("here");
            assertThat(frontier.count(State.QUEUED)).isZero();
        }
    }

    @Test
    void whatIsAddedTogetherIsTold() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(entry(A, "/2", 0));
            var out = entry(A, "/3", 0).ended(State.SKIPPED, "rule");

            var fresh =
                    frontier.discovered(
                            List.of(
                                    entry(A, "/1", 0),
                                    entry(A, "/2", 0),
                                    out,
                                    entry(A, "/1", 0),
                                    entry(A, "/4", 0)));

            assertThat(fresh).containsExactly(entry(A, "/1", 0), out, entry(A, "/4", 0));
            assertThat(frontier.count(State.QUEUED)).isEqualTo(3);
            assertThat(frontier.count(State.SKIPPED)).isEqualTo(1);
        }
    }

    @Test
    void claimsAreRenewedTogether() throws Exception {
        try (var frontier = frontier()) {
            frontier.discovered(List.of(entry(A, "/1", 0), entry(A, "/2", 0)));
            var kept = Objects.requireNonNull(claim(frontier));
            var given = Objects.requireNonNull(claim(frontier));
            frontier.release(given);

            assertThat(frontier.renew(List.of(kept, given), LEASE.multipliedBy(2)))
                    .containsExactly(kept);

            pass(LEASE);
            assertThat(next(frontier)).isEqualTo(given.entry().url());
            assertThat(next(frontier)).isNull();
        }
    }
}
