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

/// RFC 9112, 2 to 5; RFC 9110, 5.4 and 10.1.1; RFC 6585, 5.
@Timeout(60)
class RequestReaderTest {
    private static final int BAD_REQUEST = 400;
    private static final int URI_TOO_LONG = 414;
    private static final int FIELDS_TOO_LARGE = 431;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final Limits SMALL = new Limits(20, 10, 3, 30);

    private static RequestReader reader(String text) {
        return new RequestReader(Pieces.input(text), Limits.DEFAULT);
    }

    private static void assertRefused(String text, Limits limits, int status) {
        var reader = new RequestReader(Pieces.input(text), limits);

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(reader::read)
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }

    private static void assertRefused(String text, int status) {
        assertRefused(text, Limits.DEFAULT, status);
    }

    /// Of a text with an escape for what cannot be seen.
    private static String text(String escaped) {
        return escaped.translateEscapes();
    }

    @Test
    void headHasMethodTargetVersionAndFields() throws IOException {
        var reader = reader("GET /a?b HTTP/1.1\r\nHost: a\r\nAccept:\t*/* \r\nEmpty:\r\n\r\n");

        assertThat(reader.read())
                .isEqualTo(
                        new RequestHead(
                                "GET",
                                "/a?b",
                                1,
                                Headers.of("Host", "a", "Accept", "*/*", "Empty", "")));
        assertThat(reader.read()).isNull();
    }

    @Test
    void headsOfAPipelineAreReadOneAfterAnother() throws IOException {
        var reader = reader("GET /1 HTTP/1.1\r\n\r\nPUT /2 HTTP/1.0\r\nA: b\r\n\r\n");

        assertThat(reader.read()).isEqualTo(new RequestHead("GET", "/1", 1, Headers.empty()));
        assertThat(reader.read()).isEqualTo(new RequestHead("PUT", "/2", 0, Headers.of("A", "b")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "HEAD",
                "POST",
                "OPTIONS",
                "PROPFIND",
                "get",
                "M-SEARCH",
                "!#$%&'*+-.^_`|~09"
            })
    void methodIsAnyToken(String method) throws IOException {
        var head = reader(method + " / HTTP/1.1\r\n\r\n").read();

        assertThat(head).isEqualTo(new RequestHead(method, "/", 1, Headers.empty()));
    }

    @Test
    void emptyLineBeforeTheRequestLineIsLetPass() throws IOException {
        var reader = reader("\r\nGET / HTTP/1.1\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\n");

        assertThat(reader.read()).isNotNull();
        assertThat(reader.read()).isNotNull();
        assertThat(reader.read()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 0", "HTTP/1.1, 1", "HTTP/1.2, 2", "HTTP/1.9, 9"})
    void anyMinorVersionOfHttp1IsRead(String version, int minor) throws IOException {
        assertThat(reader("GET / " + version + "\r\n\r\n").read())
                .isEqualTo(new RequestHead("GET", "/", minor, Headers.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/0.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"})
    void anotherMajorVersionIsNotSupported(String version) {
        assertRefused("GET / " + version + "\r\n\r\n", VERSION_NOT_SUPPORTED);
    }

    @Test
    void prefaceOfHttp2IsNotSupported() {
        assertRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", VERSION_NOT_SUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "GET",
                "GET ",
                "GET /",
                "GET / ",
                "GET  / HTTP/1.1",
                "GET /  HTTP/1.1",
                "GET / HTTP/1.1 ",
                " GET / HTTP/1.1",
                "GET\\t/ HTTP/1.1",
                "GET /\\tHTTP/1.1",
                "GET HTTP/1.1",
                "GET / / HTTP/1.1",
                "GET /a b HTTP/1.1",
                "G@T / HTTP/1.1",
                "GET: / HTTP/1.1",
                "G\u00cbT / HTTP/1.1",
                "GET /#a HTTP/1.1",
                "GET /\\\\ HTTP/1.1",
                "GET /\\\" HTTP/1.1",
                "GET /<> HTTP/1.1",
                "GET /\u00e4 HTTP/1.1",
                "GET /% HTTP/1.1",
                "GET /%2 HTTP/1.1",
                "GET /%zz HTTP/1.1",
                "GET /%2 0 HTTP/1.1",
                "GET / http/1.1",
                "GET / HTTP/1",
                "GET / HTTP/1.",
                "GET / HTTP/11",
                "GET / HTTP/1.10",
                "GET / HTTP/01.1",
                "GET / HTTP/1.01",
                "GET / HTTP/1,1",
                "GET / HTTP /1.1",
                "GET / HTTP/ 1.1",
                "GET / HTTP/1 .1",
                "GET / HTTPS/1.1",
                "GET / HTTP/a.1",
                "GET / XHTTP/1.1",
                "GET / HTTP/-1.1",
                "GET / HTTP/1.1\\0",
                "GET /\\0 HTTP/1.1",
                "\\0GET / HTTP/1.1",
                "GET /\\013 HTTP/1.1",
                "GET /\\177 HTTP/1.1"
            })
    void requestLineThatIsNoneIsRefused(String line) {
        assertRefused(text(line) + "\r\nHost: a\r\n\r\n", BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\\nHost: a\\n\\n",
                "GET / HTTP/1.1\\nHost: a\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\n",
                "GET / HTTP/1.1\\rHost: a\\r\\r",
                "GET / HTTP/1.1\\r\\rHost: a\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\r\\nHost: a\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\rb\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\rX: y\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\r\\n",
                "\\nGET / HTTP/1.1\\r\\n\\r\\n",
                "\\rGET / HTTP/1.1\\r\\n\\r\\n",
                "\\r\\n\\r\\nGET / HTTP/1.1\\r\\n\\r\\n",
                "\\n\\r\\nGET / HTTP/1.1\\r\\n\\r\\n",
            })
    void lineThatDoesNotEndWithCrLfIsRefused(String request) {
        assertRefused(text(request), BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                ": a",
                ":",
                "Host : a",
                "Host\\t: a",
                " Host: a",
                "\\tHost: a",
                " ",
                "Ho st: a",
                "Host[]: a",
                "Host@: a",
                "(Host): a",
                "Host;: a",
                "Host\\0: a",
                "\\0: a",
                "H\u00f6st: a",
                "\u00ffHost: a",
                "A: b\\0c",
                "A: \\001",
                "A: b\\013c",
                "A: b\\fc",
                "A: \\bc",
                "A: \\177",
                "A: b\\r\\n c",
                "A: b\\r\\n\\tc",
                "A:\\r\\n b",
                "A: b\\r\\n ",
                "A: b\\033[0m",
                "Transfer-Encoding\\013: chunked",
                "Transfer-Encoding: \\013chunked",
                "Transfer-Encoding: chunked\\0",
                "GET / HTTP/1.1",
                "{\\\"a\\\": 1}"
            })
    void fieldLineThatIsNoneIsRefused(String line) {
        assertRefused("GET / HTTP/1.1\r\n" + text(line) + "\r\n\r\n", BAD_REQUEST);
        assertRefused(
                "GET / HTTP/1.1\r\nHost: a\r\n" + text(line) + "\r\nX: y\r\n\r\n", BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/%00%0d%0A%ff",
                "/a[0]={b}|c^`",
                "/:@!$&'()*+,;=-._~",
                "*",
                "a.example:80",
                "http://a/b?c",
                "?",
                "//",
                "/?a?b"
            })
    void targetIsKeptAsItWasSent(String target) throws IOException {
        assertThat(reader("GET " + target + " HTTP/1.1\r\n\r\n").read())
                .isEqualTo(new RequestHead("GET", target, 1, Headers.empty()));
    }

    @Test
    void valuesAreKeptAsTheyWereSentWithoutTheWhiteSpaceAroundThem() throws IOException {
        var head = reader("GET / HTTP/1.1\r\nA: \t b \"c:\\ \u00fc\u0085\u00a0\t \r\n\r\n").read();

        assertThat(head)
                .isEqualTo(
                        new RequestHead(
                                "GET", "/", 1, Headers.of("A", "b \"c:\\ \u00fc\u0085\u00a0")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET ",
                "GET /hello",
                "GET /hello HTTP",
                "GET / HTTP/1.1",
                "GET / HTTP/1.1\\r",
                "GET / HTTP/1.1\\r\\n",
                "GET / HTTP/1.1\\r\\nHos",
                "GET / HTTP/1.1\\r\\nHost: a",
                "GET / HTTP/1.1\\r\\nHost: a\\r",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r",
                "\\r\\nG"
            })
    void endWithinAHeadIsToldFromARefusal(String part) {
        assertThatExceptionOfType(EOFException.class).isThrownBy(reader(text(part))::read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r", "\r\n"})
    void endBeforeAHeadIsNoHead(String part) throws IOException {
        assertThat(reader(part).read()).isNull();
    }

    @Test
    void headAtItsLimitsIsRead() throws IOException {
        var text = "GET /456 HTTP/1.1890\r\n";
        assertRefused(text + "\r\n", SMALL, BAD_REQUEST);

        var head = "GET /456789 HTTP/1.1\r\nA: 4567890\r\nB: 4567890\r\nC: 45\r\n\r\n";
        assertThat(new RequestReader(Pieces.input(head), SMALL).read()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "GET /4567890 HTTP/1.1, 414",
        "GET /456789012345678901234567890123456789 HTTP/1.1, 414",
        "GETGETGETGETGETGETGETGET / HTTP/1.1, 501",
        "GETGETGETGETGETGETGE / HTTP/1.1, 501",
        "GETGETGETGETGETGETG / HTTP/1.1, 414",
        "GET@TGETGETGETGETGETGET / HTTP/1.1, 414",
    })
    void whatIsTooLongInTheRequestLineIsNamed(String line, int status) {
        assertRefused(line + "\r\n\r\n", SMALL, status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A: 45678901\\r\\n",
                "A: 4567890123456789012345678901234567890",
                "A12345678901234567890: b\\r\\n",
                "A: 4567890\\r\\nB: 4567890\\r\\nC: 456789\\r\\n",
                "A: b\\r\\nB: b\\r\\nC: b\\r\\nD: b\\r\\n"
            })
    void fieldsThatAreTooLargeOrTooManyAreNamed(String fields) {
        assertRefused("GET / HTTP/1.1\r\n" + text(fields) + "\r\n", SMALL, FIELDS_TOO_LARGE);
    }

    @Test
    void whatIsTooLongIsRefusedBeforeItHasCome() {
        assertRefused("GET /" + "a".repeat(8190), URI_TOO_LONG);
        assertRefused("A".repeat(8193), NOT_IMPLEMENTED);
        assertRefused("GET / HTTP/1.1\r\nA: " + "a".repeat(8190), FIELDS_TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, -, false",
                "1, 100-continue, true",
                "1, 100-Continue, true",
                "1, '100-continue, ,100-continue', true",
                "1, '', false",
                "0, 100-continue, false",
                "0, other, false",
            })
    void clientOfHttp11MayWaitForAStatusOf100(int minor, String expect, boolean waits)
            throws BadMessage {
        var headers = expect == null ? Headers.empty() : Headers.of("Expect", expect);

        assertThat(new RequestHead("PUT", "/", minor, headers).expectsContinue()).isEqualTo(waits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "100-continue, other", "100-continue=1", "200-ok", "100"})
    void otherExpectationFails(String expect) {
        var head = new RequestHead("PUT", "/", 1, Headers.of("Expect", expect));

        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(head::expectsContinue)
                .satisfies(e -> assertThat(e.status()).isEqualTo(417));
    }
}
