// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;

/// RFC 9112, 2 to 5.
@Timeout(60)
class ResponseReaderTest {
    private static ResponseReader reader(String text) {
        return new ResponseReader(Pieces.input(text), Limits.DEFAULT);
    }

    @Test
    void headHasVersionStatusReasonAndFields() throws IOException {
        var reader = reader("HTTP/1.1 404 Not Found\r\nA: b\r\nC:\r\n\r\n");

        assertThat(reader.read())
                .isEqualTo(new ResponseHead(1, 404, "Not Found", Headers.of("A", "b", "C", "")));
        assertThat(reader.read()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "HTTP/1.1 200 OK,1,200,OK",
                "HTTP/1.0 200 OK,0,200,OK",
                "HTTP/1.1 200 ,1,200,''",
                "HTTP/1.1 200,1,200,''",
                "HTTP/1.1 100 Continue,1,100,Continue",
                "HTTP/1.1 999 a b\tc,1,999,a b\tc",
                "HTTP/1.1 200  two,1,200, two",
                "HTTP/1.1 200 \u00fc\u0085\u00a0,1,200,\u00fc\u0085\u00a0",
                "HTTP/1.9 200 200,9,200,200",
            })
    void statusLineIsTakenApart(String line, int minor, int status, String reason)
            throws IOException {
        assertThat(reader(line + "\r\n\r\n").read())
                .isEqualTo(new ResponseHead(minor, status, reason, Headers.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "HTTP/1.1",
                "HTTP/1.1 ",
                "HTTP/1.1 2",
                "HTTP/1.1 20",
                "HTTP/1.1 2000",
                "HTTP/1.1 200OK",
                "HTTP/1.1  200 OK",
                "HTTP/1.1\t200 OK",
                "HTTP/1.1 200\tOK",
                "HTTP/1.1 099 OK",
                "HTTP/1.1 000 OK",
                "HTTP/1.1 -20 OK",
                "HTTP/1.1 2x0 OK",
                "HTTP/1.1 +20 OK",
                "HTTP/2.0 200 OK",
                "HTTP/2 200",
                "HTTP/0.9 200 OK",
                "http/1.1 200 OK",
                "HTTP/1,1 200 OK",
                "ICY 200 OK",
                " HTTP/1.1 200 OK",
                "HTTP/1.10 200 OK",
                "HTTP/1.1 OK",
                "HTTP/1.1 200 a\0b",
                "HTTP/1.1 200 a\rb",
                "GET / HTTP/1.1",
                "<html>"
            })
    void statusLineThatIsNoneIsRefused(String line) {
        assertThatExceptionOfType(BadMessage.class).isThrownBy(reader(line + "\r\n\r\n")::read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A : b",
                " A: b",
                "A",
                ": b",
                "A: b\0",
                "A: b\rc",
                "A: b\nC: d",
                "\u00c4: b"
            })
    void fieldLineThatIsNoneIsRefused(String line) {
        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(reader("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n")::read);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "A: b\\r\\n c,b   c",
                "A: b\\r\\n\\tc\\r\\n  d,b  \tc    d",
                "A:\\r\\n b,b",
                "A: b\\r\\n ,b",
                "A: b \\r\\n \\r\\n\\t,b",
            })
    void foldedFieldIsOneLine(String folded, String value) throws IOException {
        var head =
                reader("HTTP/1.1 200 OK\r\n" + folded.translateEscapes() + "\r\nX: y\r\n\r\n")
                        .read();

        assertThat(head)
                .isEqualTo(new ResponseHead(1, 200, "OK", Headers.of("A", value, "X", "y")));
    }

    @Test
    void foldedFieldHasTheLimitOfALine() {
        var in = Pieces.input("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n d\r\n\r\n");

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(new ResponseReader(in, new Limits(20, 11, 5, 100))::read)
                .withMessage("a header field is longer than 11 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "H",
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 OK\r",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n"
            })
    void endWithinAHeadIsToldFromARefusal(String part) {
        assertThatExceptionOfType(EOFException.class).isThrownBy(reader(part)::read);
    }

    @Test
    void refusalShowsTheBeginningOfALongLine() {
        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(reader("x".repeat(1000) + "\r\n\r\n")::read)
                .withMessage("not a status line: " + "x".repeat(80) + "…");
    }
}
