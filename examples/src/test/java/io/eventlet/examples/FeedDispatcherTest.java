// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedDispatcherTest {
    private static final String RSS =
            """
            <?xml version="1.0"?>
            <rss version="2.0"><channel><title>News &amp; more</title>
              <image><title>a logo</title></image>
              <item><title>first item</title></item>
            </channel></rss>
            """;
    private static final String ATOM =
            """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
              <title type="text">
                 Grüße
                 aus Bern
              </title>
              <entry><title>first entry</title></entry>
            </feed>
            """;

    private final HttpServer dispatcher = FeedDispatcher.start(0);

    FeedDispatcherTest() throws IOException {}

    @AfterEach
    void close() {
        dispatcher.stop(0);
    }

    private String ask(Object... urls) throws Exception {
        return post(String.join("\n", Arrays.stream(urls).map(Object::toString).toList())).body();
    }

    private HttpResponse<String> post(String lines) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var at = URI.create("http://127.0.0.1:" + dispatcher.getAddress().getPort() + "/");
            var request = HttpRequest.newBuilder(at).POST(BodyPublishers.ofString(lines)).build();
            return client.send(request, BodyHandlers.ofString(UTF_8));
        }
    }

    @Test
    void answersTheTitlesInTheOrderOfTheUrls() throws Exception {
        try (var site = LocalSite.of(Map.of("/rss", RSS, "/atom", ATOM))) {
            var titles = ask(site.at("/rss"), site.at("/atom"), site.at("/rss"));

            assertThat(titles).isEqualTo("News & more\nGrüße aus Bern\nNews & more");
        }
    }

    @Test
    void aHostAloneIsItsFirstPage() throws Exception {
        try (var site = LocalSite.of(Map.of("/", RSS))) {
            assertThat(ask(site.at(""))).isEqualTo("News & more");
        }
    }

    @Test
    void blankLinesAreNoUrls() throws Exception {
        try (var site = LocalSite.of(Map.of("/rss", RSS))) {
            var answer = post("\n" + site.at("/rss") + " \r\n\n" + site.at("/rss") + "\n");

            assertThat(answer.body()).isEqualTo("News & more\nNews & more");
        }
    }

    @Test
    void aListThatIsTooLongIsRefused() throws Exception {
        assertThat(post("x".repeat((1 << 20) + 1)).statusCode()).isEqualTo(413);
    }

    @Test
    void aDeadAndABrokenFeedLeaveTheOthers() throws Exception {
        var feeds = Map.of("/rss", RSS, "/broken", "<rss><channel><titl", "/none", "<rss/>");
        try (var silent = new Socket(); // which has the port, and does not listen
                var site = LocalSite.of(feeds)) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var titles =
                    ask(
                                    "http://127.0.0.1:" + silent.getLocalPort() + "/rss",
                                    site.at("/broken"),
                                    site.at("/none"),
                                    site.at("/gone"),
                                    "nonsense",
                                    site.at("/rss"))
                            .lines()
                            .toList();

            assertThat(titles).hasSize(6);
            assertThat(titles.get(0)).contains("Connection refused");
            assertThat(titles.get(1)).contains("ParseError");
            assertThat(titles.get(2)).isEqualTo("(no title)");
            assertThat(titles.get(3)).contains("404");
            assertThat(titles.get(4)).contains("not absolute");
            assertThat(titles.get(5)).isEqualTo("News & more");
        }
    }

    @Test
    void fetchesTheFeedsOfARequestAllAtOnce() throws Exception {
        var asked = new CountDownLatch(20);
        try (var site = new LocalSite(_ -> whenAllAsked(asked))) {
            var urls = IntStream.range(0, 20).mapToObj(i -> site.at("/" + i)).toArray();

            assertThat(ask(urls)).isEqualTo("News & more\n".repeat(20).strip());
        }
    }

    private static String whenAllAsked(CountDownLatch asked) {
        asked.countDown();
        try {
            asked.await();
        } catch (InterruptedException e) { // the site is closed
            return "";
        }
        return RSS;
    }

    @Test
    void aFeedCannotReadOurFiles(@TempDir Path directory) throws Exception {
        var secret = Files.writeString(directory.resolve("secret"), "the secret");
        String feed =
                """
                <!DOCTYPE rss [<!ENTITY file SYSTEM "%s">]>
                <rss><channel><title>got &file;</title></channel></rss>
                """
                        .formatted(secret.toUri());
        try (var site = LocalSite.of(Map.of("/", feed))) {
            assertThat(ask(site.at("/"))).doesNotContain("the secret");
        }
    }

    @Test
    void answersAnEmptyListWithNothing() throws Exception {
        assertThat(ask()).isEmpty();
    }
}
