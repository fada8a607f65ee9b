// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.scope.Scope;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/// Servers that mean harm, or know no better: runs over them end, in bounded memory, and say what
/// they have met.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class BadServersTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final AtomicReference<Handler> handler = new AtomicReference<>(_ -> Response.of(404));
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final HttpClient client;

    BadServersTest() throws IOException {
        server =
                HttpServer.builder(
                                request -> {
                                    targets.add(request.target());
                                    return handler.get().handle(request);
                                })
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
        int port = server.port();
        client = HttpClient.builder().addressRule((_, to) -> to == port).build();
    }

    @BeforeEach
    void beginCopy() {
        copy = Copy.in(root, client, new MemoryFrontier());
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private HttpUrl url(String target) {
        return HttpUrl.of("http://127.0.0.1:" + server.port() + target);
    }

    private MirrorBuilder run() {
        return copy.of(url("/d/"));
    }

    private static Response listing(String... names) {
        var page = new StringBuilder("<title>Index of /d</title><pre><a href=\"../\">../</a>\n");
        for (var name : names) {
            page.append("<a href=\"%s\">%s</a>\n".formatted(name, name));
        }
        return Response.html(page.toString());
    }

    private Outcome outcome(String target) {
        return Objects.requireNonNull(Outcome.of(copy.frontier(), url(target)));
    }

    /// As nginx writes it, with the time and the size of each file.
    private static Response listingOf(String path, String... rows) {
        var page = new StringBuilder("<title>Index of %s</title><pre>".formatted(path));
        page.append("<a href=\"../\">../</a>\n");
        for (var row : rows) {
            var name = row.substring(0, row.indexOf(' '));
            page.append(
                    "<a href=\"%s\">%s</a>%s\n"
                            .formatted(name, name, row.substring(name.length())));
        }
        return Response.html(page.toString());
    }

    @Test
    void aTreeThatGoesRoundIsAFailureOfItsServer() throws IOException {
        handler.set(request ->
                request.target().endsWith("/")
                        ? listingOf(
                                request.target(),
                                "again/ 29-Nov-2026 21:07 -",
                                "a.txt 29-Nov-2026 21:08 1")
                        : Response.text("a"));

        var summary = run().build().run();

        assertThat(targets).hasSize(4 + 3);
        assertThat(summary.isComplete()).isFalse();
        assertThat(copy.events())
                .contains(
                        new MirrorEvent.Failed(
                                url("/d/again/again/again/"),
                                "a loop, or what looks like one: 3 directories above have the same"
                                        + " entries",
                                Trouble.SERVER));
    }

    @Test
    void aTreeWhoseLevelsHaveOtherFilesOfTheSameNamesIsCopied() throws IOException {
        handler.set(request ->
                request.target().endsWith("/")
                        ? listingOf(
                                request.target(),
                                request.target().length() < 20 ? "0/ 29-Nov-2026 21:07 -" : "x y",
                                "tile.png 29-Nov-2026 21:07 " + request.target().length())
                        : Response.text("a"));

        var summary = run().build().run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(copy.files()).contains("/d/0/0/0/0/0/0/0/tile.png");
    }

    @Test
    void aTreeOfDirectoriesWithTheSameNamesIsCopied() throws IOException {
        handler.set(request -> {
            int level = request.target().split("/", -1).length - 3;
            return request.target().endsWith("/")
                    ? level < 5 ? listing("0/", "1/") : listing("x.png")
                    : Response.text("a");
        });

        var summary = run().build().run();

        assertThat(copy.files()).hasSize(32);
        assertThat(summary.isComplete()).isTrue();
    }

    @Test
    void aTreeThatGoesRoundAndSaysOnlyNamesIsAFailureLater() throws IOException {
        handler.set(request ->
                request.target().endsWith("/") ? listing("again/", "a.txt") : Response.text("a"));

        var summary = run().build().run();

        assertThat(targets).hasSize(17 + 16);
        assertThat(summary.failed()).isEqualTo(1);
        assertThat(outcome("/d/" + "again/".repeat(16)).reason())
                .isEqualTo(
                        "a loop, or what looks like one: 16 directories above have the same"
                                + " entries");
    }

    @Test
    void aTreeThatGoesDownForEverIsLeftByItsDepth() throws IOException {
        handler.set(request -> listing(Integer.toString(request.target().length()) + "/"));

        var summary = run().scope(Scope.from(List.of(url("/d/"))).depth(30).build()).build().run();

        assertThat(targets).hasSize(31);
        assertThat(summary.skipped()).isEqualTo(1);
    }

    @Test
    void aListingOfTooManyEntriesFails() throws IOException {
        handler.set(request ->
                request.target().equals("/d/")
                        ? listing("a", "b", "c", "d", "e")
                        : Response.text("x"));

        var summary = run().entries(3).build().run();

        assertThat(copy.files()).containsExactly("/d/a", "/d/b", "/d/c");
        assertThat(summary.isComplete()).isFalse();
        assertThat(outcome("/d/").reason()).isEqualTo("5 entries, of which 3 were followed");
    }

    @Test
    void anEndlessListingBecomesAFileThatIsTooLarge() throws IOException {
        handler.set(_ -> endless("text/html"));

        run().pageBytes(100_000).fileBytes(1_000_000).build().run();

        assertThat(outcome("/d/").inWords()).startsWith("skipped by a rule: size over 1000000");
        assertThat(copy.files()).isEmpty();
    }

    @Test
    void aListingThatIsLargerThanWhatIsReadFails() throws IOException {
        var names = IntStream.range(0, 20_000).mapToObj(i -> "file" + i).toArray(String[]::new);
        handler.set(request -> request.target().equals("/d/") ? listing(names) : Response.of(404));

        var summary = run().pageBytes(300_000).build().run();

        assertThat(summary.isComplete()).isFalse();
        assertThat(outcome("/d/").reason())
                .matches("a listing of \\d+ bytes, and no more than 300000 are read: .*");
        assertThat(copy.files()).isEmpty();
    }

    @Test
    void aListingThatIsLargerIsReadWhenThatIsAllowed() throws IOException {
        var names = IntStream.range(0, 20_000).mapToObj(i -> "file" + i).toArray(String[]::new);
        handler.set(request -> request.target().equals("/d/") ? listing(names) : Response.of(404));
        var scope = Scope.from(List.of(url("/d/"))).reject("file*").build();
        run().pageBytes(300_000).scope(scope).build().run();

        run().scope(scope).build().run();

        assertThat(outcome("/d/").kind()).isEqualTo(Outcome.Kind.LISTED);
        assertThat(copy.frontier().count(State.SKIPPED)).isEqualTo(20_000);
    }

    @Test
    void aLargePageThatIsNoListingIsAFile() throws IOException {
        var page = "<h1>Welcome</h1>" + "<p>text".repeat(100_000);
        handler.set(_ -> Response.html(page));

        var summary = run().pageBytes(300_000).build().run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(copy.content("/d/index.html")).isEqualTo(page);
    }

    @Test
    void aSitemapThatIsLargerThanWhatIsReadFails() throws IOException {
        handler.set(request ->
                request.target().equals("/sitemap.xml")
                        ? Response.of(200)
                                .header("Content-Type", "application/xml")
                                .body(new byte[400_000])
                        : Response.of(404));

        run().sitemaps(true).pageBytes(300_000).build().run();

        assertThat(outcome("/sitemap.xml").reason()).startsWith("a sitemap of 400000 bytes");
        assertThat(copy.files()).isEmpty();
    }

    @Test
    void whatIsNoSitemapFailsAndIsNotAskedForAgain() throws IOException {
        handler.set(request ->
                request.target().equals("/sitemap.xml")
                        ? Response.text("<urlset/>").header("Content-Encoding", "odd")
                        : Response.of(404));

        run().sitemaps(true).retries(1, Duration.ZERO, Duration.ZERO).build().run();

        assertThat(outcome("/sitemap.xml").reason()).startsWith("no sitemap: ");
        assertThat(targets).containsOnlyOnce("/sitemap.xml");
    }

    @Test
    void anEndlessBodyIsCutByTheLimitOfFiles() throws IOException {
        handler.set(request ->
                request.target().endsWith("/")
                        ? listing("a")
                        : endless("application/octet-stream"));

        var summary = run().fileBytes(1_000_000).build().run();

        assertThat(copy.files()).isEmpty();
        assertThat(outcome("/d/a").reason()).isEqualTo("size over 1000000");
        assertThat(summary.received()).isLessThan(2_000_000);
    }

    @Test
    void aFileThatSaysItIsTooLargeIsLeftOutForItsSize() throws IOException {
        handler.set(request ->
                request.target().endsWith("/") ? listing("a") : Response.text("a".repeat(5000)));

        run().fileBytes(1000).build().run();

        assertThat(outcome("/d/a").reason()).isEqualTo("size 5000, over 1000");
    }

    private static Response endless(String type) {
        return Response.of(200)
                .header("Content-Type", type)
                .body(out -> {
                    while (true) {
                        out.write(new byte[10_000]);
                    }
                });
    }

    @Test
    void aFloodOfFieldsIsAFailure() throws IOException {
        handler.set(_ -> {
            var response = Response.text("x");
            for (int i = 0; i < 2000; i++) {
                response = response.header("X-" + i, "x".repeat(100));
            }
            return response;
        });

        var summary = run().build().run();

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(outcome("/d/").reason()).startsWith("protocol: ");
    }

    @Test
    void redirectsToWhatIsNoWebAreFailures() throws IOException {
        for (var to : List.of("file:///etc/passwd", "ftp://u:p@a.org/", "gopher:x", "http://[")) {
            handler.set(_ -> Response.of(302).header("Location", to));
            copy = Copy.in(root, client, new MemoryFrontier());

            var summary = run().build().run();

            assertThat(summary.failed()).isEqualTo(1);
            assertThat(outcome("/d/").inWords())
                    .startsWith(
                            "failed: status 302: leads to %s, which is no URL of HTTP;"
                                    .formatted(to.replace("u:p@", "")));
        }
    }

    @Test
    void redirectsToAddressesThatAreRefusedAreFailures() throws IOException {
        var inside = HttpUrl.of("http://127.0.0.1:" + (server.port() ^ 1) + "/secret");
        handler.set(_ -> Response.redirect(302, inside.toString()));

        run().scope(Scope.from(List.of(url("/d/"))).allHosts(true).build())
                .leaveAlone(0, java.time.Duration.ZERO, 0)
                .build()
                .run();

        assertThat(targets).containsExactly("/d/");
        assertThat(Outcome.of(copy.frontier(), inside))
                .extracting(Outcome::kind)
                .isEqualTo(Outcome.Kind.FAILED);
    }

    @Test
    void redirectsThatLeadOnForEverAreAFailure() throws IOException {
        handler.set(request -> Response.redirect(302, request.target() + "x"));

        var summary = run().build().run();

        assertThat(targets).hasSize(21);
        assertThat(summary.failed()).isEqualTo(1);
        assertThat(outcome("/d/" + "x".repeat(20)).reason())
                .isEqualTo("more than 20 redirects in a row");
    }

    @Test
    void aListingInPartsThatComesRoundEnds() throws IOException {
        handler.set(request -> {
            int part = request.target().contains("token=1") ? 2 : 1;
            return Response.of(200)
                    .header("Content-Type", "application/xml")
                    .body(
                            """
                            <?xml version="1.0"?><ListBucketResult><Name>d</Name>
                            <IsTruncated>true</IsTruncated>
                            <NextContinuationToken>%d</NextContinuationToken>
                            </ListBucketResult>
                            """
                                    .formatted(part)
                                    .getBytes(StandardCharsets.US_ASCII));
        });

        var summary = run().build().run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(targets).hasSize(3);
    }

    @Test
    void whatCannotBeDealtWithIsTheFailureOfItsUrl() throws IOException {
        handler.set(
                request -> request.target().equals("/d/") ? listing("a", "b") : Response.text("x"));

        var summary =
                run().authentication(
                                to -> {
                                    if (to.path().equals("/d/a")) {
                                        throw new IllegalStateException("odd");
                                    }
                                    return null;
                                })
                        .build()
                        .run();

        assertThat(copy.files()).containsExactly("/d/b");
        assertThat(summary.failed()).isEqualTo(1);
        assertThat(outcome("/d/a").reason()).isEqualTo("IllegalStateException: odd");
    }

    @Test
    void redirectsToOneMoreSlashForEverEnd() throws IOException {
        handler.set(request -> Response.redirect(302, request.target() + "/"));

        run().scope(Scope.from(List.of(url("/d/"))).depth(20).build()).build().run();

        assertThat(targets).hasSize(21);
    }

    @Test
    void aStartThatLeadsOutOfTheCopyIsAFailure() throws IOException {
        var to = "http://localhost:" + server.port() + "/d/";
        handler.set(_ -> Response.redirect(301, to));

        var summary = run().build().run();

        assertThat(summary.isComplete()).isFalse();
        assertThat(copy.events())
                .containsExactly(
                        new MirrorEvent.Failed(
                                url("/d/"),
                                "leads to " + to + ", which is left out: host localhost",
                                Trouble.SCOPE));
    }
}
