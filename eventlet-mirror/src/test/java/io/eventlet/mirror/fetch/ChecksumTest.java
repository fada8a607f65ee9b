// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static io.eventlet.mirror.fetch.ScriptedServer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Downloads from servers that send a checksum along, of the body `0123456789` or of another.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ChecksumTest {
    private static final String BODY = "0123456789";
    private static final String TAG = "ETag: \"1\"";
    private static final String LENGTH = "Content-Length: 10";
    private static final String RIGHT =
            "Repr-Digest: sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:";
    private static final String WRONG =
            "Repr-Digest: sha-256=:AAAAd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final HttpClient client = HttpClient.builder().retries(false).build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    private void fetch(ScriptedServer server) throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false)) {
            download.fetch(HttpUrl.of(server.url("/f")), Version.UNKNOWN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RIGHT,
                "Repr-Digest: md5=:AAAA:, unknown=:AAAA:,"
                        + " sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:",
                "Content-Digest: sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:",
                "Digest: SHA-256=hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=",
                "Content-MD5: eB5eJF1ptWaXm4bijSPyxw==",
                "Content-MD5: nonsense",
                "Digest: SHA-256=tooshort="
            })
    void aFileWithItsChecksumIsThere(String field) throws IOException {
        try (var server = ScriptedServer.of(answer("200 OK", BODY, LENGTH, field))) {
            fetch(server);

            assertThat(root.resolve("f")).hasContent(BODY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WRONG,
                "Content-Digest: sha-256=:AAAAd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:",
                "Digest: MD5=eB5eJF1ptWaXm4bijSPyxw==,"
                        + " SHA-256=AAAAd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=",
                "Content-MD5: AAAAJF1ptWaXm4bijSPyxw=="
            })
    void aFileWithoutItsChecksumIsNone(String field) throws IOException {
        try (var server = ScriptedServer.of(answer("200 OK", BODY, LENGTH, field))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    private static String inChunks(String status, String body, String trailer, String... fields) {
        var chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
        var all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = "Transfer-Encoding: chunked";
        return answer(status, chunk + "0\r\n" + trailer + "\r\n\r\n", all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WRONG,
                "Content-Digest: sha-256=:AAAAd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:",
                "Digest: SHA-256=AAAAd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=",
                "Content-MD5: AAAAJF1ptWaXm4bijSPyxw=="
            })
    void aChecksumBehindTheBodyIsCheckedToo(String trailer) throws IOException {
        try (var server = ScriptedServer.of(inChunks("200 OK", BODY, trailer))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aFileWithItsChecksumBehindItIsThere() throws IOException {
        try (var server = ScriptedServer.of(inChunks("200 OK", BODY, RIGHT))) {
            fetch(server);

            assertThat(root.resolve("f")).hasContent(BODY);
        }
    }

    @Test
    void aLargeFileIsCheckedByWhatComesBehindIt() throws IOException {
        var body = "x".repeat(1_000_000);
        try (var server = ScriptedServer.of(inChunks("200 OK", body, WRONG, TAG))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aFileThatWasGoneOnWithIsCheckedByWhatComesBehindItsRest() throws IOException {
        var rest =
                inChunks("206 Partial Content", "XXXXX", RIGHT, "Content-Range: bytes 5-9/10", TAG);
        try (var server = ScriptedServer.of(answer("200 OK", "01234", LENGTH, TAG), rest)) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aLargeFileIsCheckedAsItComes() throws IOException {
        var body = "x".repeat(1_000_000);
        try (var server =
                ScriptedServer.of(answer("200 OK", body, "Content-Length: 1000000", WRONG, TAG))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }

    @Test
    void aFileThatWasGoneOnWithIsCheckedAsAWhole() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer("200 OK", "01234", LENGTH, TAG),
                        answer(
                                "206 Partial Content",
                                "56789",
                                "Content-Range: bytes 5-9/10",
                                "Content-Length: 5",
                                RIGHT,
                                TAG))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(IOException.class);
            fetch(server);

            assertThat(root.resolve("f")).hasContent(BODY);
        }
    }

    @Test
    void whatIsWrongIsNotGoneOnWith() throws IOException {
        try (var server =
                ScriptedServer.of(
                        answer("200 OK", "01234", LENGTH, TAG),
                        answer(
                                "206 Partial Content",
                                "XXXXX",
                                "Content-Range: bytes 5-9/10",
                                "Content-Length: 5",
                                RIGHT,
                                TAG),
                        answer("200 OK", BODY, LENGTH, TAG))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);
            fetch(server);

            assertThat(root.resolve("f")).hasContent(BODY);
            assertThat(server.heads().get(2)).doesNotContain("Range:");
        }
    }

    @Test
    void aFileThatWasGoneOnWithHasTheChecksumThatItsBeginningCameWith() throws IOException {
        var rest =
                answer(
                        "206 Partial Content",
                        "XXXXX",
                        "Content-Range: bytes 5-9/10",
                        "Content-Length: 5",
                        TAG);
        try (var server = ScriptedServer.of(answer("200 OK", "01234", LENGTH, RIGHT, TAG), rest)) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(ChecksumMismatch.class);

            assertThat(root.resolve("f")).doesNotExist();
        }
    }
}
