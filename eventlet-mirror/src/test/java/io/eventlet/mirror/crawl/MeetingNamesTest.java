// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// Files whose names meet, as directories or hosts are left out of them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class MeetingNamesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    private final HttpClient client = HttpClient.create();
    private final MemoryFrontier frontier = new MemoryFrontier();
    private final List<MirrorEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/pub/a/x", "/pub/b/x", "/pub/b/y");
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private Place place(int cut) {
        return new Place(root, FileNames.UNIX, false, cut);
    }

    private Summary run(int cut, HttpUrl... starts) throws IOException {
        return Mirror.builder(client, frontier, place(cut), List.of(starts))
                .retries(0, Duration.ZERO, Duration.ZERO)
                .listener(events::add)
                .build()
                .run();
    }

    private Outcome outcome(String target) {
        return Objects.requireNonNull(Outcome.of(frontier, server.url(target)));
    }

    @Test
    void theSecondOfTwoFilesWithOneNameFails() throws IOException {
        var summary = run(2, server.url("/pub/"));

        var stored = outcome("/pub/a/x").kind() == Outcome.Kind.STORED ? "/pub/a/x" : "/pub/b/x";
        var failed = stored.equals("/pub/a/x") ? "/pub/b/x" : "/pub/a/x";
        assertThat(summary.isComplete()).isFalse();
        assertThat(root.resolve("x")).hasContent("content of " + stored);
        assertThat(root.resolve("y")).hasContent("content of /pub/b/y");
        assertThat(outcome(failed).inWords())
                .startsWith("failed: file: x: the file of another URL");
        assertThat(events)
                .filteredOn(MirrorEvent.Failed.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.url()).isEqualTo(server.url(failed));
                    assertThat(((MirrorEvent.Failed) event).trouble()).isEqualTo(Trouble.FILE);
                });
    }

    @Test
    void aFileKeepsItsNameInLaterRuns() throws IOException {
        run(2, server.url("/pub/a/"));
        run(2, server.url("/pub/a/"), server.url("/pub/b/"));
        var summary = run(2, server.url("/pub/a/"), server.url("/pub/b/"));

        assertThat(root.resolve("x")).hasContent("content of /pub/a/x");
        assertThat(outcome("/pub/b/x").kind()).isEqualTo(Outcome.Kind.FAILED);
        assertThat(summary.failed()).isEqualTo(1);
    }

    @Test
    void theFileIsThatOfWhoHasIt() throws IOException {
        run(2, server.url("/pub/b/"));
        run(2, server.url("/pub/a/"), server.url("/pub/b/"));

        assertThat(Outcome.ofFile(frontier, place(2), Path.of("x")))
                .isNotNull()
                .extracting(Outcome::url)
                .isEqualTo(server.url("/pub/b/x").toString());
    }

    @Test
    void filesOfTwoHostsDoNotShareAName() throws IOException {
        try (var other = new TreeServer("/pub/a/x")) {
            other.put("/pub/a/x", "of the other");

            run(0, server.url("/pub/a/"));
            var summary = run(0, server.url("/pub/a/"), other.url("/pub/a/"));

            assertThat(summary.failed()).isEqualTo(1);
            assertThat(root.resolve("pub/a/x")).hasContent("content of /pub/a/x");
        }
    }

    @Test
    void aNameIsFreeWhenItsUrlLeadsElsewhere() throws IOException {
        run(2, server.url("/pub/a/"));
        server.files().remove("/pub/a/x");
        server.put("/pub/a/x/z", "z");

        run(2, server.url("/pub/a/"));
        run(2, server.url("/pub/b/"));

        assertThat(outcome("/pub/b/x").kind()).isEqualTo(Outcome.Kind.STORED);
    }

    @Test
    void aFileThatNobodyKnowsWhoseItIsIsFetchedAgain() throws IOException {
        run(0, server.url("/pub/a/"), server.url("/pub/b/"));
        Files.writeString(root.resolve("x"), "content of /pub/?/x"); // as long as either

        run(2, server.url("/pub/a/"), server.url("/pub/b/"));

        assertThat(root.resolve("x")).content().matches("content of /pub/[ab]/x");
    }

    @Test
    void listingsMeetInNoFile() throws IOException {
        server.files().remove("/pub/b/x");

        var summary = run(2, server.url("/pub/"));

        assertThat(summary.isComplete()).isTrue();
    }

    @Test
    void aHostWithAndWithoutWwwMeansTheSame() throws IOException {
        var names = new Names(new Options(client, frontier, place(0), List.of(server.url("/"))));
        var note = Note.of(Role.ENTRY, 0);

        var file = names.hold(HttpUrl.of("http://a.org/x"), note, "");

        assertThat(names.hold(HttpUrl.of("https://www.a.org/x"), note, "")).isEqualTo(file);
        assertThatThrownBy(() -> names.hold(HttpUrl.of("http://b.org/x"), note, ""))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void aFileHasOneHolder() {
        var holders = new Holders();

        for (int i = 0; i < 10_000; i++) {
            assertThat(holders.take("file" + i, "who" + i)).isTrue();
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(holders.take("file" + i, "who" + i)).isTrue();
            assertThat(holders.take("file" + i, "other")).isFalse();
        }
        holders.free("file7", "other");
        assertThat(holders.take("file7", "other")).isFalse();
        holders.free("file7", "who7");
        assertThat(holders.take("file7", "other")).isTrue();
    }

    @Test
    void severalWorkersLeaveOutNoDirectories() {
        var builder =
                Mirror.builder(client, frontier, place(1), List.of(server.url("/")))
                        .lease(Duration.ofMinutes(1));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without directories");
    }
}
