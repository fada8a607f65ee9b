// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.robots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.GreenPool;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class RobotsTest {
    private final HttpClient client = HttpClient.create();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final AtomicReference<Handler> handler = new AtomicReference<>(_ -> Response.of(404));
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final HttpServer server;
    private final Robots robots = new Robots(client, request -> request, "eventlet", now::get);

    RobotsTest() throws IOException {
        server =
                HttpServer.builder(
                                request -> {
                                    targets.add(request.target());
                                    return handler.get().handle(request);
                                })
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private HttpUrl url(String target) {
        return HttpUrl.of("http://127.0.0.1:" + server.port() + target);
    }

    private void says(String text) {
        handler.set(_ -> Response.text(text));
    }

    private boolean isAllowed(String target) throws IOException {
        return robots.of(url(target)).allows(url(target));
    }

    @Test
    void pathsAreForbidden() throws IOException {
        says("User-agent: *\nDisallow: /private/\nAllow: /private/open\n");

        assertThat(isAllowed("/private/x")).isFalse();
        assertThat(isAllowed("/private/open")).isTrue();
        assertThat(isAllowed("/public")).isTrue();
    }

    @Test
    void ownRulesGoBeforeThoseForAll() throws IOException {
        says("User-agent: *\nDisallow: /\n\nUser-agent: Eventlet\nDisallow: /x\n");

        assertThat(isAllowed("/a")).isTrue();
        assertThat(isAllowed("/x")).isFalse();
    }

    @Test
    void itIsAskedForOnce() throws IOException {
        says("User-agent: *\nDisallow: /x\n");

        for (var allowed : new GreenPool(4).map(this::isAllowed, List.of("/a", "/b", "/c", "/d"))) {
            assertThat(allowed).isTrue();
        }

        assertThat(targets).containsExactly("/robots.txt");
    }

    @Test
    void itIsForgottenAfterADay() throws IOException {
        says("User-agent: *\nDisallow: /x\n");
        isAllowed("/x");
        says("User-agent: *\nDisallow:\n");
        now.set(Instant.EPOCH.plus(Duration.ofHours(25)));

        assertThat(isAllowed("/x")).isTrue();
    }

    @Test
    void withoutOneAllIsAllowed() throws IOException {
        for (int status : new int[] {400, 401, 403, 404, 410}) {
            handler.set(_ -> Response.of(status));
            now.updateAndGet(time -> time.plus(Duration.ofDays(2)));

            assertThat(isAllowed("/x")).isTrue();
        }
    }

    @Test
    void oneThatCannotBeHadAllowsNothing() {
        for (int status : new int[] {429, 500, 503}) {
            handler.set(_ -> Response.of(status));

            assertThatThrownBy(() -> isAllowed("/x"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("robots.txt: status " + status);
        }
    }

    @Test
    void aFailureIsNotKept() throws IOException {
        handler.set(_ -> Response.of(503));
        assertThatThrownBy(() -> isAllowed("/x")).isInstanceOf(IOException.class);
        says("User-agent: *\nDisallow:\n");

        assertThat(isAllowed("/x")).isTrue();
    }

    @Test
    void redirectsAreFollowedFiveTimes() throws IOException {
        handler.set(request ->
                switch (request.target()) {
                    case "/robots.txt" -> Response.redirect(302, "/1");
                    case "/1" -> Response.redirect(301, "/2");
                    case "/2" -> Response.text("User-agent: *\nDisallow: /x\n");
                    default -> Response.of(404);
                });

        assertThat(isAllowed("/x")).isFalse();
    }

    @Test
    void oneThatGoesRoundIsAsIfItWereNotThere() throws IOException {
        handler.set(_ -> Response.redirect(302, "/robots.txt"));

        assertThat(isAllowed("/x")).isTrue();
        assertThat(targets).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void aPageInItsPlaceForbidsNothing() throws IOException {
        handler.set(_ -> Response.html("<h1>Welcome</h1>"));

        assertThat(isAllowed("/x")).isTrue();
    }

    @Test
    void onlyItsBeginningIsRead() throws IOException {
        says("User-agent: *\nDisallow: /x\n" + "#".repeat(600 * 1024) + "\nDisallow: /y\n");

        assertThat(isAllowed("/x")).isFalse();
        assertThat(isAllowed("/y")).isTrue();
    }

    @Test
    void itMaySayMore() throws IOException {
        says("Sitemap: http://a.org/map.xml\nUser-agent: *\nCrawl-delay: 7\nDisallow: /x\n");

        var rules = robots.of(url("/"));

        assertThat(rules.delay()).hasSeconds(7);
        assertThat(rules.sitemaps()).containsExactly("http://a.org/map.xml");
    }
}
