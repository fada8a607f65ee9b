// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ProgressTest {
    private static final String BEGINNING = "a beginning";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    private final HttpClient client = HttpClient.create();
    private final MemoryFrontier frontier = new MemoryFrontier();
    private final List<MirrorEvent> events = new CopyOnWriteArrayList<>();
    private final Event<Boolean> end = new Event<>();

    /// A server of one file, which stops after its beginning.
    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/pub/large.iso");
        server.answer(
                "/pub/large.iso",
                _ ->
                        Response.of(200)
                                .header("ETag", "\"1\"")
                                .body(
                                        out -> {
                                            out.write(BEGINNING.getBytes(StandardCharsets.UTF_8));
                                            out.flush();
                                            end.await();
                                        },
                                        1000));
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private Mirror mirror() {
        var place = new Place(root, FileNames.UNIX, false, 0);
        return Mirror.builder(client, frontier, place, List.of(server.url("/pub/")))
                .listener(events::add)
                .build();
    }

    /// Runs until the beginning of the file is there.
    private static Progress begun(Mirror mirror) {
        while (true) {
            var progress = mirror.progress();
            boolean listed = progress.done() == 1; // which is noted after the file is known
            if (listed
                    && progress.active().stream().anyMatch(t -> t.bytes() == BEGINNING.length())) {
                return progress;
            }
            Eventlet.yield();
        }
    }

    @Test
    void aDownloadIsSeenWhileItGoesOn() {
        var mirror = mirror();
        var run = GreenThread.spawn(mirror::run);

        var progress = begun(mirror);

        mirror.abort();
        run.await();
        assertThat(progress.done()).isEqualTo(1);
        assertThat(progress.queued()).isEqualTo(1);
        assertThat(progress.received()).isGreaterThan(BEGINNING.length()); // with the listing
        assertThat(progress.active())
                .singleElement()
                .satisfies(t -> {
                    assertThat(t.url()).isEqualTo(server.url("/pub/large.iso"));
                    assertThat(t.length()).isEqualTo(1000);
                });
    }

    @Test
    void whatIsAbortedIsLeftToBeGoneOnFrom() {
        var mirror = mirror();
        var run = GreenThread.spawn(mirror::run);
        begun(mirror);

        mirror.abort();

        assertThat(run.await().left()).isEqualTo(1);
        assertThat(frontier.count(State.QUEUED)).isEqualTo(1);
        assertThat(events).hasOnlyElementsOfType(MirrorEvent.Listed.class);
        assertThat(root.resolve(Place.OWN).resolve("parts")).isDirectoryContaining("glob:**.part");
    }
}
