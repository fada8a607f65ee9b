// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

@Timeout(60)
class SiteServerTest {
    private final DemoPlan plan =
            new DemoPlan(
                    3,
                    2,
                    Duration.ZERO,
                    Duration.ofMillis(1),
                    Duration.ofSeconds(1),
                    1,
                    1,
                    1,
                    1,
                    Duration.ZERO);
    private final DemoSite site = new DemoSite(plan);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private SiteServer server;

    @BeforeEach
    void start() throws IOException {
        server = SiteServer.start(site);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void everyOrdinaryPathIsThere() throws Exception {
        for (String path : site.soundPagePaths()) {
            assertThat(get(path).statusCode()).isEqualTo(200);
            assertThat(get(path).body()).startsWith("<title>Page");
        }
        assertThat(get("/feeds/1.rss").headers().firstValue("Content-Type"))
                .hasValue("application/rss+xml");
        assertThat(get("/feeds/2.atom").headers().firstValue("Content-Type"))
                .hasValue("application/atom+xml");
    }

    @Test
    void theIndexLinksToAllOfThem() throws Exception {
        assertThat(get("/").body()).contains(site.pagePaths()).contains(site.feedPaths());
    }

    @Test
    void theTroubleIsThereToo() throws Exception {
        assertThat(get("/missing.html").statusCode()).isEqualTo(404);
        assertThat(get("/pages/4.html").statusCode()).isEqualTo(404);
        assertThat(get("/feeds/1.atom").statusCode()).isEqualTo(404);
        assertThat(get("/error.html").statusCode()).isEqualTo(500);
        assertThatThrownBy(() -> get("/broken.html")).isInstanceOf(IOException.class);
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        HttpRequest head =
                HttpRequest.newBuilder(URI.create(server.url("/pages/1.html"))).HEAD().build();

        HttpResponse<String> response = client.send(head, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url(path))).build(),
                BodyHandlers.ofString());
    }
}
