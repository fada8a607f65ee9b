// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.FileHandler;
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
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs that come to a large file when nothing else is to be fetched.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SegmentedRunTest {
    private static final long LENGTH = 60L << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private HttpServer server;

    private final HttpClient client = HttpClient.create();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger mostActive = new AtomicInteger();

    @BeforeEach
    void startServer() throws IOException {
        var tree = Files.createDirectory(root.resolve("tree"));
        try (var large = new RandomAccessFile(tree.resolve("large").toFile(), "rw")) {
            large.setLength(LENGTH);
        }
        var files = FileHandler.builder(tree).listings(true).build();
        server =
                HttpServer.builder(request -> watched(request, files.handle(request)))
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private Response watched(Request request, Response response) {
        if (!request.target().equals("/large")) {
            return response;
        }
        ranges.add(request.headers().get("Range", ""));
        mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
        return response.whenSent(_ -> active.decrementAndGet());
    }

    private MirrorBuilder mirror() {
        var copy = Copy.in(root.resolve("copy"), client, new MemoryFrontier());
        return copy.of(HttpUrl.of("http://127.0.0.1:" + server.port() + "/"));
    }

    @Test
    void aLargeFileComesInPieces() throws IOException {
        var summary = mirror().build().run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(Files.mismatch(root.resolve("tree/large"), root.resolve("copy/large")))
                .isEqualTo(-1);
        assertThat(ranges).doesNotHaveDuplicates().hasSizeGreaterThan(2);
        assertThat(mostActive.get()).isBetween(2, 4 + 1); // one whose end it has not seen yet
    }

    @Test
    void theLimitOfAHostHolds() throws IOException {
        mirror().perHost(2).build().run();

        assertThat(mostActive.get()).isBetween(2, 2 + 1); // one whose end it has not seen yet
    }

    @Test
    void oneRequestAtATimeIsOne() throws IOException {
        mirror().segments(1).build().run();

        assertThat(ranges).containsExactly("");
    }

    @Test
    void whereThereMustBeTimeBetweenRequestsThereIsOne() throws IOException {
        mirror().delay(Duration.ofMillis(1)).build().run();

        assertThat(ranges).containsExactly("");
    }
}
