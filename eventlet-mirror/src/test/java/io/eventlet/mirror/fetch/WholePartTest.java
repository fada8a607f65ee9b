// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static io.eventlet.mirror.fetch.ScriptedServer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.checks.Checksum;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A part that has all its bytes: its process was killed before the file got its name.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WholePartTest {
    private static final String LAST_BYTE =
            answer(
                    "206 Partial Content",
                    "9",
                    "Content-Length: 1",
                    "Content-Range: bytes 9-9/10",
                    "ETag: \"1\"");
    private static final Version TAGGED = new Version("\"1\"", "", "", 10);
    private static final Version DATED =
            new Version("", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:59:37 GMT", 10);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final HttpClient client = HttpClient.builder().retries(false).build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    private void leaveWhole(HttpUrl url, Version version, @Nullable Checksum checksum)
            throws IOException {
        var directory = root.resolve(Place.OWN).resolve("parts");
        var parts = new Parts(directory);
        parts.open();
        var part = parts.of(url);
        part.begin(version, checksum);
        try (var writer = part.append()) {
            writer.write("0123456789".getBytes(StandardCharsets.US_ASCII), 10);
        }
    }

    private Fetched fetch(HttpUrl url) throws IOException {
        return fetch(url, Long.MAX_VALUE);
    }

    private Fetched fetch(HttpUrl url, long most) throws IOException {
        try (var download =
                new Download(client, new Place(root, FileNames.UNIX, false, 0), most, _ -> false)) {
            return download.fetch(url, Version.UNKNOWN);
        }
    }

    @Test
    void itGetsItsNameIfTheServerStillHasThatVersion() throws IOException {
        try (var server = ScriptedServer.of(LAST_BYTE)) {
            var url = HttpUrl.of(server.url("/f"));
            leaveWhole(url, TAGGED, null);

            var fetched = fetch(url);

            assertThat(fetched).extracting("received", "bytes").containsExactly(0L, 10L);
            assertThat(root.resolve("f")).hasContent("0123456789");
            assertThat(server.heads().getFirst())
                    .contains("Range: bytes=9-\r\n", "If-Range: \"1\"\r\n");
        }
    }

    @Test
    void itIsAskedForByItsTimeIfItHasNoTag() throws IOException {
        try (var server =
                ScriptedServer.of(
                        LAST_BYTE.replace(
                                "ETag: \"1\"", "Last-Modified: " + DATED.lastModified()))) {
            var url = HttpUrl.of(server.url("/f"));
            leaveWhole(url, DATED, null);

            fetch(url);

            assertThat(root.resolve("f")).hasContent("0123456789");
            assertThat(server.heads().getFirst())
                    .contains("If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
        }
    }

    @Test
    void itIsNoFileIfFilesAreToBeSmaller() throws IOException {
        try (var server = ScriptedServer.of(LAST_BYTE)) {
            var url = HttpUrl.of(server.url("/f"));
            leaveWhole(url, TAGGED, null);

            assertThat(fetch(url, 9)).isEqualTo(new Fetched.TooLarge(10));

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aServerWithoutRangesSendsItAgain() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer("416 No", "", "Content-Length: 0"),
                        answer("200 OK", "0123456789", "Content-Length: 10", "ETag: \"1\""))) {
            var url = HttpUrl.of(server.url("/f"));
            leaveWhole(url, TAGGED, null);

            fetch(url);

            assertThat(root.resolve("f")).hasContent("0123456789");
            assertThat(server.heads().get(1)).doesNotContain("Range:");
        }
    }

    @Test
    void anotherVersionTakesItsPlace() throws IOException {
        try (var server =
                ScriptedServer.of(answer("200 OK", "abc", "Content-Length: 3", "ETag: \"2\""))) {
            var url = HttpUrl.of(server.url("/f"));
            leaveWhole(url, TAGGED, null);

            fetch(url);

            assertThat(root.resolve("f")).hasContent("abc");
            assertThat(root.resolve(Place.OWN).resolve("parts")).isEmptyDirectory();
        }
    }

    @Test
    void itIsNoFileIfItIsNotWhatItsChecksumSays() throws IOException {
        try (var server = ScriptedServer.of(LAST_BYTE)) {
            var url = HttpUrl.of(server.url("/f"));
            leaveWhole(url, TAGGED, new Checksum(Checksum.Algorithm.MD5, "00".repeat(16)));

            assertThatThrownBy(() -> fetch(url)).isInstanceOf(ChecksumMismatch.class);

            assertThat(Files.exists(root.resolve("f"))).isFalse();
            assertThat(root.resolve(Place.OWN).resolve("parts")).isEmptyDirectory();
        }
    }
}
