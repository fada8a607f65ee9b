// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WebCrawlerTest {
    @Test
    void printsInTheOrderOfTheUrls() throws Exception {
        try (var console = new Console();
                var site = new LocalSite(path -> "x".repeat(Integer.parseInt(path.substring(1))))) {
            var urls =
                    IntStream.rangeClosed(1, 50)
                            .mapToObj(i -> site.at("/" + i).toString())
                            .toList();

            WebCrawler.main(urls.toArray(String[]::new));

            assertThat(console.lines())
                    .isEqualTo(
                            IntStream.rangeClosed(1, 50)
                                    .mapToObj(i -> site.at("/" + i) + ": got body of " + i)
                                    .toList());
        }
    }

    @Test
    void fetchesAllAtOnce() throws Exception {
        var asked = new CountDownLatch(3);
        try (var console = new Console();
                var site = new LocalSite(path -> pageWhenAll(asked))) {
            WebCrawler.main(
                    site.at("/1").toString(), site.at("/2").toString(), site.at("/3").toString());

            assertThat(console.lines())
                    .containsExactly(
                            site.at("/1") + ": got body of 4",
                            site.at("/2") + ": got body of 4",
                            site.at("/3") + ": got body of 4");
        }
    }

    /// A page that is there when all have been asked for.
    private static String pageWhenAll(CountDownLatch asked) {
        asked.countDown();
        try {
            asked.await();
        } catch (InterruptedException e) { // the site is closed
            return "";
        }
        return "page";
    }

    @Test
    void goesOnAfterUrlsThatFail() throws Exception {
        try (var console = new Console();
                var silent = new Socket(); // which has the port, and does not listen
                var site = LocalSite.of(Map.of("/", "page"))) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            WebCrawler.main(
                    "http://127.0.0.1:" + silent.getLocalPort() + "/",
                    site.at("/nowhere").toString(),
                    "nonsense",
                    site.at("").toString());

            assertThat(console.lines()).hasSize(4);
            assertThat(console.lines().get(0)).contains("Connection refused");
            assertThat(console.lines().get(1)).contains("404");
            assertThat(console.lines().get(2)).contains("not absolute");
            assertThat(console.lines().get(3)).isEqualTo(site.at("") + ": got body of 4");
        }
    }

    @Test
    void fetchesOverTls(@TempDir Path directory) throws Exception {
        var before = SSLContext.getDefault();
        var context = LocalCertificate.context(directory);
        var server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        SSLContext.setDefault(context);
        try (var console = new Console();
                var site = new LocalSite(_ -> "page", server)) {
            String url = "https://127.0.0.1:" + site.port() + "/";

            WebCrawler.main(url);

            assertThat(console.lines()).containsExactly(url + ": got body of 4");
        } finally {
            SSLContext.setDefault(before);
        }
    }
}
