// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.checks.Checked;
import io.eventlet.mirror.checks.Verification;
import io.eventlet.mirror.frontier.MemoryFrontier;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Copies for reading offline.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ConvertLinksTest {
    private static final String A =
            "<h1>Welcome to A</h1><link rel=stylesheet href=/site/s.css><a"
                    + " href='/site/b.html#x'>b</a><a href=/out/c.html>c</a><a"
                    + " href='d.html?e=f'>d</a><a href=/site/dir>dir</a>";

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
        server = new TreeServer("/site/i.png", "/out/c.html");
        put("/site/a.html", "text/html", A);
        put("/site/b.html", "text/html", "<h1>This is B</h1><a href='/site/a.html'>a</a>");
        put("/site/d.html?e=f", "text/html", "<h1>This is D</h1><a href='b.html'>b</a>");
        put("/site/dir/", "text/html", "<h1>Welcome to it</h1><a href='../b.html'>b</a>");
        put("/site/s.css", "text/css", "a { b: url(/site/i.png), url(//127.0.0.2/none.png) }");
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

    private MirrorBuilder mirror() {
        return copy.of(server.url("/site/a.html")).links(true).requisites(true).convertLinks(true);
    }

    private Summary run() throws IOException {
        copy.events().clear();
        return mirror().build().run();
    }

    private Place place() {
        return new Place(root, FileNames.UNIX, false, 0);
    }

    private String convertedA() {
        return A.replace("/site/s.css", "s.css")
                .replace("/site/b.html#x", "b.html#x")
                .replace("/out/c.html", server.url("/out/c.html").toString())
                .replace("d.html?e=f", "d.html%3Fe=f")
                .replace("/site/dir>", "dir/index.html>");
    }

    @Test
    void linksLeadToTheFilesOfTheCopy() throws IOException {
        run();

        assertThat(copy.content("/site/a.html")).isEqualTo(convertedA());
        assertThat(copy.content("/site/b.html")).endsWith("<a href='a.html'>a</a>");
        assertThat(copy.content("/site/dir/index.html")).endsWith("<a href='../b.html'>b</a>");
        assertThat(copy.content("/site/s.css"))
                .isEqualTo("a { b: url(i.png), url(http://127.0.0.2/none.png) }");
        assertThat(copy.events())
                .contains(
                        new MirrorEvent.Converted(
                                server.url("/site/a.html"), root.resolve("site/a.html")));
    }

    @Test
    void withoutItFilesAreWhatTheServerSends() throws IOException {
        mirror().convertLinks(false).build().run();

        assertThat(copy.content("/site/a.html")).isEqualTo(A);
    }

    @Test
    void anotherRunChangesNothing() throws IOException {
        run();
        var time = Files.getLastModifiedTime(root.resolve("site/a.html"));

        var summary = run();

        assertThat(summary.stored()).isZero();
        assertThat(copy.events()).noneMatch(event -> event instanceof MirrorEvent.Converted);
        assertThat(copy.content("/site/a.html")).isEqualTo(convertedA());
        assertThat(Files.getLastModifiedTime(root.resolve("site/a.html"))).isEqualTo(time);
    }

    @Test
    void aPageThatIsFetchedAgainIsConvertedAgain() throws IOException {
        run();
        server.put("/site/b.html", "<h1>This is new</h1><a href='/site/dir/'>dir</a>");

        var summary = run();

        assertThat(summary.stored()).isEqualTo(1);
        assertThat(copy.content("/site/b.html"))
                .isEqualTo("<h1>This is new</h1><a href='dir/index.html'>dir</a>");
        assertThat(run().stored()).isZero();
    }

    @Test
    void theOriginalOfAnotherVersionIsNotKept() throws IOException {
        run();
        assertThat(originals()).hasSize(3);
        server.put("/site/b.html", "<h1>This has no links</h1>");

        run();

        assertThat(copy.content("/site/b.html")).isEqualTo("<h1>This has no links</h1>");
        assertThat(originals()).hasSize(2);
    }

    private List<Path> originals() throws IOException {
        try (var files = Files.walk(place().own().resolve("originals"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aLinkIsAPathAsSoonAsThereIsAFile() throws IOException {
        var scope = Scope.from(List.of(server.url("/site/a.html"))).reject("b.html").build();
        mirror().scope(scope).build().run();
        assertThat(copy.content("/site/a.html")).contains("'" + server.url("/site/b.html") + "#x'");

        run();

        assertThat(copy.content("/site/a.html")).isEqualTo(convertedA());
        assertThat(copy.events()).contains(new MirrorEvent.Unchanged(server.url("/site/a.html")));
    }

    @Test
    void aLinkIsAUrlAgainWhenItsFileIsDeleted() throws IOException {
        run();
        server.files().remove("/site/b.html");
        server.answer("/site/b.html", _ -> Response.of(404));
        put("/site/a.html", "text/html", A + " ");
        var mirror = mirror().build();
        var summary = mirror.run();
        var gone = Gone.find(copy.frontier(), place());
        assertThat(copy.content("/site/a.html")).contains("'b.html#x'");

        Gone.delete(summary, place(), gone);
        mirror.convertLinks();

        assertThat(gone).extracting(Gone::url).containsExactly(server.url("/site/b.html"));
        assertThat(copy.files()).doesNotContain("/site/b.html");
        assertThat(copy.content("/site/a.html")).contains("'" + server.url("/site/b.html") + "#x'");
    }

    @Test
    void theOriginalOfAPageThatSomebodyHasDeletedIsSwept() throws IOException {
        var summary = run();
        assertThat(originals()).hasSize(3);
        Files.delete(root.resolve("site/b.html"));

        Gone.delete(summary, place(), List.of());

        assertThat(originals()).hasSize(2);
        run();
        assertThat(copy.content("/site/a.html")).isEqualTo(convertedA());
    }

    @Test
    void aFileOfSomebodyElseBesideTheOriginalsStays() throws IOException {
        var summary = run();
        var directory = Files.createDirectory(place().own().resolve("originals").resolve("mine"));
        var foreign = Files.writeString(directory.resolve("notes"), "mine");

        Gone.delete(summary, place(), List.of());

        assertThat(foreign).hasContent("mine");
    }

    @Test
    void theSummarySaysHowManyWereConverted() throws IOException {
        assertThat(run().converted()).isEqualTo(3);
        assertThat(run().converted()).isZero();
    }

    @Test
    void aRunThatWasStoppedIsConvertedByTheNextOne() throws IOException {
        var running = new AtomicReference<Mirror>();
        var mirror =
                mirror().listener(
                                event -> {
                                    if (event instanceof MirrorEvent.Converted) {
                                        running.get().stop();
                                    }
                                    copy.events().add(event);
                                })
                        .build();
        running.set(mirror);
        mirror.run();
        assertThat(copy.events().stream().filter(MirrorEvent.Converted.class::isInstance))
                .hasSize(1);

        run();

        assertThat(copy.content("/site/a.html")).isEqualTo(convertedA());
        assertThat(copy.content("/site/b.html")).endsWith("<a href='a.html'>a</a>");
    }

    @Test
    void aKillBeforeAFileIsReplacedCostsNothing() throws IOException {
        run();
        Files.writeString(root.resolve("site/a.html"), A); // its original is kept already

        var summary = run();

        assertThat(summary.stored()).isZero();
        assertThat(copy.content("/site/a.html")).isEqualTo(convertedA());
    }

    @Test
    void aRunThatCameToALimitIsConverted() throws IOException {
        mirror().mostFiles(2).build().run();

        assertThat(copy.content("/site/a.html")).contains(server.url("/site/dir").toString());
    }

    @Test
    void checksumsAreThoseOfWhatTheServerHas() throws Exception {
        run();
        Files.writeString(
                root.resolve("site/SHA256SUMS"),
                sha256(A) + "  a.html\n" + sha256("x") + "  s.css\n");

        var counts = Verification.of(place(), _ -> {});

        assertThat(counts).isEqualTo(Map.of(Checked.Result.GOOD, 1L, Checked.Result.WRONG, 1L));
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aPageIsReadAgainAsItCame() throws IOException {
        put("/site/a.html", "text/html", "<base href=/site/dir/><h1>This is A</h1><a href=.>x</a>");
        mirror().links(false).build().run();

        run();

        assertThat(copy.files()).contains("/site/dir/index.html");
        assertThat(copy.content("/site/a.html"))
                .isEqualTo("<base href=\"\"><h1>This is A</h1><a href=dir/index.html>x</a>");
    }

    @Test
    void whatSomebodyHasChangedStays() throws IOException {
        run();
        var page = copy.content("/site/a.html").replace("Welcome", "WELCOME");
        Files.writeString(root.resolve("site/a.html"), page);

        run();

        assertThat(copy.content("/site/a.html")).isEqualTo(page);
    }

    @Test
    void theFilesOfOtherHostsAreNotTakenForThose() throws IOException {
        put(
                "/site/b.html",
                "text/html",
                "<h1>This is B</h1><a href='http://b.org/site/a.html'>a</a>");

        run();

        assertThat(copy.content("/site/b.html")).contains("'http://b.org/site/a.html'");
    }

    @Test
    void oneOfSeveralWorkersCannotDoIt() {
        var mirror = mirror().lease(Duration.ofMinutes(1));

        assertThatThrownBy(mirror::build).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void filesKeepTheirTimes() throws IOException {
        var time = Instant.parse("2020-01-02T03:04:05Z");
        server.answer(
                "/site/b.html",
                plain ->
                        plain.header("Content-Type", "text/html")
                                .header("Last-Modified", "Thu, 02 Jan 2020 03:04:05 GMT"));

        run();

        assertThat(Files.getLastModifiedTime(root.resolve("site/b.html")).toInstant())
                .isEqualTo(time);
        assertThat(copy.content("/site/b.html")).contains("'a.html'");
    }
}
