// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpClient;
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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/// How much a run fetches, of which time, and as whom.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LimitsTest {
    private static final String OLD = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String NEW = "Tue, 15 Nov 2022 08:12:31 GMT";
    private static final Instant BETWEEN = Instant.parse("2010-01-01T00:00:00Z");

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
        server =
                new TreeServer(
                        IntStream.range(0, 20)
                                .mapToObj("/pub/%02d.txt"::formatted)
                                .toArray(String[]::new));
        copy = Copy.in(root, client, new MemoryFrontier());
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private MirrorBuilder run() {
        return copy.of(server.url("/pub/"));
    }

    @Test
    void aRunStoresNoMoreFilesThanItMay() throws IOException {
        var summary = run().mostFiles(7).build().run();

        assertThat(copy.files()).hasSize(7);
        assertThat(summary.ending()).isEqualTo(Ending.FILES);
        assertThat(summary.stored()).isEqualTo(7);
        assertThat(summary.left()).isEqualTo(13);
    }

    @Test
    void aFileCannotHaveFewerThanNoBytes() {
        var builder = run();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.fileBytes(-1));
    }

    @Test
    void anEmptyFileHasNoMoreThanNoBytes() throws IOException {
        server.put("/pub/empty.txt", "");

        run().fileBytes(0).build().run();

        assertThat(copy.files()).containsExactly("/pub/empty.txt");
    }

    @Test
    void aMirrorRunsOnce() throws IOException {
        var mirror = run().build();
        var summary = mirror.run();

        assertThatIllegalStateException().isThrownBy(mirror::run).withMessageContaining("already");
        assertThat(summary.stored()).isEqualTo(20);
        assertThat(copy.files()).hasSize(20);
    }

    @Test
    void theNextRunGoesOn() throws IOException {
        run().mostFiles(7).build().run();

        var summary = run().mostFiles(20).build().run();

        assertThat(copy.files()).hasSize(20);
        assertThat(summary.stored()).isEqualTo(13);
        assertThat(summary.ending()).isEqualTo(Ending.FINISHED);
    }

    @Test
    void aRunReceivesNoMoreBytesThanItMay() throws IOException {
        server.put("/pub/large.iso", "x".repeat(1_000_000));

        var summary = run().mostBytes(500_000).build().run();

        assertThat(summary.received()).isLessThanOrEqualTo(500_000);
        assertThat(summary.ending()).isEqualTo(Ending.BYTES);
        assertThat(copy.files()).doesNotContain("/pub/large.iso");
    }

    @Test
    void whatWasCutByThatGoesOn() throws IOException {
        server.put("/pub/large.iso", "x".repeat(1_000_000));
        run().mostBytes(500_000).build().run();

        var summary = run().build().run();

        assertThat(copy.content("/pub/large.iso")).hasSize(1_000_000);
        assertThat(summary.isComplete()).isTrue();
    }

    @Test
    void onlyWhatWasChangedLaterIsFetched() throws IOException {
        server.answer("/pub/00.txt", plain -> plain.header("Last-Modified", OLD));
        server.answer("/pub/01.txt", plain -> plain.header("Last-Modified", NEW));
        var scope = Scope.from(List.of(server.url("/pub/"))).changedAfter(BETWEEN).build();

        run().scope(scope).build().run();

        assertThat(copy.files())
                .doesNotContain("/pub/00.txt")
                .contains("/pub/01.txt", "/pub/02.txt"); // of which nobody says when
        assertThat(copy.events())
                .contains(
                        new MirrorEvent.Skipped(
                                server.url("/pub/00.txt"), "changed after " + BETWEEN));
    }

    @Test
    void onlyWhatWasChangedEarlierIsFetched() throws IOException {
        server.answer("/pub/00.txt", plain -> plain.header("Last-Modified", OLD));
        server.answer("/pub/01.txt", plain -> plain.header("Last-Modified", NEW));
        var scope = Scope.from(List.of(server.url("/pub/"))).changedBefore(BETWEEN).build();

        run().scope(scope).build().run();

        assertThat(copy.files()).contains("/pub/00.txt").doesNotContain("/pub/01.txt");
    }

    @Test
    void fieldsAreSentWithEachRequest() throws IOException {
        run().userAgent("Walker/1.0").header("X-Who", "me").build().run();

        assertThat(server.requests())
                .isNotEmpty()
                .allSatisfy(request -> {
                    assertThat(request.headers().get("User-Agent")).isEqualTo("Walker/1.0");
                    assertThat(request.headers().get("X-Who")).isEqualTo("me");
                });
    }

    @Test
    void whoAsksMayBeSaidForEachUrl() throws IOException {
        var me = Authentication.basic("me", "secret");

        run().authentication(url -> url.path().endsWith("/") ? null : me).build().run();

        for (var request : server.requests()) {
            assertThat(request.headers().contains("Authorization"))
                    .isEqualTo(!request.target().endsWith("/"));
        }
    }

    @Test
    void aRunMayBeChangedByNobodyAfterItWasBuilt() throws IOException {
        var builder = run();
        var mirror = builder.build();
        builder.mostFiles(1);

        mirror.run();

        assertThat(copy.files()).hasSize(20);
        assertThat(copy.frontier().count(State.QUEUED)).isZero();
    }

    @Test
    void fieldsThatSayWhoAsksGoToTheServersOfTheStarts() throws IOException {
        try (var other = new TreeServer("/x/a.txt")) {
            server.answer(
                    "/pub/00.txt", _ -> Response.redirect(302, other.url("/x/a.txt").toString()));
            server.answer(
                    "/robots.txt",
                    _ -> Response.redirect(302, other.url("/robots.txt").toString()));

            run().scope(Scope.from(List.of(server.url("/pub/"))).allHosts(true).build())
                    .robots(RobotsPolicy.ALL)
                    .header("Authorization", "Bearer 1")
                    .header("Cookie", "a=b")
                    .header("X-Own", "1")
                    .build()
                    .run();

            assertThat(other.targets()).contains("/robots.txt", "/x/a.txt");
            for (var request : other.requests()) {
                assertThat(request.headers().get("Authorization")).isNull();
                assertThat(request.headers().get("Cookie")).isNull();
            }
            assertThat(other.requests().getFirst().headers().get("X-Own")).isNull();
            assertThat(server.requests())
                    .allMatch(request -> request.headers().get("Authorization") != null);
        }
    }

    @Test
    void pagesThatAreFilesAreUnderTheRulesForFiles() throws IOException {
        server.answer("/pub/00.txt", _ -> Response.html("x".repeat(1000)));
        server.answer("/pub/01.txt", _ -> Response.html("x").header("Last-Modified", OLD));
        var scope = Scope.from(List.of(server.url("/pub/"))).changedAfter(BETWEEN).build();

        run().links(true).fileBytes(500).scope(scope).build().run();

        assertThat(copy.files()).hasSize(18).doesNotContain("/pub/00.txt", "/pub/01.txt");
    }
}
