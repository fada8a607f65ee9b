// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Large files by several requests at once. A piece has a megabyte here.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SegmentsTest {
    private static final int PIECE = 1 << 20;
    private static final int LENGTH = 12 * PIECE + 12_345;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final HttpClient client = HttpClient.builder().retries(false).build();
    private final byte[] content = new byte[LENGTH];
    private final AtomicInteger leaves = new AtomicInteger(); // that are not given back

    SegmentsTest() {
        new Random(1).nextBytes(content);
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    private Fetched fetch(RangeServer server, int most) throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        var url = server.url();
        try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false, PIECE)) {
            return download.fetch(
                    url, Version.UNKNOWN, new Transfer(url, new LongAdder()), upTo(most));
        }
    }

    private Handling upTo(int most) {
        return new Handling() {
            @Override
            public @Nullable Runnable another() {
                if (leaves.get() >= most) {
                    return null;
                }
                leaves.incrementAndGet();
                return leaves::decrementAndGet;
            }
        };
    }

    private void assertThatTheFileIsThere() throws IOException {
        assertThat(root.resolve("f")).hasBinaryContent(content);
        try (var parts = Files.list(root.resolve(Place.OWN).resolve("parts"))) {
            assertThat(parts).isEmpty();
        }
        assertThat(leaves).hasValue(0);
    }

    @Test
    void piecesComeAtTheSameTime() throws IOException {
        try (var server = new RangeServer(content, (_, plain) -> plain)) {
            var fetched = fetch(server, 3);

            assertThatTheFileIsThere();
            assertThat(fetched).extracting("bytes").isEqualTo((long) LENGTH);
            assertThat(server.ranges()).doesNotHaveDuplicates().hasSizeGreaterThan(3);
            assertThat(server.ranges().getFirst()).isEmpty();
            assertThat(server.mostActive()).isGreaterThan(1);
        }
    }

    @Test
    void withoutLeaveThereIsOneStream() throws IOException {
        try (var server = new RangeServer(content, (_, plain) -> plain)) {
            fetch(server, 0);

            assertThatTheFileIsThere();
            assertThat(server.ranges()).containsExactly("");
        }
    }

    @Test
    void noBytesComeTwice() throws IOException {
        try (var server = new RangeServer(content, (_, plain) -> plain)) {
            var fetched = fetch(server, 3);

            assertThat(fetched).extracting("received").isEqualTo((long) LENGTH);
        }
    }

    @Test
    void whatAServerDoesNotOfferIsNotAskedFor() throws IOException {
        try (var server =
                new RangeServer(content, (_, plain) -> plain.header("Accept-Ranges", "none"))) {
            fetch(server, 3);

            assertThatTheFileIsThere();
            assertThat(server.ranges()).containsExactly("");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ETag: \"2\"", "Content-Range: bytes 0-0/1", "200"})
    void aDoubtCostsAFreshDownloadByOneStream(String how) throws IOException {
        try (var server =
                new RangeServer(
                        content,
                        (range, plain) -> {
                            if (range.isEmpty()) {
                                return plain;
                            }
                            var field = how.split(": ", -1);
                            return field.length < 2
                                    ? plain.status(200)
                                    : plain.header(field[0], field[1]);
                        })) {
            fetch(server, 3);

            assertThatTheFileIsThere();
            assertThat(server.ranges()).filteredOn(String::isEmpty).hasSize(2);
            assertThat(server.ranges().getLast()).isEmpty();
        }
    }

    @Test
    void aPieceThatFailsIsFetchedByTheFirst() throws IOException {
        var left = new AtomicInteger(1);
        try (var server =
                new RangeServer(
                        content,
                        (range, plain) ->
                                !range.isEmpty() && left.getAndDecrement() > 0
                                        ? Response.of(503)
                                        : plain)) {
            fetch(server, 3);

            assertThatTheFileIsThere();
        }
    }

    @Test
    void onlyWhatIsMissingIsFetchedByTheNextProcess() throws IOException {
        var cut = new AtomicBoolean(true);
        try (var server =
                new RangeServer(
                        content,
                        (range, plain) ->
                                range.isEmpty() && cut.getAndSet(false)
                                        ? plain.body(this::aPartOfIt, LENGTH)
                                        : plain)) {
            assertThatThrownBy(() -> fetch(server, 3)).isInstanceOf(IOException.class);
            long there = bytesThere();
            var fetched = fetch(server, 3);

            assertThatTheFileIsThere();
            assertThat(fetched).extracting("received").isEqualTo(LENGTH - there);
            assertThat(server.ranges()).containsOnlyOnce("");
        }
    }

    private void aPartOfIt(OutputStream out) throws IOException {
        out.write(content, 0, 3 * PIECE / 2);
        throw new IOException("and no more");
    }

    /// By the map of the only part.
    private long bytesThere() throws IOException {
        try (var parts =
                Files.newDirectoryStream(root.resolve(Place.OWN).resolve("parts"), "*.map")) {
            long there = 0;
            for (var line : Files.readAllLines(parts.iterator().next())) {
                var ends = line.split(" ", -1);
                there += Long.parseLong(ends[1]) - Long.parseLong(ends[0]);
            }
            return there;
        }
    }
}
