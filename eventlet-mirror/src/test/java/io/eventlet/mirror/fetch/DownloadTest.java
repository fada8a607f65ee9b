// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static io.eventlet.mirror.fetch.ScriptedServer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Eventlet;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Downloads from servers that do as they should, and from others.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DownloadTest {
    private static final String TAG = "ETag: \"1\"";
    private static final String CUT =
            answer("200 OK", "01234", "Content-Length: 10", TAG); // five bytes are missing

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final HttpClient client = HttpClient.builder().retries(false).build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    private Download download(long most) {
        var place = new Place(root, FileNames.UNIX, false, 0);
        return new Download(
                client,
                place,
                most,
                response -> response.headers().get("Content-Type", "").equals("text/html"));
    }

    private Fetched fetch(ScriptedServer server) throws IOException {
        return download(Long.MAX_VALUE).fetch(HttpUrl.of(server.url("/f")), Version.UNKNOWN);
    }

    private void fetchInVain(ScriptedServer server) {
        assertThatThrownBy(() -> fetch(server)).isInstanceOf(IOException.class);
    }

    private String file() throws IOException {
        return Files.readString(root.resolve("f"));
    }

    private long parts() throws IOException {
        var parts = root.resolve(Place.OWN).resolve("parts");
        try (Stream<Path> files = Files.list(parts)) {
            return files.count();
        }
    }

    @Test
    void aFileIsThereWithItsTime() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer(
                                "200 OK",
                                "0123456789",
                                "Content-Length: 10",
                                "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"))) {
            var fetched = fetch(server);

            assertThat(fetched).isInstanceOf(Fetched.Stored.class);
            assertThat(file()).isEqualTo("0123456789");
            assertThat(Files.getLastModifiedTime(root.resolve("f")).toInstant())
                    .isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
            assertThat(parts()).isZero();
        }
    }

    @Test
    void aCutBodyIsNoFile() throws IOException {
        try (var server = ScriptedServer.of(CUT)) {
            fetchInVain(server);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aCutChunkIsNoFile() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer("200 OK", "5\r\n01234\r\n", "Transfer-Encoding: chunked", TAG))) {
            fetchInVain(server);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void theRestIsAskedForWithTheVersion() throws IOException {
        try (var server =
                ScriptedServer.of(
                        CUT,
                        answer(
                                "206 Partial Content",
                                "56789",
                                "Content-Length: 5",
                                "Content-Range: bytes 5-9/10",
                                TAG))) {
            fetchInVain(server);
            var fetched = fetch(server);

            assertThat(file()).isEqualTo("0123456789");
            assertThat(fetched).extracting("received", "bytes").containsExactly(5L, 10L);
            assertThat(server.heads().get(1))
                    .contains("Range: bytes=5-\r\n", "If-Range: \"1\"\r\n");
            assertThat(parts()).isZero();
        }
    }

    @Test
    void theRestMayBeCutAgain() throws IOException {
        try (var server =
                ScriptedServer.of(
                        CUT,
                        answer(
                                "206 Partial Content",
                                "56",
                                "Content-Length: 5",
                                "Content-Range: bytes 5-9/10",
                                TAG),
                        answer(
                                "206 Partial Content",
                                "789",
                                "Content-Length: 3",
                                "Content-Range: bytes 7-9/10",
                                TAG))) {
            fetchInVain(server);
            fetchInVain(server);
            fetch(server);

            assertThat(file()).isEqualTo("0123456789");
        }
    }

    @Test
    void aTimeIsAVersionIfItIsOldEnough() throws IOException {
        var modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
        try (var server =
                ScriptedServer.of(
                        answer(
                                "200 OK",
                                "01234",
                                "Content-Length: 10",
                                modified,
                                "Date: Sun, 06 Nov 1994 09:49:37 GMT"),
                        answer(
                                "206 Partial Content",
                                "56789",
                                "Content-Length: 5",
                                "Content-Range: bytes 5-9/10",
                                modified))) {
            fetchInVain(server);
            fetch(server);

            assertThat(file()).isEqualTo("0123456789");
            assertThat(server.heads().get(1))
                    .contains("If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ETag: W/\"1\"",
                "X-Nothing: at all",
                "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", // without a Date
                "Last-Modified: yesterday"
            })
    void withoutAVersionNothingIsResumed(String field) throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer("200 OK", "01234", "Content-Length: 10", field),
                        answer("200 OK", "abcdefghij", "Content-Length: 10", field))) {
            fetchInVain(server);
            fetch(server);

            assertThat(file()).isEqualTo("abcdefghij");
            assertThat(server.heads().get(1)).doesNotContain("Range:");
        }
    }

    @Test
    void aServerThatIgnoresRangesSendsAllAgain() throws IOException {
        try (var server =
                ScriptedServer.of(CUT, answer("200 OK", "abcdef", "Content-Length: 6", TAG))) {
            fetchInVain(server);
            fetch(server);

            assertThat(file()).isEqualTo("abcdef");
            assertThat(server.heads()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Range: bytes 4-8/10",
                "Content-Range: bytes 5-8/10",
                "Content-Range: bytes 5-9/11",
                "Content-Range: bytes 5-10/11",
                "Content-Range: bytes 9-5/10",
                "Content-Range: lines 5-9/10",
                "Content-Range: nonsense",
                "X-Nothing: at all",
                "Content-Range: bytes 5-9/10\r\nETag: \"2\""
            })
    void aWrongPartCostsAFreshDownload(String fields) throws IOException {
        try (var server =
                ScriptedServer.of(
                        CUT,
                        answer("206 Partial Content", "WRONG", "Content-Length: 5", fields),
                        answer("200 OK", "abcdef", "Content-Length: 6", "ETag: \"2\""))) {
            fetchInVain(server);
            fetch(server);

            assertThat(file()).isEqualTo("abcdef");
            assertThat(server.heads().get(2)).doesNotContain("Range:");
        }
    }

    @Test
    void aRangeThatIsRefusedIsNotAskedForAgain() throws IOException {
        try (var server =
                ScriptedServer.of(
                        CUT,
                        answer("416 No", "", "Content-Length: 0", "Content-Range: bytes */3"),
                        answer("200 OK", "abc", "Content-Length: 3", TAG))) {
            fetchInVain(server);
            fetch(server);

            assertThat(file()).isEqualTo("abc");
            assertThat(server.heads().get(2)).doesNotContain("Range:");
        }
    }

    @Test
    void anErrorKeepsWhatHasCome() throws IOException {
        try (var server =
                ScriptedServer.of(
                        CUT,
                        answer("503 Busy", "", "Content-Length: 0", "Retry-After: 7"),
                        answer(
                                "206 Partial Content",
                                "56789",
                                "Content-Length: 5",
                                "Content-Range: bytes 5-9/10",
                                TAG))) {
            fetchInVain(server);
            var refused = fetch(server);
            fetch(server);

            assertThat(refused).isEqualTo(new Fetched.Refused(503, "7"));
            assertThat(file()).isEqualTo("0123456789");
        }
    }

    @Test
    void aFileThatIsThereIsReplacedAtTheEndOnly() throws IOException {
        Files.writeString(root.resolve("f"), "old");
        try (var server =
                ScriptedServer.of(CUT, answer("200 OK", "new", "Content-Length: 3", TAG))) {
            fetchInVain(server);
            var between = file();
            fetch(server);

            assertThat(between).isEqualTo("old");
            assertThat(file()).isEqualTo("new");
        }
    }

    @Test
    void anUnchangedFileIsNotSent() throws IOException {
        Files.writeString(root.resolve("f"), "old");
        try (var server = ScriptedServer.of(answer("304 Not Modified", "", TAG))) {
            var fetched =
                    download(10)
                            .fetch(HttpUrl.of(server.url("/f")), new Version("\"1\"", "", "", 3));

            assertThat(fetched).isInstanceOf(Fetched.Unchanged.class);
            assertThat(server.heads().getFirst()).contains("If-None-Match: \"1\"\r\n");
        }
    }

    @Test
    void aFileOfAnotherLengthIsFetchedAgain() throws IOException {
        Files.writeString(root.resolve("f"), "changed here");
        try (var server = ScriptedServer.of(answer("200 OK", "new", "Content-Length: 3", TAG))) {
            download(10).fetch(HttpUrl.of(server.url("/f")), new Version("\"1\"", "", "", 3));

            assertThat(file()).isEqualTo("new");
            assertThat(server.heads().getFirst()).doesNotContain("If-None-Match");
        }
    }

    @Test
    void encodedBytesStayAsTheyAre() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer(
                                "200 OK",
                                "\u001f\u008bx",
                                "Content-Length: 3",
                                "Content-Encoding: gzip"))) {
            fetch(server);

            assertThat(root.resolve("f")).hasBinaryContent(new byte[] {0x1f, (byte) 0x8b, 'x'});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 11", "X-Nothing: at all"})
    void whatIsTooLargeIsNotKept(String length) throws IOException {
        try (var server = ScriptedServer.of(answer("200 OK", "01234567890", length))) {
            var fetched = download(10).fetch(HttpUrl.of(server.url("/f")), Version.UNKNOWN);

            assertThat(fetched).isInstanceOf(Fetched.TooLarge.class);
            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aPageIsInNoFile() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer("200 OK", "<p>", "Content-Length: 3", "Content-Type: text/html"))) {
            var fetched = fetch(server);

            assertThat(fetched)
                    .isInstanceOfSatisfying(
                            Fetched.Page.class,
                            page -> assertThat(page.body()).asString().isEqualTo("<p>"));
            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        try (var server =
                ScriptedServer.of(answer("301 There", "", "Content-Length: 0", "Location: /f/"))) {
            var fetched = fetch(server);

            assertThat(fetched).isEqualTo(new Fetched.Redirected(HttpUrl.of(server.url("/f/"))));
        }
    }

    @Test
    void aRedirectToAFileOfThisMachineLeadsNowhere() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer(
                                "302 There",
                                "",
                                "Content-Length: 0",
                                "Location: file:///etc/passwd"))) {
            var fetched = fetch(server);

            assertThat(fetched).isEqualTo(new Fetched.Refused(302, null));
        }
    }

    @Test
    void aDiskThatHangsHoldsUpNobodyElse() throws Exception {
        var journal = root.resolve(Place.OWN).resolve("stored");
        Files.createDirectories(journal.getParent());
        assertThat(new ProcessBuilder("mkfifo", journal.toString()).start().waitFor()).isZero();
        try (var server = ScriptedServer.of(answer("200 OK", "abc", "Content-Length: 3", TAG))) {
            var fetching = Eventlet.spawn(() -> fetch(server)); // waits for the pipe's other end
            Eventlet.spawn(() -> {}).join();

            assertThat(fetching.isDone()).isFalse();
            Files.newOutputStream(journal).close();
            try (var _ = Files.newInputStream(journal)) {
                fetching.join();
            }
            assertThat(file()).isEqualTo("abc");
        }
    }

    @Test
    void aKillWhileTheDiskReadsLosesNothing() throws Exception {
        var content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        try (var server = new RangeServer(content, (_, plain) -> plain)) {
            var held = new HeldByTheDisk();
            try (var download = download(Long.MAX_VALUE)) {
                var transfer = new Transfer(server.url(), new LongAdder());
                var fetching =
                        Eventlet.spawn(() ->
                                download.fetch(server.url(), Version.UNKNOWN, transfer, held));
                held.reading.await();

                fetching.kill();
                var ignored = catchThrowable(fetching::join); // the body is closed then
                held.released.countDown();
            }
            try (var download = download(Long.MAX_VALUE)) {
                download.fetch(server.url(), Version.UNKNOWN);
            }

            assertThat(root.resolve("f")).hasBinaryContent(content);
            assertThat(server.ranges()).hasSize(2);
            assertThat(server.ranges().getLast()).matches("bytes=[1-9]\\d*-");
        }
    }

    /// A body that a thread for the disk has to wait for.
    private static final class HeldByTheDisk implements Handling {
        final CountDownLatch reading = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);

        @Override
        public InputStream body(ClientResponse response) throws IOException {
            return new FilterInputStream(response.body()) {
                @Override
                public int available() {
                    return Integer.MAX_VALUE;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (Thread.currentThread().getName().startsWith("mirror-disk")) {
                        reading.countDown();
                        awaitRelease();
                    }
                    return super.read(into, offset, length);
                }
            };
        }

        private void awaitRelease() throws InterruptedIOException {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    @Test
    void nothingIsUnchangedThatNobodyKnows() throws IOException {
        try (var server = ScriptedServer.of(answer("304 Not Modified", "", TAG))) {
            assertThat(fetch(server)).isEqualTo(new Fetched.Refused(304, null));
        }
    }
}
