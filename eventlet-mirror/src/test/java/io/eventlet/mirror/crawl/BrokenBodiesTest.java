// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server whose connections break in the middle of each answer.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class BrokenBodiesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final byte[] content = new byte[1_000_000];
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final HttpClient client = HttpClient.create();
    private volatile int cut = 100_000;
    private volatile boolean hasRanges = true;
    private volatile boolean hasWrongChecksum;

    BrokenBodiesTest() throws IOException {
        new Random(1).nextBytes(content);
        server =
                HttpServer.builder(this::answer)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    private Response answer(Request request) {
        var range = request.headers().get("Range", "");
        ranges.add(range);
        int from =
                hasRanges && !range.isEmpty()
                        ? Integer.parseInt(range, 6, range.length() - 1, 10)
                        : 0;
        int end = Math.min(content.length, from + cut);
        var response = Response.of(from > 0 ? 206 : 200);
        return (hasWrongChecksum && from == 0
                        ? response.header("Content-MD5", "A".repeat(22) + "==")
                        : response)
                .header("ETag", "\"1\"")
                .header("Content-Type", "application/octet-stream")
                .header(
                        from > 0 ? "Content-Range" : "Accept-Ranges",
                        from > 0
                                ? "bytes %d-%d/%d"
                                        .formatted(from, content.length - 1, content.length)
                                : "bytes")
                .body(
                        out -> {
                            out.write(content, from, end - from);
                            if (end < content.length) {
                                out.flush();
                                throw new IOException("broken");
                            }
                        },
                        content.length - from);
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

    private Summary run() throws IOException {
        return copy.of(HttpUrl.of("http://127.0.0.1:" + server.port() + "/f")).build().run();
    }

    @Test
    void triesThatBringAFileFurtherAreNotCounted() throws IOException {
        var summary = run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(root.resolve("f")).hasBinaryContent(content);
        assertThat(ranges).hasSizeGreaterThan(1 + 2); // of which two may be in vain
    }

    @Test
    void triesThatBringHardlyAnythingAreCounted() throws IOException {
        cut = 1000;

        var summary = run();

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(ranges).hasSize(1 + 2);
    }

    @Test
    void triesThatEndWithAWrongFileAreCounted() throws IOException {
        cut = 600_000; // all is there after two
        hasWrongChecksum = true;

        var summary = run();

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(ranges).containsExactly("", "bytes=600000-", "");
    }

    @Test
    void triesFromTheBeginningAreCounted() throws IOException {
        hasRanges = false;

        var summary = run();

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(copy.files()).isEmpty();
    }
}
