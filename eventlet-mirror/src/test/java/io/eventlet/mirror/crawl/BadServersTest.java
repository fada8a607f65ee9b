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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;

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

    @Test
    void aTreeThatGoesRoundIsLeft() throws IOException {
        handler.set(request ->
                request.target().endsWith("/") ? listing("again/", "a.txt") : Response.text("a"));

        var summary = run().build().run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(targets).hasSize(4 + 3);
        assertThat(outcome("/d/again/again/again/").reason()).startsWith("a loop: ");
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

        assertThat(outcome("/d/").inWords()).startsWith("skipped by a rule: size");
        assertThat(copy.files()).isEmpty();
    }

    @Test
    void anEndlessBodyIsCutByTheLimitOfFiles() throws IOException {
        handler.set(request ->
                request.target().endsWith("/")
                        ? listing("a")
                        : endless("application/octet-stream"));

        var summary = run().fileBytes(1_000_000).build().run();

        assertThat(copy.files()).isEmpty();
        assertThat(summary.received()).isLessThan(2_000_000);
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
    void aBombIsNotUnpacked() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bomb)) {
            out.write("<title>Index of /d</title>".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1000; i++) {
                out.write(new byte[10_000]);
            }
        }
        handler.set(_ ->
                Response.of(200)
                        .header("Content-Type", "text/html")
                        .header("Content-Encoding", "gzip")
                        .body(bomb.toByteArray()));

        run().pageBytes(1_000_000).build().run();

        assertThat(root.resolve("d/index.html")).hasBinaryContent(bomb.toByteArray());
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
        assertThat(outcome("/d/").reason()).startsWith("BadMessage");
    }

    @Test
    void redirectsToWhatIsNoWebAreFailures() throws IOException {
        for (var to : List.of("file:///etc/passwd", "ftp://a.org/", "gopher:x", "http://[")) {
            handler.set(_ -> Response.of(302).header("Location", to));
            copy = Copy.in(root, client, new MemoryFrontier());

            var summary = run().build().run();

            assertThat(summary.failed()).isEqualTo(1);
            assertThat(outcome("/d/").reason()).isEqualTo("status 302");
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
    void redirectsThatLeadOnForEverEnd() throws IOException {
        handler.set(request -> Response.redirect(302, request.target() + "x"));

        run().build().run();

        assertThat(targets).hasSize(101); // the depth
        assertThat(copy.frontier().count(State.QUEUED)).isZero();
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
