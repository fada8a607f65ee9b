// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

@Timeout(60)
class FeedsProcessTest {
    @Test
    void servesUntilItIsToldToStop() throws Exception {
        try (var feeds = CommandProcess.start("feeds", "--port", "0", "--verbose");
                var client = HttpClient.newHttpClient()) {
            String greeting = feeds.readLine();
            var address = URI.create(greeting.split(" ", 4)[2]);

            var answer =
                    client.send(
                            HttpRequest.newBuilder(address)
                                    .POST(BodyPublishers.ofString("no-url\n"))
                                    .build(),
                            BodyHandlers.ofString());
            String logged = feeds.readLine();
            feeds.terminate();

            assertThat(greeting)
                    .startsWith("Feeds on http://127.0.0.1:")
                    .contains("at most 100 feeds at once");
            assertThat(answer.body()).isEqualTo("error: bad URL: no-url\n");
            assertThat(logged).startsWith("POST / 200, 1 feed, 1 without a title");
            assertThat(feeds.exitCode()).isZero();
        }
    }
}
