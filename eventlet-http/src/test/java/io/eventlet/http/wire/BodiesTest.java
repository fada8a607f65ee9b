// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// RFC 9112, 6.3, 7.1 and 8.
@Timeout(60)
class BodiesTest {
    private static ChunkedBody chunks(String text) {
        return new ChunkedBody(Pieces.input(text), Limits.DEFAULT);
    }

    private static String all(InputStream body) throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static void assertRefused(String text) {
        var body = chunks(text);

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(body::readAllBytes)
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
        assertThatIOException().isThrownBy(body::read);
        assertThat(body.trailers()).isEqualTo(Headers.empty());
    }

    @Test
    void bodyOfALengthEndsThere() throws IOException {
        var in = Pieces.input("helloGET");
        var body = new FixedBody(in, 5);

        assertThat(all(body)).isEqualTo("hello");
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read(new byte[1])).isEqualTo(-1);
        assertThat(all(new InputBytes(in))).isEqualTo("GET");
    }

    @Test
    void bodyOfNoLengthReadsNothing() throws IOException {
        var in =
                new Input(
                        (_, _, _) -> {
                            throw new IOException("read");
                        },
                        new byte[1]);

        assertThat(all(new FixedBody(in, 0))).isEmpty();
    }

    @Test
    void bodyThatEndsEarlyIsNotTakenForWhole() throws IOException {
        var body = new FixedBody(Pieces.input("hell"), 5);

        assertThat(body.readNBytes(4)).hasSize(4);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(body::read)
                .withMessage("the connection ended after 4 of the 5 bytes of a body");
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> body.read(new byte[2]));
    }

    @Test
    void bodyTellsWhatWasReadAhead() throws IOException {
        var body = new FixedBody(Pieces.input("hello, world"), 5);
        assertThat(body.available()).isZero();

        assertThat(body.read()).isEqualTo('h');

        assertThat(body.available()).isEqualTo(4);
    }

    @Test
    void bytesBeyond127ArePositive() throws IOException {
        assertThat(new FixedBody(Pieces.input("\u00ff"), 1).read()).isEqualTo(0xff);
        assertThat(chunks("1\r\n\u00ff\r\n").read()).isEqualTo(0xff);
        assertThat(new InputBytes(Pieces.input("\u00ff")).read()).isEqualTo(0xff);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "0\\r\\n\\r\\n | ``",
                "000\\r\\n\\r\\n | ``",
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\n | hello",
                "005\\r\\nhello\\r\\n0\\r\\n\\r\\n | hello",
                "1\\r\\na\\r\\n2\\r\\nbc\\r\\n0\\r\\n\\r\\n | abc",
                "a\\r\\n0123456789\\r\\n0\\r\\n\\r\\n | 0123456789",
                "A\\r\\n0123456789\\r\\n0\\r\\n\\r\\n | 0123456789",
                "1;a\\r\\nx\\r\\n0\\r\\n\\r\\n | x",
                "1;a=b\\r\\nx\\r\\n0;c\\r\\n\\r\\n | x",
                "1 ; a = b ;\\tc\\r\\nx\\r\\n0\\r\\n\\r\\n | x",
                "1;a=\"b;\\\\\"c\\\\\\\\\"\\r\\nx\\r\\n0\\r\\n\\r\\n | x",
                "1;a=\"\"\\r\\nx\\r\\n0\\r\\n\\r\\n | x",
                "000000000000001\\r\\nx\\r\\n0\\r\\n\\r\\n | x",
            })
    void chunksAreJoined(String chunks, String body) throws IOException {
        var read = chunks(chunks.translateEscapes());

        assertThat(all(read)).isEqualTo(body);
        assertThat(read.read()).isEqualTo(-1);
        assertThat(read.trailers()).isEqualTo(Headers.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-3",
                "+3",
                "0x3",
                "x",
                "g",
                "3 ",
                " 3",
                "\\t3",
                "3\\t",
                "3_0",
                "3.0",
                "3,3",
                "3h",
                "\u00b3",
                "0000000000000003",
                "fffffffffffffff0",
                "10000000000000000",
                "ffffffffffffffffff",
                "3;",
                "3; ",
                "3;;a",
                "3;a;",
                "3;=b",
                "3;a=",
                "3;a= ",
                "3;a b",
                "3;a=b c",
                "3;a=\"b",
                "3;a=\"b\\\\",
                "3;a=\"b\"c",
                "3;a=b=c",
                "3;\u00e4",
                "3;a=\u00e4",
                "3;a@",
                "3 a",
                "3=a",
                "3;a=b ",
                "3;a\\0",
                "3;a=\\177",
                "3;a=\"\\0\"",
                "3;a\\rb",
                "3\\rabc",
                "3;a\\nb",
                "3\\n",
                "3\\r\\r",
                "\\r\\n3"
            })
    void sizeThatIsNoneIsRefused(String line) {
        assertRefused(line.translateEscapes() + "\r\nabc\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\\nabc\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r0\\r\\n\\r\\n",
                "3\\r\\nabc0\\r\\n\\r\\n",
                "3\\r\\nabcd\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\n\\n",
                "3\\r\\nabc\\r\\n0\\r\\n\\rX",
                "3\\r\\nabc\\r\\n\\r\\n0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nGET / HTTP/1.1\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nA : b\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\n A: b\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nA: b\\r\\n c\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nA: \\0\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nContent-Length: 5\\r\\n\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\nA: b\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n",
            })
    void chunksThatCouldBeReadInTwoWaysAreRefused(String chunks) {
        assertRefused(chunks.translateEscapes());
    }

    @Test
    void trailersComeBehindTheLastChunk() throws IOException {
        var in = Pieces.input("1\r\nx\r\n0\r\nA: b\r\nC:\td \r\n\r\nrest");
        var body = new ChunkedBody(in, Limits.DEFAULT);
        assertThat(body.read()).isEqualTo('x');
        assertThat(body.trailers()).isEqualTo(Headers.empty());

        assertThat(body.read()).isEqualTo(-1);

        assertThat(body.trailers()).isEqualTo(Headers.of("A", "b", "C", "d"));
        assertThat(all(new InputBytes(in))).isEqualTo("rest");
    }

    @Test
    void trailersHaveTheLimitsOfFields() {
        var body =
                new ChunkedBody(
                        Pieces.input("0\r\nA: b\r\nA: b\r\n\r\n"), new Limits(100, 100, 1, 100));

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(body::read)
                .satisfies(e -> assertThat(e.status()).isEqualTo(431));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3",
                "3\\r",
                "3;a",
                "3\\r\\n",
                "3\\r\\nab",
                "3\\r\\nabc",
                "3\\r\\nabc\\r",
                "3\\r\\nabc\\r\\n",
                "3\\r\\nabc\\r\\n0",
                "3\\r\\nabc\\r\\n0\\r\\n",
                "3\\r\\nabc\\r\\n0\\r\\n\\r",
                "3\\r\\nabc\\r\\n0\\r\\nA: b",
                "3\\r\\nabc\\r\\n0\\r\\nA: b\\r\\n"
            })
    void chunksThatEndEarlyAreNotTakenForWhole(String part) {
        var body = chunks(part.translateEscapes());

        assertThatExceptionOfType(EOFException.class).isThrownBy(body::readAllBytes);
        assertThatIOException().isThrownBy(body::read);
    }

    @Test
    void lineOfASizeHasALimit() {
        assertRefused("1;a=" + "b".repeat(5000) + "\r\nx\r\n0\r\n\r\n");
    }

    @Test
    void extensionsOfAllChunksHaveALimit() {
        assertRefused(("1;a=" + "b".repeat(2000) + "\r\nx\r\n").repeat(10) + "0\r\n\r\n");
    }

    @Test
    void extensionsThatLargeChunksPayForHaveNone() throws IOException {
        var chunk = "1000;signature=" + "b".repeat(100) + "\r\n" + "x".repeat(4096) + "\r\n";

        assertThat(chunks(chunk.repeat(200) + "0\r\n\r\n").readAllBytes()).hasSize(200 * 4096);
    }

    @Test
    void smallChunksWithoutExtensionsHaveNone() throws IOException {
        assertThat(chunks("1\r\nx\r\n".repeat(50_000) + "0\r\n\r\n").readAllBytes())
                .hasSize(50_000);
    }

    /// A read that timed out loses nothing: it can be made again.
    @Test
    void chunksGoOnAfterATimeout() throws IOException {
        var text = Pieces.bytes("3;a\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n");
        var single = Pieces.single(text);
        boolean[] late = {false};
        var in =
                new Input(
                        (into, offset, length) -> {
                            late[0] ^= true;
                            if (late[0]) {
                                throw new SocketTimeoutException();
                            }
                            return single.read(into, offset, length);
                        },
                        new byte[4]);
        var body = new ChunkedBody(in, Limits.DEFAULT);
        var read = new StringBuilder();
        int timeouts = 0;

        while (true) {
            try {
                int b = body.read();
                if (b < 0) {
                    break;
                }
                read.append((char) b);
            } catch (SocketTimeoutException e) {
                timeouts++;
            }
        }

        assertThat(timeouts).isEqualTo(text.length);
        assertThat(read).hasToString("abcde");
        assertThat(body.trailers()).isEqualTo(Headers.of("A", "b"));
    }

    @Test
    void largeReadsGoPastTheBuffer() throws IOException {
        var in = new Input(Pieces.whole(new byte[100_000]), new byte[16]);
        var into = new byte[50_000];

        assertThat(new FixedBody(in, 100_000).read(into)).isEqualTo(50_000);
        assertThat(in.buffered()).isZero();
    }

    @Test
    void emptyBufferIsGivenAwayAndTakenBack() throws IOException {
        var in = Pieces.input("ab");
        var bytes = new InputBytes(in);
        assertThat(bytes.readNBytes(2)).hasSize(2);

        var buffer = in.detach();
        assertThat(in.isDetached()).isTrue();
        in.attach(buffer);

        assertThat(in.isDetached()).isFalse();
        assertThat(bytes.read()).isEqualTo(-1);
    }
}
