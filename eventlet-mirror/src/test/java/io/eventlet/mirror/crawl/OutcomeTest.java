// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.fetch.Version;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What runs can say of each URL.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OutcomeTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    @SuppressWarnings("NullAway.Init") // set before each
    private StoredFrontier frontier;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/pub/a.txt", "/pub/b/c.txt", "/pub/d.iso");
        frontier = StoredFrontier.open(root.resolve("state.mv"));
        copy = Copy.in(root, client, frontier);
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
        frontier.close();
    }

    private MirrorBuilder run() {
        return copy.of(server.url("/pub/"));
    }

    private Outcome outcome(String target) {
        return Objects.requireNonNull(Outcome.of(frontier, server.url(target)));
    }

    @Test
    void whatIsThereSaysWhereItWasFound() throws IOException {
        run().build().run();

        assertThat(outcome("/pub/b/c.txt").inWords())
                .isEqualTo(
                        "stored, status 200; found at %s, 2 links from a start"
                                .formatted(server.url("/pub/b/")));
        assertThat(outcome("/pub/").inWords()).isEqualTo("read as a listing, status 200; a start");
    }

    @Test
    void whatARuleLeftOutNamesTheRule() throws IOException {
        var scope = Scope.from(List.of(server.url("/pub/"))).reject("*.iso").build();

        run().scope(scope).build().run();

        assertThat(outcome("/pub/d.iso").inWords())
                .isEqualTo(
                        "skipped by a rule: reject *.iso; found at %s, 1 link from a start"
                                .formatted(server.url("/pub/")));
    }

    @Test
    void whatFailedSaysHowAndHowOften() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.of(502));

        run().build().run();

        assertThat(outcome("/pub/a.txt"))
                .isEqualTo(
                        new Outcome(
                                server.url("/pub/a.txt").toString(),
                                Outcome.Kind.FAILED,
                                "status 502",
                                502,
                                2,
                                1,
                                server.url("/pub/").toString(),
                                ""));
        assertThat(outcome("/pub/a.txt").inWords())
                .startsWith("failed: status 502, after 2 tries in vain; found at ");
    }

    @Test
    void whatIsElsewhereSaysWhere() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.redirect(302, "/pub/d.iso"));

        run().build().run();

        assertThat(outcome("/pub/a.txt"))
                .extracting(Outcome::kind, Outcome::reason, Outcome::status)
                .containsExactly(Outcome.Kind.REDIRECTED, server.url("/pub/d.iso").toString(), 302);
    }

    @Test
    void aSecondRunSaysWhatItFound() throws IOException {
        run().build().run();
        server.put("/pub/a.txt", "changed");

        var summary = run().build().run();

        assertThat(outcome("/pub/a.txt").kind()).isEqualTo(Outcome.Kind.STORED);
        assertThat(outcome("/pub/d.iso").kind()).isEqualTo(Outcome.Kind.UNCHANGED);
        assertThat(summary.stored()).isEqualTo(1);
        assertThat(summary.unchanged()).isEqualTo(2);
    }

    @Test
    void aFileThatFailedOnceIsNotFetchedAgainForThat() throws IOException {
        run().build().run();
        server.answer("/pub/a.txt", _ -> Response.of(403));
        run().build().run();
        server.answer("/pub/a.txt", plain -> plain);

        run().build().run();

        assertThat(outcome("/pub/a.txt").kind()).isEqualTo(Outcome.Kind.UNCHANGED);
    }

    @Test
    void whatWasNotReachedWaits() throws IOException {
        run().mostFiles(1).concurrency(1).build().run();

        assertThat(outcome("/pub/d.iso").inWords()).startsWith("waits for its turn; found at ");
    }

    @Test
    void aFileIsFoundByItsName() throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        run().build().run();

        var outcome = Outcome.ofFile(frontier, place, Path.of("pub/b/c.txt"));

        assertThat(outcome).isEqualTo(outcome("/pub/b/c.txt"));
        assertThat(Outcome.ofFile(frontier, place, Path.of("pub/none"))).isNull();
    }

    @Test
    void aReportHasAllThatWasSeen() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.of(404));
        run().build().run();
        List<String> failed = new ArrayList<>();

        Outcome.forEach(
                frontier,
                outcome -> {
                    if (outcome.kind() == Outcome.Kind.FAILED) {
                        failed.add(outcome.url());
                    }
                });

        assertThat(failed).containsExactly(server.url("/pub/a.txt").toString());
    }

    @Test
    void whatNobodyHasSeenHasNone() {
        assertThat(Outcome.of(frontier, HttpUrl.of("http://a.org/"))).isNull();
    }

    @Test
    void notesAreKeptAsTexts() {
        var version = new Version("\"a\tb\"", "c", "d", 7);
        var note =
                new Note(
                        Outcome.Kind.FAILED,
                        Role.REQUISITE,
                        404,
                        "why\tnot\n",
                        3,
                        "text/html",
                        version,
                        "a.html");

        var restored = Note.restored(note.stored());

        assertThat(restored)
                .isEqualTo(
                        new Note(
                                Outcome.Kind.FAILED,
                                Role.REQUISITE,
                                404,
                                "why not ",
                                3,
                                "text/html",
                                version,
                                "a.html"));
        assertThat(Note.of(Role.ENTRY, 0).stored()).isEmpty();
        assertThat(Note.restored("nonsense")).isEqualTo(Note.of(Role.ENTRY, 0));
    }
}
