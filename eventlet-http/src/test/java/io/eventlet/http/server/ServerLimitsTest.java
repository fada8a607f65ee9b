// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What is too much, too long or too many.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServerLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final ServerLimits LIMITS = ServerLimits.DEFAULT;

    private static HttpServer server(ServerLimits limits, Handler handler) throws IOException {
        return HttpServer.builder(handler).limits(limits).start();
    }

    private static String answer(ServerLimits limits, String request) throws IOException {
        try (var server = server(limits, r -> Response.text(r.text(1 << 30)))) {
            return RawClient.ask(server, request);
        }
    }

    @Test
    void lineThatIsTooLongIsAnsweredWith414() throws IOException {
        assertThat(answer(LIMITS, "GET /" + "a".repeat(8192) + " HTTP/1.1\nHost: a\n\n"))
                .startsWith("HTTP/1.1 414 URI Too Long");
    }

    @Test
    void fieldThatIsTooLongIsAnsweredWith431() throws IOException {
        assertThat(answer(LIMITS, "GET / HTTP/1.1\nHost: a\nA: " + "a".repeat(8192) + "\n\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void tooManyFieldsAreAnsweredWith431() throws IOException {
        assertThat(answer(LIMITS, "GET / HTTP/1.1\nHost: a\n" + "A: b\n".repeat(100) + "\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void bodyThatSaysItIsTooLongIsAnsweredWith413() throws IOException {
        assertThat(answer(LIMITS.withBody(10), "POST / HTTP/1.1\nHost: a\nContent-Length: 11\n\n"))
                .startsWith("HTTP/1.1 413 Content Too Large");
    }

    @Test
    void bodyInChunksThatIsTooLongIsAnsweredWith413() throws IOException {
        assertThat(
                        answer(
                                LIMITS.withBody(10),
                                """
                                POST / HTTP/1.1
                                Host: a
                                Transfer-Encoding: chunked

                                b
                                12345678901
                                """))
                .startsWith("HTTP/1.1 413 Content Too Large");
    }

    @Test
    void answerReachesClientThatIsStillSending() throws IOException {
        try (var server = server(LIMITS.withBody(10), _ -> Response.text("x"));
                var client = new RawClient(server)) {
            client.send("POST / HTTP/1.1\nHost: a\nContent-Length: 8388608\n\n");
            client.sendExactly("a".repeat(8 << 20));

            assertThat(client.readAll()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void headThatDoesNotComeInTimeIsAnsweredWith408() throws IOException {
        assertThat(answer(LIMITS.withHeadTime(SHORT), "GET / HTTP/1.1\nHost: a\n"))
                .startsWith("HTTP/1.1 408 Request Timeout");
    }

    @Test
    void bodyThatStopsComingIsAnsweredWith408() throws IOException {
        assertThat(
                        answer(
                                LIMITS.withProgress(SHORT, 0),
                                "POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\na"))
                .startsWith("HTTP/1.1 408 Request Timeout");
    }

    @Test
    void connectionThatAsksNothingIsClosedWithoutAnAnswer() throws IOException {
        assertThat(answer(LIMITS.withIdleTime(SHORT), "")).isEmpty();
    }

    @Test
    void handlerThatTakesTooLongIsEndedAndAnsweredWith503() throws IOException {
        try (var server =
                server(
                        LIMITS.withRequestTime(SHORT),
                        _ -> {
                            new Event<String>().await();
                            return Response.text("never");
                        })) {
            assertThat(RawClient.ask(server, "GET / HTTP/1.1\nHost: a\n\n"))
                    .startsWith("HTTP/1.1 503 Service Unavailable");
        }
    }

    @Test
    void clientThatDoesNotReadIsCut() throws IOException {
        var sent = new Event<Response.Sent>();
        try (var server =
                        server(
                                LIMITS.withProgress(SHORT, 0),
                                _ ->
                                        Response.of(200)
                                                .body(new byte[64 << 20])
                                                .whenSent(sent::send));
                var client = new RawClient(server)) {
            client.send("GET / HTTP/1.1\nHost: a\n\n");

            assertThat(sent.await().failure()).hasMessageContaining("too slowly");
        }
    }

    @Test
    void connectionsBeyondTheLimitAreRefusedIfAsked() throws IOException {
        try (var server =
                        HttpServer.builder(_ -> Response.text("x"))
                                .connections(1)
                                .whenFull(WhenFull.REFUSE)
                                .start();
                var first = new RawClient(server)) {
            first.send("GET / HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\nx");

            var second = RawClient.ask(server, "GET / HTTP/1.1\nHost: a\n\n");

            assertThat(second).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1");
            assertThat(server.refused()).isEqualTo(1);
        }
    }

    @Test
    void refusedConnectionThatStaysOpenKeepsNobodyOut() throws IOException {
        try (var server =
                        HttpServer.builder(_ -> Response.text("x"))
                                .limits(LIMITS.withProgress(Duration.ofHours(1), 0))
                                .connections(1)
                                .whenFull(WhenFull.REFUSE)
                                .start();
                var first = new RawClient(server)) {
            first.send("GET / HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\nx");
            try (var refused = new RawClient(server)) {
                refused.readTo("connections\n");
                first.socket.shutdownOutput();
                while (server.connections() > 0) {
                    Eventlet.yield();
                }

                var third = RawClient.ask(server, "GET / HTTP/1.0\n\n");

                assertThat(third).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void connectionsBeyondTheLimitWaitInTheKernel() throws IOException {
        try (var server = HttpServer.builder(_ -> Response.text("x")).connections(1).start();
                var second = new RawClient(server.port())) {
            var first = new RawClient(server);
            second.send("GET / HTTP/1.1\nHost: a\nConnection: close\n\n");
            first.close();

            assertThat(second.readAll()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void connectionsOfOneAddressAreLimited() throws IOException {
        try (var server = server(LIMITS.withPerAddress(2), _ -> Response.text("x"))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                clients.add(new RawClient(server));
                clients.get(i).send("GET / HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\nx");
            }

            var third = RawClient.ask(server, "GET / HTTP/1.1\nHost: a\n\n");

            assertThat(third).startsWith("HTTP/1.1 503 ");
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void limitsMustMakeSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LIMITS.withBody(-1))
                .withMessage("body must not be negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LIMITS.withIdleTime(Duration.ZERO))
                .withMessage("idleTime must be positive: PT0S");
    }
}
