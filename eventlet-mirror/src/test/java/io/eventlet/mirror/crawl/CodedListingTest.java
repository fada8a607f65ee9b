// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// Listings that come with a `Content-Encoding`, and cannot be read as a whole.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CodedListingTest {
    private static final byte[] LISTING =
            IntStream.range(0, 20_000)
                    .mapToObj("<a href='%1$d.bin'>%1$d.bin</a>\n"::formatted)
                    .collect(Collectors.joining("", "<title>Index of /d/</title><pre>", "</pre>"))
                    .getBytes(StandardCharsets.US_ASCII);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final TreeServer server = new TreeServer();
    private final HttpClient client = HttpClient.create();

    CodedListingTest() throws IOException {}

    @BeforeEach
    void beginCopy() {
        copy = Copy.in(root, client, new MemoryFrontier());
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private static byte[] packed(String coding, byte[] plain) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (OutputStream out =
                coding.equals("gzip")
                        ? new GZIPOutputStream(packed)
                        : new DeflaterOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    /// Runs over a directory that is answered with these bytes.
    private Summary run(String coding, byte[] body, int pageBytes) throws IOException {
        server.answer(
                "/d/",
                _ ->
                        Response.of(200)
                                .header("Content-Type", "text/html")
                                .header("Content-Encoding", coding)
                                .body(body));
        return copy.of(server.url("/d/")).pageBytes(pageBytes).build().run();
    }

    private String reason() {
        return Objects.requireNonNull(Outcome.of(copy.frontier(), server.url("/d/"))).reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void oneThatIsTooLargeWhenItIsUnpackedFails(String coding) throws IOException {
        var summary = run(coding, packed(coding, LISTING), 300_000);

        assertThat(summary.isComplete()).isFalse();
        assertThat(reason())
                .isEqualTo(
                        "a listing in %s that breaks off, or has more than the 300000 bytes that are"
                                        .formatted(coding)
                                + " read: pageBytes, --page-bytes");
        assertThat(copy.files()).isEmpty();
    }

    @Test
    void oneThatIsTooLargeAsItComesFails() throws IOException {
        var summary = run("gzip", packed("gzip", LISTING), 20_000);

        assertThat(summary.isComplete()).isFalse();
        assertThat(reason())
                .matches("a listing of \\d+ bytes, and no more than 20000 are read: .*");
        assertThat(copy.files()).isEmpty();
    }

    @Test
    void oneThatBreaksOffFails() throws IOException {
        var whole = packed("gzip", LISTING);

        var summary = run("gzip", Arrays.copyOf(whole, whole.length / 2), 1_000_000);

        assertThat(summary.isComplete()).isFalse();
        assertThat(reason()).startsWith("a listing in gzip that breaks off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip"})
    void whatCannotBeReadAtAllIsAFile(String coding) throws IOException {
        var summary = run(coding, LISTING, 1_000_000);

        assertThat(summary.isComplete()).isTrue();
        assertThat(copy.files()).containsExactly("/d/index.html");
    }

    @Test
    void aBombIsNotUnpacked() throws IOException {
        var bomb = packed("gzip", Arrays.copyOf(LISTING, 20_000_000));

        var summary = run("gzip", bomb, 1_000_000);

        assertThat(summary.received()).isEqualTo(bomb.length);
        assertThat(reason()).startsWith("a listing in gzip that");
    }

    @Test
    void aPageThatIsTooLargeIsAFile() throws IOException {
        var page = "<h1>Welcome</h1>" + "<p>text".repeat(100_000);
        var body = packed("gzip", page.getBytes(StandardCharsets.US_ASCII));

        var summary = run("gzip", body, 300_000);

        assertThat(summary.isComplete()).isTrue();
        assertThat(root.resolve("d/index.html")).hasBinaryContent(body);
    }
}
