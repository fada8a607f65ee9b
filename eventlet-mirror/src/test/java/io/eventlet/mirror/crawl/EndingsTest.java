// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.frontier.StoredFrontier;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Copies in which pages and style sheets have names that end as browsers want them to.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class EndingsTest {
    private static final String A =
            "<h1>A</h1><link rel=stylesheet href=s.css?ver=6.4><a href=about#x>b</a><a"
                    + " href=p>p</a>";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/site/p");
        put("/site/a", "text/html", A);
        put("/site/about", "text/html", "<h1>B</h1><a href=a>a</a>");
        put("/site/s.css?ver=6.4", "text/css", "a { b: url(/site/p) }");
        copy = Copy.in(root, client, new MemoryFrontier());
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private void put(String path, String type, String content) {
        server.put(path, content);
        server.answer(path, plain -> plain.header("Content-Type", type));
    }

    private Place place() {
        return new Place(root, FileNames.UNIX, false, 0).withEndings();
    }

    private MirrorBuilder mirror(String start) {
        return mirror(place(), start);
    }

    private MirrorBuilder mirror(Place place, String start) {
        return mirror(copy.frontier(), place, start).links(true).requisites(true);
    }

    private MirrorBuilder mirror(Frontier frontier, Place place, String start) {
        return Mirror.builder(client, frontier, place, List.of(server.url(start)))
                .listener(copy.events()::add);
    }

    private Summary run() throws IOException {
        return mirror("/site/a").build().run();
    }

    @Test
    void pagesAndStyleSheetsHaveTheirEnds() throws IOException {
        run();

        assertThat(copy.files())
                .containsExactly(
                        "/site/a.html", "/site/about.html", "/site/p", "/site/s.css?ver=6.4.css");
    }

    @Test
    void theyHaveThemWhereNobodyReadsPages() throws IOException {
        mirror("/site/a").links(false).requisites(false).build().run();

        assertThat(copy.files()).containsExactly("/site/a.html");
    }

    @Test
    void linksLeadToTheNamesWithEnds() throws IOException {
        mirror("/site/a").convertLinks(true).build().run();

        assertThat(copy.content("/site/a.html"))
                .isEqualTo(
                        A.replace("s.css?ver=6.4", "s.css%3Fver=6.4.css")
                                .replace("about#x", "about.html#x"));
        assertThat(copy.content("/site/about.html")).contains("<a href=a.html>");
        assertThat(copy.content("/site/s.css?ver=6.4.css")).isEqualTo("a { b: url(p) }");
    }

    @Test
    void whatHasNotChangedIsNotFetchedAgain() throws IOException {
        mirror("/site/a").convertLinks(true).build().run();

        var summary = mirror("/site/a").convertLinks(true).build().run();

        assertThat(summary.stored()).isZero();
        assertThat(summary.unchanged()).isEqualTo(4);
        assertThat(copy.files()).hasSize(4);
    }

    @Test
    void aFileOfAnotherTypeHasAnotherName() throws IOException {
        mirror("/site/a").convertLinks(true).build().run();
        put("/site/about", "text/plain", "B");

        mirror("/site/a").convertLinks(true).build().run();

        assertThat(copy.files()).contains("/site/about").doesNotContain("/site/about.html");
        assertThat(copy.content("/site/a.html")).contains("<a href=about#x>");
    }

    @Test
    void whatSomebodyHasChangedStaysWhenTheTypeIsAnother() throws IOException {
        run();
        Files.writeString(root.resolve("site/about.html"), "somebody's");
        put("/site/about", "text/plain", "B");

        run();

        assertThat(copy.files()).contains("/site/about", "/site/about.html");
    }

    @Test
    void twoUrlsWithTheSameNameHaveTwoFiles() throws IOException {
        put("/site/about.html", "text/html", "<h1>C</h1>");
        put("/site/a", "text/html", "<a href=about>b</a><a href=about.html>c</a>");
        mirror("/site/a").convertLinks(true).concurrency(1).build().run();
        var beside =
                place().beside(server.url("/site/about.html"), Path.of("site/about.html"))
                        .getFileName()
                        .toString();

        var summary = mirror("/site/a").convertLinks(true).build().run();

        assertThat(copy.content("/site/about.html")).startsWith("<h1>B</h1>");
        assertThat(copy.content("/site/" + beside)).isEqualTo("<h1>C</h1>");
        assertThat(copy.content("/site/a.html"))
                .isEqualTo("<a href=about.html>b</a><a href=%s>c</a>".formatted(beside));
        assertThat(summary.stored()).isZero();
    }

    @Test
    void aNameThatAUrlHasByItselfIsNotTakenFromIt() throws IOException {
        put("/site/", "text/html", "<h1>Welcome to it</h1><a href=index>i</a>");
        put("/site/index", "text/html", "<h1>I</h1>");
        mirror("/site/").build().run();

        assertThat(copy.content("/site/index.html")).startsWith("<h1>Welcome");
        assertThat(copy.files()).anyMatch(name -> name.matches("/site/index~[0-9a-f]{8}\\.html"));
    }

    @Test
    void aFileIsFetchedAgainForItsEnd() throws IOException {
        mirror(new Place(root, FileNames.UNIX, false, 0), "/site/a").build().run();
        assertThat(copy.files()).contains("/site/a", "/site/s.css?ver=6.4");

        var summary = run();

        assertThat(summary.stored()).isEqualTo(3);
        assertThat(copy.files())
                .containsExactly(
                        "/site/a.html", "/site/about.html", "/site/p", "/site/s.css?ver=6.4.css");
    }

    @Test
    void withoutThemAFileIsFetchedAgainToo() throws IOException {
        run();

        mirror(new Place(root, FileNames.UNIX, false, 0), "/site/a").build().run();

        assertThat(copy.files()).contains("/site/a", "/site/a.html");
        assertThat(outcome("/site/a").name()).isEmpty();
    }

    private Outcome outcome(String target) {
        return Objects.requireNonNull(Outcome.of(copy.frontier(), server.url(target)));
    }

    @Test
    void theOutcomeOfAFileIsFound() throws IOException {
        run();

        var outcome = Outcome.ofFile(copy.frontier(), place(), Path.of("site/about.html"));

        assertThat(outcome).isEqualTo(outcome("/site/about"));
        assertThat(Objects.requireNonNull(outcome).file(place()))
                .isEqualTo(Path.of("site/about.html"));
    }

    @Test
    void whatHasGoneIsFound() throws IOException {
        mirror("/site/a").convertLinks(true).build().run();
        server.answer("/site/about", _ -> Response.of(404));
        put("/site/a", "text/html", A + " ");

        var mirror = mirror("/site/a").convertLinks(true).build();
        var summary = mirror.run();
        var gone = Gone.find(copy.frontier(), place());
        Gone.delete(summary, place(), gone);
        mirror.convertLinks();

        assertThat(gone)
                .containsExactly(
                        new Gone(server.url("/site/about"), root.resolve("site/about.html")));
        assertThat(copy.files()).doesNotContain("/site/about.html");
        assertThat(copy.content("/site/a.html")).contains(server.url("/site/about") + "#x");
    }

    @Test
    void aPageWithACodingKeepsItsName() throws IOException {
        server.answer(
                "/site/about",
                plain ->
                        plain.header("Content-Type", "text/html")
                                .header("Content-Encoding", "unknown"));
        run();

        var summary = run();

        assertThat(copy.files()).contains("/site/about");
        assertThat(summary.stored()).isZero();
    }

    @Test
    void aNameSurvivesTheEndOfTheProcess() throws IOException {
        var state = root.resolve("state.mv");
        try (var frontier = StoredFrontier.open(state)) {
            mirror(frontier, place(), "/site/about").build().run();
        }

        try (var frontier = StoredFrontier.open(state)) {
            var summary = mirror(frontier, place(), "/site/about").build().run();

            assertThat(summary.unchanged()).isEqualTo(1);
        }
    }

    @Test
    void whatAKilledRunHasStoredIsNotFetchedAgain() throws IOException {
        mirror(new MemoryFrontier(), place(), "/site/about").build().run();
        var frontier = new MemoryFrontier(); // one that a kill has left without all of that
        var url = server.url("/site/about");
        frontier.discovered(Entry.of(url.toString(), Finds.host(url), 0, ""));

        var summary = mirror(frontier, place(), "/site/about").build().run();
        var again = mirror(frontier, place(), "/site/about").build().run();

        assertThat(summary.received()).isZero();
        assertThat(again.unchanged()).isEqualTo(1);
        assertThat(copy.files()).containsExactly("/site/about.html");
    }

    @Test
    void aDownloadThatWasCutHasTheNameInTheEnd() throws IOException {
        var text = "<p>" + "b".repeat(300_000);
        put("/site/about", "text/html", text);
        mirror("/site/about").links(false).requisites(false).mostBytes(270_000).build().run();

        mirror("/site/about").links(false).requisites(false).build().run();

        assertThat(copy.files()).containsExactly("/site/about.html");
        assertThat(copy.content("/site/about.html")).isEqualTo(text);
    }

    @Test
    void oneOfSeveralWorkersCannotDoIt() {
        var mirror = mirror("/site/a").lease(Duration.ofMinutes(1));

        assertThatThrownBy(mirror::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("endings");
    }

    @Test
    void theOtherSchemeHasTheSameName() throws IOException {
        var note = Note.of(Role.LINK, 0).with("text/html", new Version("", "", "", 3), "a.html");
        copy.frontier()
                .discovered(
                        Entry.of("http://b.org/a", "http://b.org", 0, "")
                                .ended(State.DONE, note.stored()));
        var names = new Names(new Options(client, copy.frontier(), place(), List.of()));
        var none = Note.of(Role.LINK, 0);

        assertThat(names.hold(HttpUrl.of("https://b.org/a"), none, "text/html"))
                .isEqualTo(Path.of("a.html"));
        assertThat(names.hold(HttpUrl.of("https://b.org/a.html"), none, "text/html").toString())
                .matches("a~[0-9a-f]{8}\\.html");
    }

    @Test
    void aNameIsHeldUntilItIsReleased() throws IOException {
        var names = new Names(new Options(client, copy.frontier(), place(), List.of()));
        var none = Note.of(Role.LINK, 0);
        var one = HttpUrl.of("http://b.org/a");
        var other = HttpUrl.of("http://b.org/a.html");

        var first = names.hold(one, none, "text/html");
        var second = names.hold(other, none, "text/html");
        names.release(one, first);

        assertThat(first).isEqualTo(Path.of("a.html"));
        assertThat(second).isNotEqualTo(first);
        assertThat(names.hold(other, none, "text/html")).isEqualTo(first);
    }
}
