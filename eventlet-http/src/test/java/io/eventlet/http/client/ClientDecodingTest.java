// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientDecodingTest {
    private static final byte[] TEXT = "hello hello hello".getBytes(StandardCharsets.US_ASCII);

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] deflate(boolean bare) throws IOException {
        var packed = new ByteArrayOutputStream();
        var deflater = new Deflater(9, bare);
        try (var out = new DeflaterOutputStream(packed, deflater)) {
            out.write(TEXT);
        }
        deflater.end();
        return packed.toByteArray();
    }

    private static RawServer server(String coding, byte[] body) throws IOException {
        return RawServer.of(peer -> {
            peer.readHead();
            peer.send(
                    head(
                            "HTTP/1.1 200 OK",
                            "Content-Encoding: " + coding,
                            "Content-Length: " + body.length));
            peer.send(body);
            peer.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZip"})
    void gzipIsDecodedAndReported(String name) throws Exception {
        try (var server = server(name, gzip(TEXT));
                var client = HttpClient.builder().decoding().build()) {

            try (var response = client.get(server.url("/"))) {
                assertThat(response.bytes()).isEqualTo(TEXT);
                assertThat(response.decoded()).containsExactly(name.toLowerCase(Locale.ROOT));
                assertThat(response.headers().get("Content-Encoding")).isEqualTo(name);
            }

            assertThat(server.request(0)).contains("Accept-Encoding: gzip, deflate\r\n");
            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deflateIsDecodedInBothForms(boolean bare) throws Exception {
        try (var server = server("deflate", deflate(bare));
                var client = HttpClient.builder().decoding().build();
                var response = client.get(server.url("/"))) {

            assertThat(response.bytes()).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "deflate"})
    void emptyBodyIsEmpty(String coding) throws Exception {
        try (var server = server(coding, new byte[0]);
                var client = HttpClient.builder().decoding().build();
                var response = client.get(server.url("/"))) {

            assertThat(response.bytes()).isEmpty();
        }
    }

    @Test
    void nothingIsDecodedUnlessAskedFor() throws Exception {
        try (var server = server("gzip", gzip(TEXT));
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.bytes()).isEqualTo(gzip(TEXT));
            assertThat(response.decoded()).isEmpty();
            assertThat(server.request(0)).doesNotContain("Accept-Encoding");
        }
    }

    @Test
    void requestMayWantWhatTheClientDoesNot() throws Exception {
        try (var server = server("gzip", gzip(TEXT));
                var client = HttpClient.create();
                var response = client.send(ClientRequest.get(server.url("/")).decoding(true))) {

            assertThat(response.bytes()).isEqualTo(TEXT);
        }
    }

    @Test
    void codingsAreTakenOffInTurn() throws Exception {
        try (var server = server("gzip, gzip", gzip(gzip(TEXT)));
                var client = HttpClient.builder().decoding().build();
                var response = client.get(server.url("/"))) {

            assertThat(response.bytes()).isEqualTo(TEXT);
            assertThat(response.decoded()).containsExactly("gzip", "gzip");
        }
    }

    @Test
    void unknownCodingIsLeft() throws Exception {
        try (var server = server("zstd", TEXT);
                var client = HttpClient.builder().decoding().build();
                var response = client.get(server.url("/"))) {

            assertThat(response.bytes()).isEqualTo(TEXT);
            assertThat(response.decoded()).isEmpty();
        }
    }

    @Test
    void decoderOfALibraryIsAskedForAndUsed() throws Exception {
        try (var server = server("rot", "gdkkn".getBytes(StandardCharsets.US_ASCII));
                var client =
                        HttpClient.builder()
                                .decoding(ContentDecoder.of("rot", NextLetter::new))
                                .build();
                var response = client.get(server.url("/"))) {

            assertThat(response.text()).isEqualTo("hello");
            assertThat(server.request(0)).contains("Accept-Encoding: rot, gzip, deflate\r\n");
        }
    }

    private static final class NextLetter extends FilterInputStream {
        NextLetter(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            for (int i = 0; i < n; i++) {
                into[offset + i]++;
            }
            return n;
        }
    }

    @Test
    void brokenGzipClosesTheConnection() throws Exception {
        var broken = gzip(TEXT);
        var half = java.util.Arrays.copyOf(broken, broken.length / 2);
        try (var server = server("gzip", half);
                var client = HttpClient.builder().decoding().build();
                var response = client.get(server.url("/"))) {

            assertThatThrownBy(response::bytes).isInstanceOf(EOFException.class);
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void bodyThatGrowsBeyondTheLimitIsRefused() throws Exception {
        try (var server = server("gzip", gzip(new byte[1_000_000]));
                var client = HttpClient.builder().decoding().bodyBytes(10_000).build();
                var response = client.get(server.url("/"))) {

            assertThatThrownBy(response::bytes).hasMessageContaining("limit of 10000 bytes");
            assertThat(client.inUse()).isZero();
        }
    }
}
