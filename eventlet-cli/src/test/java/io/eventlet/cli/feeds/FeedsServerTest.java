// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.LocalPort;
import io.eventlet.cli.testing.LocalSite;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.WebClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

@Timeout(60)
class FeedsServerTest {
    private static final int LIMIT = 4;
    private final LocalSite site = LocalSite.start();
    private final io.eventlet.http.client.HttpClient green = WebClient.decoding(LIMIT, false);
    private final HttpClient client = HttpClient.newHttpClient();
    private FeedsServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(Duration.ofSeconds(50));
    }

    private FeedsServer start(Duration limit) throws IOException {
        var exchange = new Exchange(green, "test", limit);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return FeedsServer.start(address, new TitleDispatch(exchange, LIMIT), 100, _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
        green.close();
        client.close();
        site.close();
    }

    @Test
    void givesTheTitlesInTheOrderOfTheUrls() throws Exception {
        site.with("/a", 200, "application/rss+xml", rss("First"));
        site.with("/b", 200, "application/atom+xml", atom("Second"));

        var response = post(site.url("/b") + "\n" + site.url("/a") + "\n" + site.url("/b"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("text/plain; charset=utf-8");
        assertThat(response.body()).isEqualTo("Second\nFirst\nSecond\n");
    }

    @Test
    void eachKindOfTroubleIsALineInItsPlace() throws Exception {
        site.with("/good", 200, "application/rss+xml", rss("Good"))
                .with("/broken", 200, "application/rss+xml", "<rss><channel><title>Bro")
                .with("/missing", 404, "text/plain", "no");
        List<String> urls =
                List.of(
                        site.url("/broken"),
                        site.url("/good"),
                        site.url("/missing"),
                        "http://127.0.0.1:" + LocalPort.dead() + "/",
                        "no-url");

        var response = post(String.join("\n", urls));

        assertThat(response.body().lines())
                .containsExactly(
                        "error: not a feed: " + urls.get(0),
                        "Good",
                        "error: http 4xx: " + urls.get(2),
                        "error: refused: " + urls.get(3),
                        "error: bad URL: no-url");
    }

    @Test
    void aServerThatDoesNotAnswerIsALineToo() throws Exception {
        site.withSilence("/slow");
        server.close();
        server = start(Duration.ofMillis(500));

        var response = post(site.url("/slow") + "\nno-url");

        assertThat(response.body().lines())
                .containsExactly("error: timeout: " + site.url("/slow"), "error: bad URL: no-url");
    }

    @Test
    void oneLimitHoldsForAllRequests() throws Exception {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(LIMIT);
        site.with(
                "/",
                exchange -> {
                    try (exchange) {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        full.countDown();
                        full.await();
                        byte[] feed = rss("T").getBytes(StandardCharsets.UTF_8);
                        atOnce.decrementAndGet();
                        exchange.sendResponseHeaders(200, feed.length);
                        exchange.getResponseBody().write(feed);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
        String urls =
                String.join("\n", IntStream.range(0, 20).mapToObj(i -> site.url("/" + i)).toList());

        var answers =
                IntStream.range(0, 3)
                        .mapToObj(_ -> client.sendAsync(request(urls), BodyHandlers.ofString()))
                        .toList();

        for (var answer : answers) {
            assertThat(answer.get().body()).isEqualTo("T\n".repeat(20));
        }
        assertThat(most.get()).isEqualTo(LIMIT);
    }

    @Test
    void aFeedThatIsTooLargeIsNotRead() throws Exception {
        var late = "x".repeat(TitleDispatch.LARGEST_FEED) + "<title>Late</title>";
        site.with("/huge", 200, "application/rss+xml", "<rss><channel>" + late);

        assertThat(post(site.url("/huge")).body())
                .isEqualTo("error: too large: " + site.url("/huge") + "\n");
    }

    @Test
    void aLargeFeedIsReadAsFarAsItsTitle() throws Exception {
        var rest = "x".repeat(2 * TitleDispatch.LARGEST_FEED);
        site.with("/large", 200, "text/xml", "<rss><channel><title>Soon</title>" + rest);

        assertThat(post(site.url("/large")).body()).isEqualTo("Soon\n");
    }

    @Test
    void commentsInTheListAreNoUrls() throws Exception {
        site.with("/feed", 200, "text/xml", "<rss><channel><title>News</title>");

        assertThat(post("\uFEFF# feeds\n\n" + site.url("/feed") + "\n").body()).isEqualTo("News\n");
    }

    @Test
    void browsersGetAPageToPasteUrlsInto() throws Exception {
        var asked = HttpRequest.newBuilder(uri("/")).header("Accept", "text/html,*/*").build();

        var page = client.send(asked, BodyHandlers.ofString());

        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.body()).startsWith("<!doctype html>").contains("<textarea");
    }

    @Test
    void tooManyUrlsAreRefused() throws Exception {
        var response = post("http://h/\n".repeat(101));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("101 URLs in one request; at most 100 are taken.\n");
    }

    @Test
    void aListThatIsTooLongIsRefused() throws Exception {
        assertThat(post("x".repeat(2_000_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void anEmptyListIsABadRequest() throws Exception {
        var response = post(" \n\n");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("Expected feed URLs, one a line.\n");
    }

    @Test
    void explainsItselfToWhoeverLooks() throws Exception {
        var response =
                client.send(HttpRequest.newBuilder(uri("/")).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith("POST a list of feed URLs");
    }

    @Test
    void otherMethodsAndPathsAreRefused() throws Exception {
        var delete = HttpRequest.newBuilder(uri("/")).DELETE().build();
        var elsewhere = HttpRequest.newBuilder(uri("/elsewhere")).build();

        assertThat(client.send(delete, BodyHandlers.discarding()).statusCode()).isEqualTo(405);
        assertThat(client.send(elsewhere, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> post(String body) throws Exception {
        return client.send(request(body), BodyHandlers.ofString());
    }

    private HttpRequest request(String body) {
        return HttpRequest.newBuilder(uri("/")).POST(BodyPublishers.ofString(body)).build();
    }

    private URI uri(String path) {
        return URI.create(
                "http://"
                        + server.address().getAddress().getHostAddress()
                        + ":"
                        + server.address().getPort()
                        + path);
    }

    private static String rss(String title) {
        return "<rss version=\"2.0\"><channel><title>%s</title><link>http://h/</link><description>d</description></channel></rss>"
                .formatted(title);
    }

    private static String atom(String title) {
        return "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>%s</title><id>urn:x</id><updated>2026-01-01T00:00:00Z</updated></feed>"
                .formatted(title);
    }
}
