// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.http.Headers;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// How requests are answered.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HttpServerTest {
    private static final String LAST = "Host: a\nConnection: close\n\n";

    private static HttpServer server(Handler handler) throws IOException {
        return HttpServer.builder(handler).start();
    }

    private static String answer(Handler handler, String request) throws IOException {
        try (var server = server(handler)) {
            return RawClient.ask(server, request);
        }
    }

    @Test
    @Tag("hub-only")
    void pinnedServerHasAHubOfItsOwn() throws IOException {
        Handler handler = _ -> Response.text(Hub.current().name());
        try (var server = HttpServer.builder(handler).pinned().start()) {
            assertThat(RawClient.ask(server, "GET / HTTP/1.1\n" + LAST)).endsWith("\n\nhttp-1");
        }
    }

    // ---- framing of responses

    @Test
    void bodyOfKnownLengthIsSentWithIt() throws IOException {
        var answer = answer(_ -> Response.text("hello"), "GET / HTTP/1.1\n" + LAST);

        assertThat(answer)
                .isEqualTo(
                        """
                        HTTP/1.1 200 OK
                        Content-Type: text/plain; charset=utf-8
                        Content-Length: 5
                        Connection: close

                        hello\
                        """);
    }

    @Test
    void bodyOfUnknownLengthIsSentInChunks() throws IOException {
        var answer =
                answer(
                        _ ->
                                Response.of(200)
                                        .body(out -> {
                                            out.write("ab".getBytes(StandardCharsets.UTF_8));
                                            out.flush();
                                            out.write('c');
                                        }),
                        "GET / HTTP/1.1\n" + LAST);

        assertThat(answer).endsWith("\n\n2\nab\n1\nc\n0\n\n");
    }

    @Test
    void bodyOfUnknownLengthEndsWithTheConnectionForOldClients() throws IOException {
        var body = new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8));

        var answer =
                answer(
                        _ -> Response.of(200).body(body),
                        "GET / HTTP/1.0\nConnection: keep-alive\n\n");

        assertThat(answer).isEqualTo("HTTP/1.1 200 OK\nConnection: close\n\nabc");
    }

    @Test
    void emptyBodyInChunksIsTheLastChunk() throws IOException {
        var answer = answer(_ -> Response.of(200).body(_ -> {}), "GET / HTTP/1.1\n" + LAST);

        assertThat(answer).endsWith("\n\n0\n\n");
    }

    @Test
    void trailersFollowTheLastChunk() throws IOException {
        var answer =
                answer(
                        _ ->
                                Response.of(200)
                                        .body(_ -> {})
                                        .trailers(() -> Headers.of("Digest", "x")),
                        "GET / HTTP/1.1\n" + LAST);

        assertThat(answer).endsWith("\n\n0\nDigest: x\n\n");
    }

    @Test
    void headIsAnsweredWithTheLengthAndNoBody() throws IOException {
        var answer = answer(_ -> Response.text("hello"), "HEAD / HTTP/1.1\n" + LAST);

        assertThat(answer).contains("Content-Length: 5\n").endsWith("close\n\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void statusWithoutBodyIsSentWithoutOneAndWithoutLength(int status) throws IOException {
        var answer = answer(_ -> Response.text(status, "not sent"), "GET / HTTP/1.1\n" + LAST);

        assertThat(answer).doesNotContain("Length").endsWith("close\n\n");
    }

    @Test
    void bodyShorterThanItsLengthCutsTheConnection() throws IOException {
        var sent = new CopyOnWriteArrayList<Response.Sent>();
        var answer =
                answer(
                        _ -> Response.of(200).body(out -> out.write('a'), 3).whenSent(sent::add),
                        "GET / HTTP/1.1\nHost: a\n\n");

        assertThat(answer).doesNotContain("close");
        assertThat(sent).singleElement().extracting(Response.Sent::failure).isNotNull();
    }

    @Test
    void responseWhoseLengthIsWrongIsAnError() throws IOException {
        var answer =
                answer(
                        _ -> Response.text("hello").header("Content-Length", "4"),
                        "GET / HTTP/1.1\nHost: a\n\n");

        assertThat(answer).startsWith("HTTP/1.1 500 ").contains("Connection: close");
    }

    @Test
    void lineEndsCannotBePutIntoFields() {
        var response = Response.of(200);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> response.header("Location", "/\r\nSet-Cookie: a=b"))
                .withMessageContaining("Location");
    }

    // ---- connections

    @Test
    void connectionServesOneRequestAfterAnother() throws IOException {
        try (var server = server(request -> Response.text(request.path()));
                var client = new RawClient(server)) {
            client.send("GET /a HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\n/a");

            var second = client.send("GET /b HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\n/b");

            assertThat(second).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Connection");
        }
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        var requests = new StringBuilder();
        var expected = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            requests.append("POST /%d HTTP/1.1\nHost: a\nContent-Length: 2\n\nxy".formatted(i));
            expected.add("/" + i);
        }
        requests.append("GET /last HTTP/1.1\n" + LAST);

        var answer = answer(request -> Response.text(request.path() + "\n"), requests.toString());

        expected.add("/last");
        assertThat(answer.lines().filter(line -> line.startsWith("/"))).isEqualTo(expected);
    }

    @Test
    void oldClientKeepsItsConnectionIfItAsks() throws IOException {
        try (var server = server(_ -> Response.text("x"));
                var client = new RawClient(server)) {
            var answer =
                    client.send("GET / HTTP/1.0\nConnection: Keep-Alive\n\n").readTo("\r\n\r\nx");

            assertThat(answer).contains("Connection: keep-alive\r\n");
            client.send("GET / HTTP/1.0\n\n").readAll();
        }
    }

    @Test
    void everyRequestIsTheLastWithoutKeepAlive() throws IOException {
        try (var server = HttpServer.builder(_ -> Response.text("x")).keepAlive(false).start()) {
            var answer = RawClient.ask(server, "GET / HTTP/1.1\nHost: a\n\n");

            assertThat(answer).contains("Connection: close\n");
        }
    }

    // ---- bodies of requests

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\n\nhello",
                "Transfer-Encoding: chunked\n\n2\nhe\n3;a=b\nllo\n0\nTrailer: x\n\n"
            })
    void bodyIsReadHoweverItIsFramed(String framed) throws IOException {
        var answer =
                answer(
                        request -> Response.text(request.text(100)),
                        "POST / HTTP/1.1\nConnection: close\nHost: a\n" + framed);

        assertThat(answer).endsWith("\n\nhello");
    }

    @Test
    void bodyThatNobodyReadsIsDroppedBeforeTheNextRequest() throws IOException {
        var answer =
                answer(
                        request -> Response.text(request.path()),
                        "POST /a HTTP/1.1\n"
                                + "Host: a\n"
                                + "Content-Length: 5\n\n"
                                + "helloPOST /b HTTP/1.1\n"
                                + "Host: a\n"
                                + "Transfer-Encoding: chunked\n\n"
                                + "1\n"
                                + "a\n"
                                + "0\n\n"
                                + "GET /c HTTP/1.1\n"
                                + LAST);

        assertThat(answer).contains("\n\n/aHTTP").contains("\n\n/bHTTP").endsWith("\n\n/c");
    }

    @Test
    void clientIsAskedToSendWhenTheBodyIsRead() throws IOException {
        try (var server = server(request -> Response.text(request.text(10)));
                var client = new RawClient(server)) {
            client.send("POST / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 2\n\n");

            assertThat(client.readTo("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.send("hi").readTo("\r\n\r\nhi")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void clientIsNotAskedToSendWhatNobodyReads() throws IOException {
        var answer =
                answer(
                        _ -> Response.text(403, "no"),
                        "POST / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 2\n\n");

        assertThat(answer).startsWith("HTTP/1.1 403 Forbidden").contains("Connection: close");
    }

    @Test
    void informationalResponsesComeFirst() throws IOException {
        var answer =
                answer(
                        request -> {
                            request.sendInformational(103, Headers.of("Link", "</a>"));
                            return Response.text("x");
                        },
                        "GET / HTTP/1.1\n" + LAST);

        assertThat(answer).startsWith("HTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 200 OK\n");
    }

    // ---- upgrades

    private static Response upgrade() {
        return Response.upgrade(
                "echo",
                Headers.empty(),
                connection -> connection.input().transferTo(connection.output()));
    }

    @Test
    void otherProtocolBeginsBehindTheBody() throws IOException {
        try (var server = server(_ -> upgrade());
                var client = new RawClient(server)) {
            client.send("GET / HTTP/1.1\nHost: a\nUpgrade: echo\nContent-Length: 5\n\nhelloREST");
            client.socket.shutdownOutput();

            assertThat(client.readAll()).startsWith("HTTP/1.1 101 ").endsWith("\n\nREST");
        }
    }

    @Test
    void oldClientsAreNotUpgraded() throws IOException {
        assertThat(answer(_ -> upgrade(), "GET / HTTP/1.0\nUpgrade: echo\n\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    // ---- errors

    @Test
    void answerIsSentThoughTheUnreadBodyIsBroken() throws IOException {
        var answer =
                answer(
                        _ -> Response.text("hello"),
                        "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\nZZZ\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("\n\nhello");
    }

    @Test
    void noResponseIsAnError() throws IOException {
        assertThat(answer(_ -> nothing(), "GET / HTTP/1.1\nHost: a\n\n"))
                .startsWith("HTTP/1.1 500 ");
    }

    @SuppressWarnings("NullAway") // it is what must not be
    private static Response nothing() {
        return null;
    }

    @Test
    void bodyThatIsNotSentIsClosed() throws IOException {
        var closed = new CopyOnWriteArrayList<String>();
        var body =
                new ByteArrayInputStream(new byte[3]) {
                    @Override
                    public void close() {
                        closed.add("closed");
                    }
                };

        answer(
                _ -> Response.of(200).body(body, 3).header("Content-Length", "4"),
                "GET / HTTP/1.1\nHost: a\n\n");

        assertThat(closed).containsExactly("closed");
    }

    @Test
    void brokenAnswerOfAnotherServerIsNotTheClientsFault() throws IOException {
        var answer =
                answer(
                        _ -> {
                            throw new io.eventlet.http.BadMessage(400, "of another server");
                        },
                        "GET / HTTP/1.1\nHost: a\n\n");

        assertThat(answer).startsWith("HTTP/1.1 500 ");
    }

    @Test
    void failureOfTheHandlerIsAnsweredWithoutItsDetails() throws IOException {
        var answer =
                answer(
                        _ -> {
                            throw new IllegalStateException("secret");
                        },
                        "GET / HTTP/1.1\nHost: a\n\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 500 Internal Server Error")
                .contains("Connection: close")
                .doesNotContain("secret");
    }

    @Test
    void statusThatIsThrownIsAnsweredAndTheConnectionGoesOn() throws IOException {
        var answer =
                answer(
                        _ -> {
                            throw new StatusException(404, "no such thing");
                        },
                        "GET / HTTP/1.1\nHost: a\n\nGET / HTTP/1.1\n" + LAST);

        assertThat(answer).contains("\n\nno such thing\nHTTP/1.1 404 Not Found");
    }

    @Test
    void failureAfterTheHeadCutsTheBody() throws IOException {
        var answer =
                answer(
                        _ ->
                                Response.of(200)
                                        .body(out -> {
                                            out.write('a');
                                            out.flush();
                                            throw new IOException("broken");
                                        }),
                        "GET / HTTP/1.1\nHost: a\n\n");

        assertThat(answer).endsWith("\n\n1\na\n");
    }

    @Test
    void methodThatNobodyKnowsIsRefused() throws IOException {
        assertThat(answer(_ -> Response.text("x"), "get / HTTP/1.1\n" + LAST))
                .startsWith("HTTP/1.1 501 ");
    }

    @Test
    void methodThatNobodyKnowsIsServedWhereThatIsWanted() throws IOException {
        try (var server =
                HttpServer.builder(request -> Response.text(request.method()))
                        .anyMethod()
                        .start()) {
            assertThat(RawClient.ask(server, "FROB / HTTP/1.1\n" + LAST)).endsWith("\n\nFROB");
        }
    }

    @Test
    void expectationThatNobodyKnowsIsRefused() throws IOException {
        assertThat(answer(_ -> Response.text("x"), "GET / HTTP/1.1\nExpect: x\n" + LAST))
                .startsWith("HTTP/1.1 417 ");
    }

    @Test
    void brokenRequestIsAnsweredAndTheConnectionClosed() throws IOException {
        var answer =
                answer(
                        _ -> Response.text("x"),
                        "GET / HTTP/1.1\nHost : a\n\nGET / HTTP/1.1\n" + LAST);

        assertThat(answer)
                .isEqualTo(
                        """
                        HTTP/1.1 400 Bad Request
                        Content-Type: text/plain; charset=utf-8
                        Connection: close
                        Content-Length: 47

                        white space before the colon of a header field
                        """);
    }

    @Test
    void brokenChunksAreAnswered() throws IOException {
        var answer =
                answer(
                        request -> Response.text(request.text(100)),
                        "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n-3\nabc\n");

        assertThat(answer).startsWith("HTTP/1.1 400 Bad Request").contains("Connection: close");
    }

    // ---- what a request says

    @Test
    void requestSaysWhatWasAskedFor() throws IOException {
        var seen = new CopyOnWriteArrayList<List<String>>();
        var answer =
                answer(
                        request -> {
                            seen.add(
                                    List.of(
                                            request.method(),
                                            request.path(),
                                            request.rawPath(),
                                            String.valueOf(request.query()),
                                            String.valueOf(request.queryParameter("q")),
                                            request.authority(),
                                            request.scheme(),
                                            request.version()));
                            return Response.of(204);
                        },
                        "GET http://Example.org:81/a%20b%2Fc?q=1+2%21&q=x HTTP/1.1\n" + LAST);

        assertThat(answer).startsWith("HTTP/1.1 204 No Content");
        assertThat(seen)
                .containsExactly(
                        List.of(
                                "GET",
                                "/a b/c",
                                "/a%20b%2Fc",
                                "q=1+2%21&q=x",
                                "1 2!",
                                "example.org:81",
                                "http",
                                "HTTP/1.1"));
    }
}
