// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What holds of every frontier, and what holds of the stored one after the end of a process.
@Timeout(60)
class FrontierTest {
    private static final String A = "http://a";
    private static final String B = "http://b";
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private Instant now = Instant.EPOCH;

    private Frontier frontier(boolean stored) throws IOException {
        return stored ? stored() : new MemoryFrontier(() -> now);
    }

    private StoredFrontier stored() throws IOException {
        return StoredFrontier.open(directory.resolve("state.mv"), () -> now);
    }

    private static Entry entry(String host, String path, int depth) {
        return Entry.of(host + path, host, depth, "");
    }

    private static @Nullable Claim claim(Frontier frontier) {
        return frontier.claim(LEASE, _ -> true);
    }

    private static @Nullable String next(Frontier frontier) {
        var claim = claim(frontier);
        return claim == null ? null : claim.entry().url();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aUrlIsGivenOutOnce(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            var first = frontier.discovered(entry(A, "/", 0));
            var second = frontier.discovered(entry(A, "/", 3));

            assertThat(first).isTrue();
            assertThat(second).isFalse();
            assertThat(next(frontier)).isEqualTo("http://a/");
            assertThat(next(frontier)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void urlsComeBreadthFirst(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hostsTakeTurns(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHostThatIsBusyIsPassedOver(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            frontier.discovered(entry(B, "/", 0));

            var claim = frontier.claim(LEASE, B::equals);
            var none = frontier.claim(LEASE, B::equals);

            assertThat(claim).extracting(c -> c.entry().host()).isEqualTo(B);
            assertThat(none).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLostClaimChangesNothing(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            var lost = claim(frontier);
            now = now.plus(LEASE);
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRenewedClaimIsKept(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);

            var renewed = claim != null && frontier.renew(claim, LEASE.multipliedBy(3));
            now = now.plus(LEASE);

            assertThat(renewed).isTrue();
            assertThat(next(frontier)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRetryComesWhenItIsDue(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);
            var then = now.plusSeconds(5);

            var ignored = claim != null && frontier.retry(claim, then, "503");
            var early = claim(frontier);
            var due = frontier.due();
            now = then;
            var again = claim(frontier);

            assertThat(early).isNull();
            assertThat(due).isEqualTo(then);
            assertThat(again).extracting(c -> c.entry().tries()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBlockedHostWaits(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            frontier.block(A, now.plusSeconds(9));
            frontier.block(A, now.plusSeconds(3));

            var blocked = claim(frontier);
            var due = frontier.due();
            now = now.plusSeconds(9);

            assertThat(blocked).isNull();
            assertThat(due).isEqualTo(Instant.EPOCH.plusSeconds(9));
            assertThat(next(frontier)).isEqualTo("http://a/");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReleasedClaimIsGivenOutAgain(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);

            var released = claim != null && frontier.release(claim);

            assertThat(released).isTrue();
            assertThat(claim(frontier)).extracting(c -> c.entry().tries()).isEqualTo(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailedCanBeTriedAgain(boolean stored) throws IOException {
        try (var frontier = frontier(stored)) {
            frontier.discovered(entry(A, "/", 0));
            var claim = claim(frontier);
            var ignored = claim != null && frontier.done(claim, State.FAILED, "404");

            frontier.requeue(State.FAILED);

            assertThat(frontier.count(State.FAILED)).isZero();
            assertThat(next(frontier)).isEqualTo("http://a/");
        }
    }

    @Test
    void whatWasClaimedIsQueuedWhenTheFileIsOpenedAgain() throws IOException {
        try (var frontier = stored()) {
            frontier.discovered(entry(A, "/1", 0));
            frontier.discovered(entry(A, "/2", 0));
            var done = claim(frontier);
            var ignored = done != null && frontier.done(done, State.DONE, "what it left\nbehind");
            claim(frontier);
        }

        try (var frontier = stored()) {
            assertThat(frontier.count(State.DONE)).isEqualTo(1);
            assertThat(frontier.count(State.QUEUED)).isEqualTo(1);
            assertThat(frontier.find("http://a/1"))
                    .extracting(Entry::note)
                    .isEqualTo("what it left\nbehind");
            assertThat(frontier.discovered(entry(A, "/1", 0))).isFalse();
            assertThat(next(frontier)).isEqualTo("http://a/2");
        }
    }

    @Test
    void whateverMomentTheFileIsOfEachUrlThatIsLeftIsGivenOut() throws IOException {
        var copies = new ArrayList<Path>();
        try (var frontier = stored()) {
            for (int i = 1; i <= 5_000; i++) {
                frontier.discovered(entry(A, "/" + i, 0));
                if (i % 2 == 0) {
                    var claim = claim(frontier);
                    var ignored = claim != null && frontier.done(claim, State.DONE, "");
                }
                if (i % 500 == 0) {
                    frontier.save();
                    var copy = directory.resolve("copy" + i + ".mv");
                    copies.add(Files.copy(directory.resolve("state.mv"), copy));
                }
            }
        }

        for (var copy : copies) {
            try (var frontier = StoredFrontier.open(copy, () -> now)) {
                long left = frontier.count(State.QUEUED);
                long given = 0;
                for (var claim = claim(frontier); claim != null; claim = claim(frontier)) {
                    given += frontier.done(claim, State.DONE, "") ? 1 : 0;
                }

                assertThat(given).isEqualTo(left);
            }
        }
    }

    @Test
    void twoCannotHaveTheFileOpen() throws IOException {
        try (var _ = stored()) {
            assertThatThrownBy(this::stored)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("state.mv");
        }
    }
}
