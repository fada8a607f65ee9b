// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// Large files, which the kernel sends from its memory where it can.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SentFilesTest {
    private static final int LARGE = 32 << 20; // more than the kernel keeps for a client

    @TempDir private Path directory;
    private final CompletableFuture<Response.Sent> sent = new CompletableFuture<>();
    private byte[] content;
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        content = new byte[LARGE];
        new Random(1).nextBytes(content);
        file = Files.write(directory.resolve("large"), content);
        Files.setLastModifiedTime(file, FileTime.from(FilesFixture.MODIFIED));
    }

    private HttpServer server(ServerLimits limits) throws IOException {
        var files = FileHandler.of(directory);
        return HttpServer.builder(request -> files.handle(request).whenSent(sent::complete))
                .limits(limits)
                .start();
    }

    private HttpServer server() throws IOException {
        return server(ServerLimits.DEFAULT);
    }

    private static void get(RawClient client, String fields) throws IOException {
        client.send("GET /large HTTP/1.1\nHost: a\n" + fields + "\n").readTo("\r\n\r\n");
    }

    private static byte[] readRest(RawClient client) throws IOException {
        return client.socket.getInputStream().readAllBytes();
    }

    private static boolean isPrefix(byte[] received, byte[] of) {
        return Arrays.equals(received, 0, received.length, of, 0, received.length);
    }

    private String text(int from, int length) {
        return new String(content, from, length, StandardCharsets.ISO_8859_1);
    }

    /// What follows a head within a body.
    private static String part(String answer, int head, int length) {
        int start = answer.indexOf("\r\n\r\n", head) + 4;
        return answer.substring(start, start + length);
    }

    @Test
    void fileArrivesAsItIs() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "Connection: close\n");

            assertThat(readRest(client)).isEqualTo(content);
            assertThat(sent.get()).isEqualTo(new Response.Sent(200, LARGE, null));
        }
    }

    @Test
    void rangeArrivesAsItIs() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "Connection: close\nRange: bytes=1000001-9000000\n");

            assertThat(readRest(client))
                    .isEqualTo(Arrays.copyOfRange(content, 1_000_001, 9_000_001));
        }
    }

    @Test
    void severalRangesArriveWithWhatStandsBetweenThem() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "Connection: close\nRange: bytes=5-2000004,9000000-9999999\n");

            var answer = new String(readRest(client), StandardCharsets.ISO_8859_1);

            int first = answer.indexOf("Content-Range: bytes 5-2000004/" + LARGE);
            int second = answer.indexOf("Content-Range: bytes 9000000-9999999/" + LARGE);
            assertThat(part(answer, first, 2_000_000)).isEqualTo(text(5, 2_000_000));
            assertThat(part(answer, second, 1_000_000)).isEqualTo(text(9_000_000, 1_000_000));
        }
    }

    @Test
    void connectionServesOnAfterAFile() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "Range: bytes=0-199999\n");
            var first = client.socket.getInputStream().readNBytes(200_000);

            client.send("HEAD /large HTTP/1.1\nHost: a\nConnection: close\n\n");

            assertThat(isPrefix(first, content)).isTrue();
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-Length: " + LARGE);
        }
    }

    @Test
    void fileThatIsCutShortWhileItIsSentEndsWithTheConnection() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "");
            client.socket.getInputStream().read();
            try (var cut = new RandomAccessFile(file.toFile(), "rw")) {
                cut.setLength(LARGE - 1);
            }

            var received = readRest(client);

            assertThat(received.length).isLessThan(LARGE - 1);
            assertThat(isPrefix(received, Arrays.copyOfRange(content, 1, LARGE))).isTrue();
            assertThat(sent.get().failure()).isInstanceOf(IOException.class);
        }
    }

    @Test
    @Tag("hub-only") // where the kernel sends it
    void fileThatChangesWhileItIsSentEndsWithTheConnection() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "");
            client.socket.getInputStream().read();
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));

            var received = readRest(client);

            assertThat(received.length).isLessThan(LARGE - 1);
            assertThat(sent.get().failure()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void fileThatIsReplacedWhileItIsSentArrivesAsItWas() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "Connection: close\n");
            client.socket.getInputStream().read();
            var other = Files.write(directory.resolve("other"), new byte[LARGE]);
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

            assertThat(readRest(client)).isEqualTo(Arrays.copyOfRange(content, 1, LARGE));
        }
    }

    @Test
    void clientThatReadsNothingIsCutOff() throws Exception {
        var limits = ServerLimits.DEFAULT.withProgress(Duration.ofMillis(1), 0);
        try (var server = server(limits);
                var client = new RawClient(server)) {
            get(client, "");

            assertThat(sent.get().failure()).isInstanceOf(SocketTimeoutException.class);
            assertThat(sent.get().bodyBytes()).isLessThan(LARGE);
        }
    }

    @Test
    void clientThatGoesAwayEndsTheResponse() throws Exception {
        try (var server = server()) {
            try (var client = new RawClient(server)) {
                get(client, "");
            }

            assertThat(sent.get().failure()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void serverStopsWhileItSends() throws Exception {
        try (var server = server();
                var client = new RawClient(server)) {
            get(client, "");

            assertThat(server.stop(Duration.ZERO).cut()).isEqualTo(1);
            assertThat(sent.get().failure()).isNotNull();
        }
    }
}
