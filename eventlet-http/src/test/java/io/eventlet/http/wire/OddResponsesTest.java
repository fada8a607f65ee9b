// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/// What a client makes of responses that are not as the RFC has them.
@Timeout(60)
class OddResponsesTest {
    private static final ResponseHead EXPECTED =
            new ResponseHead(1, 200, "OK", Headers.of("A", "b", "C", "d"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\\nA: b\\nC: d\\n\\n",
                "HTTP/1.1 200 OK\\r\\nA : b\\r\\nC\\t: d\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\nA: b\\nno field\\nC: d\\n\\n",
                "HTTP/1.1 200 OK\\n A: x\\nA:\\n b\\nC: d\\n\\n",
                "HTTP/1.1 200 OK\\r\\nA: \\0b\\001\\r\\nC: d\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nA: b\\r\\n: x\\r\\n(A): x\\r\\nC:d\\r\\n\\r\\n",
            })
    void oddHeadIsRead(String head) throws IOException {
        var in = Pieces.input(head.translateEscapes() + "body");

        assertThat(LenientReader.read(in, Limits.DEFAULT)).isEqualTo(EXPECTED);
        assertThat(in.buffered()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0085", "\u00fc\u00a0x", "a\tb"})
    void reasonHasAnyBytes(String reason) throws IOException {
        var in = Pieces.input("HTTP/1.1 200 " + reason + "\n\n");

        assertThat(LenientReader.read(in, Limits.DEFAULT))
                .isEqualTo(new ResponseHead(1, 200, reason, Headers.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200\\n\\n",
                "HTTP/1.1 20\\n\\n",
                "ICY 200 OK\\r\\n\\r\\n",
                "<html>\\n"
            })
    void whatHasNoStatusIsRefused(String head) {
        var in = Pieces.input(head.translateEscapes());

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(() -> LenientReader.read(in, Limits.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length, 5, 5, true",
        "Content-Length, '5, 5', 5, true",
        "Content-Length, 05, 5, true",
        "Transfer-Encoding, chunked, -1, true",
        "Transfer-Encoding, 'identity, chunked', -1, true",
        "Transfer-Encoding, identity, -2, false",
        "X, y, -2, false",
    })
    void bodyEndsAsItsFieldsSay(String name, String value, long length, boolean isKept)
            throws BadMessage {
        var head = new ResponseHead(1, 200, "", Headers.of(name, value));

        assertThat(ResponseFraming.of(head, false)).isEqualTo(new Framing(length, isKept));
        assertThat(ResponseFraming.of(head, true).length()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length, '5, 6'",
        "Content-Length, -1",
        "Content-Length, +1",
        "Content-Length, ''",
        "Content-Length, 9999999999999999999",
        "Transfer-Encoding, gzip",
        "Transfer-Encoding, 'chunked, gzip'",
        "Transfer-Encoding, 'gzip, chunked'",
        "Transfer-Encoding, 'chunked, chunked'",
    })
    void bodyWithoutAnEndIsRefused(String name, String value) {
        var head = new ResponseHead(1, 200, "", Headers.of(name, value));

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(() -> ResponseFraming.of(head, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void chunksCountBesideALengthAndTheConnectionIsNotUsedAgain(int minor) throws BadMessage {
        var headers =
                Headers.of(
                        "Content-Length",
                        "5",
                        "Transfer-Encoding",
                        "chunked",
                        "Connection",
                        "keep-alive");

        assertThat(ResponseFraming.of(new ResponseHead(minor, 200, "", headers), false))
                .isEqualTo(new Framing(Framing.CHUNKED, false));
    }
}
