// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Requests and responses.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ExchangeTest {
    /// What a handler finds out, for the test's thread.
    private final CompletableFuture<Object> found = new CompletableFuture<>();

    private interface Look {
        Object at(HttpExchange exchange) throws Exception;
    }

    /// What an exchange shows to a handler, which answers "ok".
    private Object seen(Maker maker, String request, Look look) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            try {
                                found.complete(look.at(exchange));
                            } catch (Exception | AssertionError e) {
                                found.completeExceptionally(e);
                            }
                            Site.say(exchange, "ok");
                        })) {
            assertThat(site.ask(request)).endsWith("ok");
            return found.get();
        }
    }

    // ---- the request

    @ParameterizedTest
    @EnumSource
    void methodThatNobodyHasRegisteredIsServed(Maker maker) throws Exception {
        var seen = seen(maker, "FROB / HTTP/1.1\n" + Site.LAST, HttpExchange::getRequestMethod);

        assertThat(seen).isEqualTo("FROB");
    }

    @ParameterizedTest
    @EnumSource
    void requestShowsWhatWasAsked(Maker maker) throws Exception {
        var seen =
                seen(
                        maker,
                        "PUT /a%20b?c=%2F HTTP/1.1\n" + Site.LAST,
                        e ->
                                List.of(
                                        e.getRequestMethod(),
                                        e.getRequestURI().toString(),
                                        e.getRequestURI().getPath(),
                                        e.getProtocol(),
                                        e.getResponseCode(),
                                        e.getHttpContext().getPath(),
                                        e.getLocalAddress().getAddress().isLoopbackAddress(),
                                        e.getRemoteAddress().getAddress().isLoopbackAddress(),
                                        e instanceof HttpsExchange));

        assertThat(seen)
                .isEqualTo(
                        List.of(
                                "PUT",
                                "/a%20b?c=%2F",
                                "/a b",
                                "HTTP/1.1",
                                -1,
                                "/",
                                true,
                                true,
                                false));
    }

    @ParameterizedTest
    @EnumSource
    void namesOfRequestHeadersAreNormalised(Maker maker) throws Exception {
        var seen =
                seen(
                        maker,
                        "GET / HTTP/1.1\nx-one-TWO: a\nX-One-Two: b\n" + Site.LAST,
                        e -> List.copyOf(e.getRequestHeaders().get("X-one-two")));

        assertThat(seen).asInstanceOf(LIST).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    void requestHeadersCannotBeChanged(Maker maker) throws Exception {
        seen(
                maker,
                "GET / HTTP/1.1\n" + Site.LAST,
                e -> {
                    assertThatExceptionOfType(UnsupportedOperationException.class)
                            .isThrownBy(() -> e.getRequestHeaders().add("a", "b"));
                    return "";
                });
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfTheRequestIsReadToItsEnd(Maker maker) throws Exception {
        var seen =
                seen(
                        maker,
                        "POST / HTTP/1.1\nTransfer-Encoding: chunked\n"
                                + Site.LAST
                                + "3\nabc\n2\nde\n0\n\n",
                        e -> new String(e.getRequestBody().readAllBytes(), ISO_8859_1));

        assertThat(seen).isEqualTo("abcde");
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfTheRequestThatIsClosedCannotBeRead(Maker maker) throws Exception {
        seen(
                maker,
                "POST / HTTP/1.1\nContent-Length: 3\n" + Site.LAST + "abc",
                e -> {
                    var body = e.getRequestBody();
                    body.close();
                    assertThatIOException().isThrownBy(body::read);
                    assertThat(e.getRequestBody()).isSameAs(body);
                    return "";
                });
    }

    // ---- attributes

    @ParameterizedTest
    @EnumSource
    void attributesOfTheContextAreSeenByItsExchanges(Maker maker) throws Exception {
        var seen =
                seen(
                        maker,
                        "GET / HTTP/1.1\n" + Site.LAST,
                        e -> {
                            e.getHttpContext().getAttributes().put("color", "red");
                            assertThatNullPointerException().isThrownBy(() -> e.getAttribute(null));
                            return e.getAttribute("color");
                        });

        assertThat(seen).isEqualTo("red");
    }

    /// With the JDK's server of Java 25, those of an exchange are those of its context.
    @Test
    void attributesOfAnExchangeAreItsOwn() throws Exception {
        try (var site =
                new Site(
                        Maker.GREEN,
                        exchange -> {
                            var before = exchange.getAttribute("user");
                            exchange.setAttribute("user", exchange.getRequestURI().getPath());
                            Site.say(exchange, before + " " + exchange.getAttribute("user"));
                        })) {
            assertThat(site.get("/a")).isEqualTo("null /a");
            assertThat(site.get("/b")).isEqualTo("null /b");
        }
    }

    // ---- the response

    @ParameterizedTest
    @EnumSource
    void bodyOfSomeLengthIsSentWithIt(Maker maker) throws Exception {
        try (var site = new Site(maker, Site.saying("hello"))) {
            var answer = site.ask("GET / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).startsWith("HTTP/1.1 200 OK\n").endsWith("\n\nhello");
            assertThat(Site.head(answer)).contains("\ncontent-length: 5\n", "\ndate: ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void lengthOfNoughtIsABodyInChunks(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.sendResponseHeaders(201, 0);
                            try (var body = exchange.getResponseBody()) {
                                body.write("ab".getBytes(ISO_8859_1));
                                body.write('c');
                            }
                        })) {
            var answer = site.ask("GET / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).startsWith("HTTP/1.1 201 ").endsWith("\n\n3\nabc\n0\n\n");
            assertThat(Site.head(answer)).contains("\ntransfer-encoding: chunked\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void lengthOfMinusOneIsNoBody(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.sendResponseHeaders(404, -1);
                            assertThatIOException()
                                    .isThrownBy(() -> exchange.getResponseBody().write('a'));
                            found.complete(exchange.getResponseCode());
                        })) {
            var answer = site.ask("GET / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).startsWith("HTTP/1.1 404 ").endsWith("\n\n");
            assertThat(Site.head(answer)).contains("\ncontent-length: 0\n");
            assertThat(found.get()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource
    void headIsAnsweredWithTheFieldsThatTheHandlerSets(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.getResponseHeaders().set("Content-Length", "1000");
                            exchange.sendResponseHeaders(200, -1);
                        })) {
            var answer = site.ask("HEAD / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).endsWith("\n\n");
            assertThat(Site.head(answer)).contains("\ncontent-length: 1000\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void statusWithoutBodyHasNoLength(Maker maker) throws Exception {
        try (var site = new Site(maker, exchange -> exchange.sendResponseHeaders(204, -1))) {
            var answer = site.ask("GET / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).startsWith("HTTP/1.1 204 ").endsWith("\n\n");
            assertThat(Site.head(answer)).doesNotContain("length", "transfer");
        }
    }

    @ParameterizedTest
    @EnumSource
    void fieldsOfOneNameAreAllSent(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.getResponseHeaders().add("set-COOKIE", "a=1");
                            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
                            exchange.sendResponseHeaders(200, -1);
                        })) {
            var answer = site.ask("GET / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).contains("\nSet-cookie: a=1\nSet-cookie: b=2\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void headersAreSentOnce(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.sendResponseHeaders(200, 1);
                            assertThatIOException()
                                    .isThrownBy(() -> exchange.sendResponseHeaders(200, 1));
                            exchange.getResponseBody().write('a');
                            exchange.close();
                        })) {
            assertThat(site.get("/")).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyCannotBeWrittenBeforeTheHeaders(Maker maker) throws Exception {
        seen(
                maker,
                "GET / HTTP/1.1\n" + Site.LAST,
                e -> {
                    var body = e.getResponseBody();
                    assertThatIOException().isThrownBy(() -> body.write('a'));
                    assertThat(e.getResponseBody()).isSameAs(body);
                    return "";
                });
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatIsTooLongIsRefused(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.sendResponseHeaders(200, 2);
                            assertThatIOException()
                                    .isThrownBy(
                                            () -> exchange.getResponseBody().write(new byte[3]));
                            found.complete("refused");
                            throw new IOException("refused");
                        })) {
            site.ask("GET / HTTP/1.1\nHost: a\n\n");

            assertThat(found.get()).isEqualTo("refused");
        }
    }

    /// The JDK's server of Java 25 leaves it open, against what it documents.
    @Test
    void bodyThatIsTooShortCutsTheConnection() throws Exception {
        try (var site =
                new Site(
                        Maker.GREEN,
                        exchange -> {
                            exchange.sendResponseHeaders(200, 3);
                            var body = exchange.getResponseBody();
                            body.write('a');
                            assertThatIOException().isThrownBy(body::close);
                            found.complete("refused");
                            exchange.close();
                        })) {
            var answer = site.ask("GET / HTTP/1.1\nHost: a\n\n");

            assertThat(Site.head(answer)).contains("\ncontent-length: 3\n");
            assertThat(found.get()).isEqualTo("refused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionServesOneExchangeAfterAnother(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> Site.say(exchange, exchange.getRequestURI().getPath()))) {
            var answers =
                    site.ask(
                            "POST /a HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc"
                                    + "GET /b HTTP/1.1\n"
                                    + Site.LAST);

            assertThat(answers).contains("\n\n/aHTTP/1.1 200 OK\n").endsWith("\n\n/b");
        }
    }

    @ParameterizedTest
    @EnumSource
    void handlerThatAsksForItHasTheConnectionClosed(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.getResponseHeaders().set("Connection", "close");
                            Site.say(exchange, "last");
                        })) {
            assertThat(site.ask("GET / HTTP/1.1\nHost: a\n\n")).endsWith("\n\nlast");
        }
    }

    @ParameterizedTest
    @EnumSource
    void exchangeThatIsClosedWithoutAResponseClosesTheConnection(Maker maker) throws Exception {
        try (var site = new Site(maker, HttpExchange::close)) {
            assertThat(site.ask("GET / HTTP/1.1\nHost: a\n\n")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void exchangeMayBeEndedByAnotherThreadAfterItsHandler(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange ->
                                Thread.ofPlatform()
                                        .start(() -> {
                                            try {
                                                Site.say(exchange, "later");
                                            } catch (IOException e) {
                                                found.completeExceptionally(e);
                                            }
                                        }))) {
            assertThat(site.get("/")).isEqualTo("later");
        }
    }

    /// The JDK's server closes the connection without a word.
    @Test
    void handlerThatFailsIsAnsweredWith500() throws Exception {
        try (var site =
                new Site(
                        Maker.GREEN,
                        _ -> {
                            throw new IOException("expected by a test");
                        })) {
            assertThat(site.ask("GET / HTTP/1.1\nHost: a\n\n")).startsWith("HTTP/1.1 500 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void handlerThatFailsInItsBodyCutsTheConnection(Maker maker) throws Exception {
        try (var site =
                new Site(
                        maker,
                        exchange -> {
                            exchange.sendResponseHeaders(200, 0);
                            exchange.getResponseBody().write('a');
                            exchange.getResponseBody().flush();
                            throw new IOException("expected by a test");
                        })) {
            assertThat(site.ask("GET / HTTP/1.1\nHost: a\n\n"))
                    .endsWith("\n\n1\na\n")
                    .doesNotContain("\n0\n");
        }
    }

    /// RFC 8297. The JDK's server of Java 25 takes any status for the last.
    @Test
    void informationalResponseIsFollowedByAnother() throws Exception {
        try (var site =
                new Site(
                        Maker.GREEN,
                        exchange -> {
                            exchange.getResponseHeaders().set("Link", "</a.css>; rel=preload");
                            exchange.sendResponseHeaders(103, -1);
                            Site.say(exchange, "page");
                        })) {
            assertThat(site.ask("GET / HTTP/1.1\n" + Site.LAST))
                    .startsWith("HTTP/1.1 103 ")
                    .contains("\n\nHTTP/1.1 200 OK\n")
                    .endsWith("\n\npage");
        }
    }

    @Test
    void targetThatIsNoUriIsRefused() throws Exception {
        try (var site = new Site(Maker.GREEN, Site.saying("ok"))) {
            assertThat(site.ask("GET /a|b HTTP/1.1\n" + Site.LAST)).startsWith("HTTP/1.1 400 ");
        }
    }
}
