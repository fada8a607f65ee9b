// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Each MUST of RFC 9110 and 9112 about framing, targets and Host, and what probe suites for
/// smuggling send, over a real socket: who is refused is answered once, and nothing behind the
/// request is read as one. Where the grammar lets pass what others may read in another way, such as
/// a zero before a length, it is refused; a trailer is never merged with the fields.
///
/// A line is a status and what is sent, with `\n` for CR LF, `\l` for LF alone, `\r` for CR alone,
/// `\t`, `\v`, `\0` for these characters and `\s` for a space at the end.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ProbesTest {
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    static final List<String> TARGETS =
            lines(
                    """
                    400 GET * HTTP/1.1\\nHost: a\\n\\n
                    400 GET a HTTP/1.1\\nHost: a\\n\\n
                    400 GET a:80 HTTP/1.1\\nHost: a\\n\\n
                    400 GET http:// HTTP/1.1\\nHost: a\\n\\n
                    400 GET http:///a HTTP/1.1\\nHost: a\\n\\n
                    400 GET http://u@a/ HTTP/1.1\\nHost: a\\n\\n
                    400 GET ://a/ HTTP/1.1\\nHost: a\\n\\n
                    400 GET /a#b HTTP/1.1\\nHost: a\\n\\n
                    400 GET /a b HTTP/1.1\\nHost: a\\n\\n
                    400 GET /a\\tb HTTP/1.1\\nHost: a\\n\\n
                    400 GET /a\\0 HTTP/1.1\\nHost: a\\n\\n
                    400 GET /"a" HTTP/1.1\\nHost: a\\n\\n
                    400 GET /<a> HTTP/1.1\\nHost: a\\n\\n
                    400 GET /%zz HTTP/1.1\\nHost: a\\n\\n
                    400 GET /% HTTP/1.1\\nHost: a\\n\\n
                    400 GET /\u00e4 HTTP/1.1\\nHost: a\\n\\n
                    400 CONNECT / HTTP/1.1\\nHost: a\\n\\n
                    400 CONNECT a HTTP/1.1\\nHost: a\\n\\n
                    400 CONNECT http://a:80/ HTTP/1.1\\nHost: a\\n\\n
                    400 OPTIONS a HTTP/1.1\\nHost: a\\n\\n
                    421 GET https://a/ HTTP/1.1\\nHost: a\\n\\n
                    200 GET / HTTP/1.1\\nHost: a\\n\\n
                    200 GET /?a?b=/c HTTP/1.1\\nHost: a\\n\\n
                    200 GET //a HTTP/1.1\\nHost: a\\n\\n
                    200 GET http://a HTTP/1.1\\nHost: a\\n\\n
                    200 GET HTTP://a:80/b?c HTTP/1.1\\nHost: a\\n\\n
                    200 GET http://[::1]/ HTTP/1.1\\nHost: a\\n\\n
                    200 GET http://a/ HTTP/1.1\\nHost: b\\n\\n
                    200 OPTIONS * HTTP/1.1\\nHost: a\\n\\n
                    """);

    static final List<String> START_LINES =
            lines(
                    """
                    400 GET / \\nHost: a\\n\\n
                    400 GET /\\n\\n
                    400 GET\\n\\n
                    400  GET / HTTP/1.1\\nHost: a\\n\\n
                    400 GET  / HTTP/1.1\\nHost: a\\n\\n
                    400 GET /  HTTP/1.1\\nHost: a\\n\\n
                    400 GET / HTTP/1.1\\s\\nHost: a\\n\\n
                    400 GET\\t/ HTTP/1.1\\nHost: a\\n\\n
                    400 GET\\v/ HTTP/1.1\\nHost: a\\n\\n
                    400 GET / HTTP/1.1\\lHost: a\\n\\n
                    400 GET / HTTP/1.1\\rHost: a\\n\\n
                    400 \\lGET / HTTP/1.1\\nHost: a\\n\\n
                    400 \\n\\nGET / HTTP/1.1\\nHost: a\\n\\n
                    400 GET / http/1.1\\nHost: a\\n\\n
                    400 GET / HTTP/1\\nHost: a\\n\\n
                    400 GET / HTTP/1.\\nHost: a\\n\\n
                    400 GET / HTTP/01.1\\nHost: a\\n\\n
                    400 GET / HTTP/1.10\\nHost: a\\n\\n
                    400 GET / HTTP/+1.1\\nHost: a\\n\\n
                    400 GET / HTTPS/1.1\\nHost: a\\n\\n
                    400 GET / HTTP /1.1\\nHost: a\\n\\n
                    400 G@T / HTTP/1.1\\nHost: a\\n\\n
                    400 GE\\0T / HTTP/1.1\\nHost: a\\n\\n
                    501 get / HTTP/1.1\\nHost: a\\n\\n
                    505 GET / HTTP/2.0\\nHost: a\\n\\n
                    505 PRI * HTTP/2.0\\n\\nSM\\n\\n
                    505 GET / HTTP/0.9\\nHost: a\\n\\n
                    200 \\nGET / HTTP/1.1\\nHost: a\\n\\n
                    200 GET / HTTP/1.2\\nHost: a\\n\\n
                    200 GET / HTTP/1.0\\nConnection: keep-alive\\n\\n
                    """);

    static final List<String> FIELDS =
            lines(
                    """
                    400 GET / HTTP/1.1\\n\\n
                    400 GET http://a/ HTTP/1.1\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nHost: a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nhost: b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a, b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a/b\\n\\n
                    400 GET / HTTP/1.1\\nHost: u@a\\n\\n
                    400 GET / HTTP/1.1\\nHost: http://a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a:b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a:80:80\\n\\n
                    400 GET / HTTP/1.1\\nHost: a:99999\\n\\n
                    400 GET / HTTP/1.1\\nHost: [a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a#\\n\\n
                    400 GET / HTTP/1.1\\nHost : a\\n\\n
                    400 GET / HTTP/1.1\\nHost\\t: a\\n\\n
                    400 GET / HTTP/1.1\\n Host: a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\n b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX: a\\n b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX: a\\n\\tb\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX: a\\lY: b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX: a\\rY: b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX: a\\0b\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX: a\\vb\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\n: a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX Y: a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX(: a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\nX\\0: a\\n\\n
                    400 GET / HTTP/1.1\\nHost: a\\n\u00e4: a\\n\\n
                    400 GET / HTTP/1.1\\lHost: a\\l\\l
                    400 GET / HTTP/1.1\\nHost: a\\n\\l
                    400 GET / HTTP/1.1\\nHost: a\\n\\rX
                    417 GET / HTTP/1.1\\nHost: a\\nExpect: x\\n\\n
                    200 GET / HTTP/1.1\\nHost:a\\n\\n
                    200 GET / HTTP/1.1\\nhOsT: \\t a \\t\\s\\n\\n
                    200 GET / HTTP/1.1\\nHost: a:80\\n\\n
                    200 GET / HTTP/1.1\\nHost: [::1]:80\\n\\n
                    400 GET / HTTP/1.1\\nHost:\\n\\n
                    200 GET / HTTP/1.1\\nHost: a\\nX: a\\tb \u00e4\\n\\n
                    200 GET / HTTP/1.1\\nHost: a\\nX:\\n\\n
                    200 GET / HTTP/1.1\\nHost: a\\nX-_.!#$%&'*+^`|~9: a\\n\\n
                    """);

    static final List<String> LENGTHS =
            lines(
                    """
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: +1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: -1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 0x1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1.0\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1e0\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1_0\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1 1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1, 1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1,2\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: ,1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length:\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: a\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 99999999999999999999\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 18446744073709551617\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1\\nContent-Length: 1\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 1\\nContent-Length: 2\\n\\na
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 5\\nTransfer-Encoding: chunked\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: chunked\\nContent-Length: 5\\n\\n0\\n\\n
                    400 POST / HTTP/1.0\\nHost: a\\nTransfer-Encoding: chunked\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: chunked, chunked\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: chunked\\nTransfer-Encoding: chunked\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: chunked, gzip\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: \\vchunked\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding : chunked\\n\\n0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding:\\n chunked\\n\\n0\\n\\n
                    501 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: gzip, chunked\\n\\n0\\n\\n
                    413 POST / HTTP/1.1\\nHost: a\\nContent-Length: 999999999999\\n\\na
                    200 POST / HTTP/1.1\\nHost: a\\nContent-Length: 0\\n\\n
                    400 POST / HTTP/1.1\\nHost: a\\nContent-Length: 01\\n\\na
                    200 POST / HTTP/1.1\\nHost: a\\nContent-Length: \\t1 \\n\\na
                    200 GET / HTTP/1.1\\nHost: a\\nContent-Length: 1\\n\\na
                    200 POST / HTTP/1.1\\nHost: a\\n\\n
                    200 POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: Chunked\\n\\n0\\n\\n
                    """);

    private static final String CHUNKED =
            "POST / HTTP/1.1\\nHost: a\\nTransfer-Encoding: chunked\\n\\n";

    static final List<String> CHUNKS =
            lines(
                    """
                    400 CHUNKED0x1\\na\\n0\\n\\n
                    400 CHUNKED+1\\na\\n0\\n\\n
                    400 CHUNKED-1\\na\\n0\\n\\n
                    400 CHUNKED\\na\\n0\\n\\n
                    400 CHUNKED 1\\na\\n0\\n\\n
                    400 CHUNKEDg\\na\\n0\\n\\n
                    400 CHUNKED1_\\na\\n0\\n\\n
                    400 CHUNKED10000000000000001\\na\\n0\\n\\n
                    400 CHUNKED1\\la\\n0\\n\\n
                    400 CHUNKED1\\na\\l0\\n\\n
                    400 CHUNKED1\\na0\\n\\n
                    400 CHUNKED1\\nab\\n0\\n\\n
                    400 CHUNKED1\\na\\n0\\l\\n
                    400 CHUNKED1\\na\\n0\\n\\l
                    400 CHUNKED1;\\l\\na\\n0\\n\\n
                    400 CHUNKED1;a\\lb\\na\\n0\\n\\n
                    400 CHUNKED1;a\\rb\\na\\n0\\n\\n
                    400 CHUNKED1;a="\\na\\n0\\n\\n
                    400 CHUNKED1;\\0\\na\\n0\\n\\n
                    400 CHUNKED1\\ra\\n0\\n\\n
                    400 CHUNKED0\\nContent-Length: 5\\n\\n
                    400 CHUNKED0\\nTransfer-Encoding: chunked\\n\\n
                    200 CHUNKED0\\nHost: b\\n\\n
                    400 CHUNKED0\\nX : a\\n\\n
                    400 CHUNKED0\\n X: a\\n\\n
                    400 CHUNKED0\\nX: a\\n b\\n\\n
                    200 CHUNKED1\\na\\n0\\n\\n
                    200 CHUNKED01\\na\\n00\\n\\n
                    200 CHUNKEDa\\n0123456789\\nA\\n0123456789\\n0\\n\\n
                    200 CHUNKED1;a=b;c="d \\\\" e"\\na\\n0;f\\n\\n
                    200 CHUNKED1\\na\\n0\\nX: a\\nY: b\\n\\n
                    """);

    private final List<String> handled = new CopyOnWriteArrayList<>();
    private HttpServer server;

    private static List<String> lines(String table) {
        return table.lines().toList();
    }

    @BeforeEach
    void start() throws IOException {
        server =
                HttpServer.builder(
                                request -> {
                                    request.body().readAllBytes();
                                    handled.add(request.target());
                                    return Response.text("x");
                                })
                        .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void probe(String line) throws IOException {
        int status = Integer.parseInt(line.substring(0, 3));
        var request =
                line.substring(4)
                        .replace("CHUNKED", CHUNKED)
                        .replace("\\\\", "\\")
                        .replace("\\n", "\r\n")
                        .replace("\\l", "\n")
                        .replace("\\r", "\r")
                        .replace("\\t", "\t")
                        .replace("\\v", "\u000b")
                        .replace("\\0", "\0")
                        .replace("\\s", " ");
        try (var client = new RawClient(server)) {
            client.sendExactly(request + NEXT);
            var answers = client.readAll();

            if (status == 200) {
                assertThat(answers).startsWith("HTTP/1.1 200 ").containsOnlyOnce("Connection: c");
                assertThat(handled).hasSize(2).endsWith("/next");
            } else {
                assertThat(answers)
                        .startsWith("HTTP/1.1 " + status)
                        .contains("Connection: close")
                        .containsOnlyOnce("HTTP/1.1 ");
                assertThat(handled).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void targetIsOfAFormOrRefused(String line) throws IOException {
        probe(line);
    }

    @ParameterizedTest
    @FieldSource("START_LINES")
    void requestLineIsAsTheGrammarHasIt(String line) throws IOException {
        probe(line);
    }

    @ParameterizedTest
    @FieldSource("FIELDS")
    void fieldsAreAsTheGrammarHasThem(String line) throws IOException {
        probe(line);
    }

    @ParameterizedTest
    @FieldSource("LENGTHS")
    void bodyHasOneLengthOrIsRefused(String line) throws IOException {
        probe(line);
    }

    @ParameterizedTest
    @FieldSource("CHUNKS")
    void chunksAreAsTheGrammarHasThem(String line) throws IOException {
        probe(line);
    }
}
