// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.http.Headers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class OutputTest {
    private static final int ROOM = 16;

    private final List<String> sent = new ArrayList<>();
    private final Output out =
            new Output(
                    (from, offset, length) ->
                            sent.add(new String(from, offset, length, StandardCharsets.ISO_8859_1)),
                    new byte[ROOM]);

    private String all() throws IOException {
        out.flush();
        return String.join("", sent);
    }

    @Test
    void smallPiecesGoOutTogether() throws IOException {
        out.write("abc");
        out.write('d');
        out.writeDecimal(10);
        out.write(Pieces.bytes("xyz"), 1, 1);
        assertThat(sent).isEmpty();
        assertThat(out.written()).isEqualTo(7);
        assertThat(out.isEmpty()).isFalse();

        out.flush();

        assertThat(sent).containsExactly("abcd10y");
        assertThat(out.written()).isEqualTo(7);
        assertThat(out.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 33, 1000})
    void piecesOfAnyLengthAreWrittenInOrder(int length) throws IOException {
        var text = "x".repeat(length);

        out.write("a");
        out.write(text);
        out.write("b");
        out.write(Pieces.bytes(text));
        out.write("c");
        for (int i = 0; i < length; i++) {
            out.write('x');
        }

        assertThat(all()).isEqualTo("a" + text + "b" + text + "c" + text);
        assertThat(out.written()).isEqualTo(3L * length + 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 12345, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void numberIsWrittenInDecimal(long n) throws IOException {
        var wide =
                new Output(
                        (from, offset, length) ->
                                sent.add(
                                        new String(
                                                from, offset, length, StandardCharsets.ISO_8859_1)),
                        new byte[64]);
        wide.writeDecimal(n);
        wide.flush();
        out.writeDecimal(n);

        assertThat(all()).isEqualTo(n + "" + n);
    }

    @Test
    void headersAreWrittenWithTheirLineEnds() throws IOException {
        out.write(Headers.of("A", "b"));
        out.write(Headers.of("Long-Name", "a long value", "B", ""));
        out.write(Headers.empty());

        assertThat(all()).isEqualTo("A: b\r\nLong-Name: a long value\r\nB: \r\n");
    }

    /// U+010A and U+010D are LF and CR when they are cut to a byte.
    @ParameterizedTest
    @ValueSource(strings = {"aĊb", "č", "中", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaĊ"})
    void textBeyondLatin1IsRefusedAndNotWritten(String text) throws IOException {
        out.write("x");

        assertThatIllegalArgumentException().isThrownBy(() -> out.write(text));

        assertThat(all()).isEqualTo("x");
    }

    @Test
    void whatFailedToBeSentIsNotSentTwice() throws IOException {
        int[] writes = {0};
        var failing =
                new Output(
                        (_, _, _) -> {
                            writes[0]++;
                            throw new IOException("as asked");
                        },
                        new byte[ROOM]);
        failing.write("abc");

        assertThatIOException().isThrownBy(failing::flush);
        failing.flush();

        assertThat(writes[0]).isEqualTo(1);
    }

    @Test
    void bodyOfALengthTakesThatManyBytes() throws IOException {
        try (var body = new FixedOutput(out, 5)) {
            body.write('h');
            body.write(Pieces.bytes("ello"));
        }

        assertThat(all()).isEqualTo("hello");
    }

    @Test
    void bodyLongerThanItsLengthIsRefusedAndNotWritten() throws IOException {
        var body = new FixedOutput(out, 5);
        body.write(Pieces.bytes("hell"));

        assertThatIOException().isThrownBy(() -> body.write(Pieces.bytes("o!")));
        body.write('o');
        assertThatIOException().isThrownBy(() -> body.write('!'));

        assertThat(all()).isEqualTo("hello");
    }

    @Test
    void bodyShorterThanItsLengthDoesNotEnd() throws IOException {
        var body = new FixedOutput(out, 5);
        body.write(Pieces.bytes("hell"));

        assertThatIOException()
                .isThrownBy(body::close)
                .withMessage("a body has 4 bytes, and its Content-Length is 5");
    }

    @Test
    void smallWritesMakeOneChunk() throws IOException {
        try (var body = new ChunkedOutput(out)) {
            body.write('h');
            body.write(Pieces.bytes("ello, world"));
        }

        assertThat(all()).isEqualTo("c\r\nhello, world\r\n0\r\n\r\n");
    }

    @Test
    void flushSendsAChunkOfWhatIsThere() throws IOException {
        var body = new ChunkedOutput(out);

        body.flush();
        body.write('a');
        body.flush();
        body.flush();

        assertThat(String.join("", sent)).isEqualTo("1\r\na\r\n");
    }

    @Test
    void emptyWriteMakesNoChunkThatWouldEndTheBody() throws IOException {
        var body = new ChunkedOutput(out);

        body.write(new byte[0]);
        body.flush();
        body.write('a');
        body.close();

        assertThat(all()).isEqualTo("1\r\na\r\n0\r\n\r\n");
    }

    @Test
    void largeWritesKeepTheirOrder() throws IOException {
        var text = "0123456789abcdef".repeat(1000);
        try (var body = new ChunkedOutput(out)) {
            for (int i = 0; i < 5000; i++) {
                body.write('x');
            }
            body.write(Pieces.bytes(text));
            body.write(Pieces.bytes(text), 8, 8);
        }

        var read = new ChunkedBody(Pieces.input(all()), Limits.DEFAULT).readAllBytes();

        assertThat(new String(read, StandardCharsets.ISO_8859_1))
                .isEqualTo("x".repeat(5000) + text + "89abcdef");
    }

    @Test
    void trailersFollowTheLastChunkOnce() throws IOException {
        var body = new ChunkedOutput(out);

        body.end(Headers.of("A", "b"));
        body.end(Headers.empty());
        body.close();

        assertThat(all()).isEqualTo("0\r\nA: b\r\n\r\n");
        assertThatIOException().isThrownBy(() -> body.write('a'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding"})
    void trailersThatWouldFrameTheBodyAreRefused(String name) throws IOException {
        var body = new ChunkedOutput(out);

        assertThatIllegalArgumentException().isThrownBy(() -> body.end(Headers.of(name, "5")));
        body.close();

        assertThat(all()).isEqualTo("0\r\n\r\n");
    }

    @Test
    void bufferIsGivenAwayAndTakenBack() throws IOException {
        var buffer = out.detach();
        out.write("a");
        out.write('b');
        out.attach(buffer);
        out.write("c");

        assertThat(all()).isEqualTo("abc");
    }
}
