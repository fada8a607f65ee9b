// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;

/// What is sent with gzip, and to whom.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CompressedTest {
    private static final String TEXT = "hello ".repeat(1000);

    /// The head of the answer, and its body as it is when unzipped.
    private record Answer(String head, String body) {}

    private static Answer ask(Response response, String acceptEncoding) throws IOException {
        try (var server = HttpServer.builder(Compressed.of(_ -> response)).start();
                var client = new RawClient(server)) {
            client.send("GET / HTTP/1.0\nAccept-Encoding: " + acceptEncoding + "\n\n");
            var head = client.readTo("\r\n\r\n");
            var body = client.socket.getInputStream().readAllBytes();
            var in = new ByteArrayInputStream(body);
            boolean zipped = head.contains("Content-Encoding: gzip");
            var plain = zipped ? new GZIPInputStream(in).readAllBytes() : body;
            return new Answer(head, new String(plain, StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br, gzip;q=0.5", "*", "x-gzip"})
    void textIsZippedForThoseWhoTakeIt(String accepted) throws IOException {
        var answer = ask(Response.text(TEXT).header("ETag", "\"1\""), accepted);

        assertThat(answer.head())
                .contains("Content-Encoding: gzip")
                .contains("Vary: Accept-Encoding")
                .contains("ETag: W/\"1\"");
        assertThat(answer.body()).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br", "gzip;q=0", "gzip; q=0.000, *"})
    void textIsSentAsItIsToOthers(String accepted) throws IOException {
        var answer = ask(Response.text(TEXT), accepted);

        assertThat(answer.head())
                .doesNotContain("Content-Encoding")
                .contains("Vary: Accept-Encoding");
        assertThat(answer.body()).isEqualTo(TEXT);
    }

    @Test
    void streamsAndWritersAreZippedAsTheyGo() throws IOException {
        var bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        var typed = Response.text("");

        assertThat(ask(typed.body(new ByteArrayInputStream(bytes)), "gzip"))
                .satisfies(answer -> assertThat(answer.head()).contains("gzip"))
                .extracting(Answer::body)
                .isEqualTo(TEXT);
        assertThat(ask(typed.body(out -> out.write(bytes), bytes.length), "gzip"))
                .satisfies(answer -> assertThat(answer.head()).contains("gzip"))
                .extracting(Answer::body)
                .isEqualTo(TEXT);
    }

    @Test
    void streamThatHeadLeavesOutIsClosed() throws IOException {
        var closed = new AtomicBoolean();
        var body =
                new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public void close() {
                        closed.set(true);
                    }
                };
        var response = Response.text("").body(body);
        try (var server = HttpServer.builder(Compressed.of(_ -> response)).start()) {
            var answer = RawClient.ask(server, "HEAD / HTTP/1.0\nAccept-Encoding: gzip\n\n");

            assertThat(answer).contains("Content-Encoding: gzip").endsWith("\n\n");
        }
        assertThat(closed).isTrue();
    }

    @Test
    void whatWouldNotShrinkIsLeftAsItIs() throws IOException {
        var image = Response.of(200).header("Content-Type", "image/png").body(new byte[5000]);

        assertThat(ask(image, "gzip").head()).doesNotContain("Content-Encoding");
        assertThat(ask(Response.text("short"), "gzip").head()).doesNotContain("Content-Encoding");
        assertThat(ask(Response.text(TEXT).status(206), "gzip").head())
                .doesNotContain("Content-Encoding");
    }
}
