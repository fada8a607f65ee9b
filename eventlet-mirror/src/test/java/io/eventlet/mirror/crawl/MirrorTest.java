// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.frontier.StoredFrontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.scope.Scope;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class MirrorTest {
    private static final String[] TREE = {
        "/pub/a.txt", "/pub/b/c.txt", "/pub/b/d/e.txt", "/pub/b/d/f.txt", "/pub/g.iso", "/above.txt"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    private final HttpClient client = HttpClient.create();
    private final Frontier frontier = new MemoryFrontier();
    private final List<MirrorEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer(TREE);
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private MirrorBuilder mirror(Frontier frontier, HttpUrl... starts) {
        return Mirror.builder(
                        client,
                        frontier,
                        new Place(root, FileNames.UNIX, false, 0),
                        List.of(starts))
                .retries(2, Duration.ZERO, Duration.ZERO)
                .listener(events::add);
    }

    private MirrorBuilder mirror() {
        return mirror(frontier, server.url("/pub/"));
    }

    /// The files of the copy, with their content.
    private Map<String, String> copied() throws IOException {
        var copied = new TreeMap<String, String>();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var path = "/" + root.relativize(file);
                if (!path.startsWith("/" + Place.OWN)) {
                    copied.put(path, Files.readString(file));
                }
            }
        }
        return copied;
    }

    private Map<String, String> served() {
        var served = new TreeMap<>(server.files());
        served.remove("/above.txt");
        return served;
    }

    @Test
    void aTreeIsCopied() throws IOException {
        var summary = mirror().build().run();

        assertThat(copied()).isEqualTo(served());
        assertThat(summary.isComplete()).isTrue();
        assertThat(server.targets()).doesNotHaveDuplicates().doesNotContain("/above.txt", "/");
    }

    @Test
    void oneAtATimeIsEnough() throws IOException {
        mirror().concurrency(1).perHost(1).build().run();

        assertThat(copied()).isEqualTo(served());
    }

    @Test
    void aDirectoryMayLackItsSlash() throws IOException {
        mirror(frontier, server.url("/pub")).build().run();

        assertThat(copied()).isEqualTo(served());
    }

    @Test
    void aRuleSaysWhyAFileIsNotThere() throws IOException {
        var start = server.url("/pub/");

        mirror().scope(Scope.from(List.of(start)).reject("*.iso").build()).build().run();

        assertThat(copied()).doesNotContainKey("/pub/g.iso");
        assertThat(events)
                .contains(new MirrorEvent.Skipped(server.url("/pub/g.iso"), "reject *.iso"));
        assertThat(server.targets()).doesNotContain("/pub/g.iso");
    }

    @Test
    void whatFailsForAMomentIsTriedAgain() throws IOException {
        var left = new AtomicInteger(2);
        server.answer("/pub/a.txt", plain -> left.getAndDecrement() > 0 ? Response.of(502) : plain);

        var summary = mirror().build().run();

        assertThat(copied()).isEqualTo(served());
        assertThat(summary.isComplete()).isTrue();
        assertThat(events)
                .contains(
                        new MirrorEvent.PutOff(
                                server.url("/pub/a.txt"), "status 502", Duration.ZERO));
    }

    @Test
    void whatFailsForGoodIsReported() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.of(403));
        server.answer("/pub/b/c.txt", _ -> Response.of(500));

        var summary = mirror().build().run();

        assertThat(summary.failed()).isEqualTo(2);
        assertThat(summary.isComplete()).isFalse();
        assertThat(events)
                .contains(
                        new MirrorEvent.Failed(
                                server.url("/pub/a.txt"), "status 403", Trouble.SERVER),
                        new MirrorEvent.Failed(
                                server.url("/pub/b/c.txt"), "status 500", Trouble.SERVER));
        assertThat(server.targets().stream().filter("/pub/b/c.txt"::equals)).hasSize(3);
    }

    @Test
    void redirectsThatGoRoundAreAFailure() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.redirect(302, "/pub/g.iso"));
        server.answer("/pub/g.iso", _ -> Response.redirect(302, "/pub/a.txt"));

        var summary = mirror().build().run();

        assertThat(summary.isComplete()).isFalse();
        assertThat(copied()).doesNotContainKeys("/pub/a.txt", "/pub/g.iso");
    }

    @Test
    void aRedirectOutOfScopeIsNotFollowed() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.redirect(302, "/above.txt"));

        mirror().build().run();

        assertThat(server.targets()).doesNotContain("/above.txt");
        assertThat(events).contains(new MirrorEvent.Skipped(server.url("/above.txt"), "no-parent"));
    }

    @Test
    void aTreeWithoutAnEndIsLeft() throws IOException {
        server.answer("/pub/b/d/", _ -> Response.redirect(302, "/pub/b/d/x/"));
        var start = server.url("/pub/");
        server.answer("/pub/b/", _ -> Response.redirect(302, "/pub/b/1/"));

        var summary = mirror().scope(Scope.from(List.of(start)).depth(5).build()).build().run();

        assertThat(summary.isComplete()).isTrue();
    }

    @Test
    void aPageThatIsNoListingIsAFile() throws IOException {
        server.answer("/pub/b/", _ -> Response.html("<h1>Welcome</h1>"));

        mirror().build().run();

        assertThat(copied()).containsEntry("/pub/b/index.html", "<h1>Welcome</h1>");
    }

    @Test
    void aSecondRunFetchesWhatHasChanged() throws IOException {
        mirror().build().run();
        events.clear();
        server.put("/pub/b/c.txt", "changed");
        server.put("/pub/new.txt", "new");

        mirror().build().run();

        assertThat(copied()).isEqualTo(served());
        assertThat(events.stream().filter(MirrorEvent.Stored.class::isInstance))
                .extracting(event -> event.url().path())
                .containsExactlyInAnyOrder("/pub/b/c.txt", "/pub/new.txt");
    }

    @Test
    void aRunThatWasStoppedGoesOnWhereItWas() throws IOException {
        var file = root.resolve("state.mv");
        try (var first = StoredFrontier.open(file)) {
            var running = new AtomicReference<Mirror>();
            var mirror =
                    mirror(first, server.url("/pub/"))
                            .concurrency(1)
                            .listener(event -> {
                                if (event instanceof MirrorEvent.Stored) {
                                    running.get().stop();
                                }
                            })
                            .build();
            running.set(mirror);

            var summary = mirror.run();

            assertThat(summary.left()).isPositive();
        }
        try (var second = StoredFrontier.open(file)) {
            mirror(second, server.url("/pub/")).build().run();

            assertThat(second.count(State.QUEUED)).isZero();
        }

        Files.delete(file);
        assertThat(copied()).isEqualTo(served());
        assertThat(server.targets()).doesNotHaveDuplicates();
    }

    @Test
    void whatAListenerThrowsEndsTheRun() {
        var mirror =
                mirror().listener(
                                _ -> {
                                    throw new IllegalStateException("mine");
                                })
                        .build();

        assertThatThrownBy(mirror::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mine");
    }
}
