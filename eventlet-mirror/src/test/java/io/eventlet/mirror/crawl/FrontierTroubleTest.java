// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Runs whose frontier fails, or does not answer.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FrontierTroubleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/pub/a.txt", "/pub/b.txt");
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private MirrorBuilder run(Frontier frontier) {
        return Copy.in(root, client, frontier).of(server.url("/pub/"));
    }

    @Test
    void aRunEndsWhoseFrontierTakesNoClaimBack() {
        var frontier =
                new OtherFrontier() {
                    @Override
                    public boolean release(Claim claim) {
                        throw new UncheckedIOException(new IOException("away"));
                    }
                };

        assertThatThrownBy(() -> run(frontier).build().run())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("away");
    }
}
