// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

/// What holds of every frontier, and of one in a file after the end of a process.
class StoredFrontierTest extends FrontierSpecification {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private Instant now = Instant.EPOCH;

    @Override
    protected Frontier frontier() throws IOException {
        return stored();
    }

    @Override
    protected Instant now() {
        return now;
    }

    @Override
    protected void pass(Duration time) {
        now = now.plus(time);
    }

    private StoredFrontier stored() throws IOException {
        return StoredFrontier.open(directory.resolve("state.mv"), this::now);
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
            try (var frontier = StoredFrontier.open(copy, this::now)) {
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
