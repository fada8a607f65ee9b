// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.http.Headers;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/// The limits in time that are on from the start, in virtual time.
@Tag("hub-only") // by a clock of its own
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServerTimesTest {
    private interface Scene {
        void play(RawClient client) throws Exception;
    }

    private static void simulate(Handler handler, Scene scene) throws Exception {
        Simulation.inOrder()
                .run(() -> {
                    try (var server = HttpServer.builder(handler).start();
                            var client = new RawClient(server)) {
                        scene.play(client);
                    }
                });
    }

    private static void pass(int seconds) {
        Eventlet.sleep(Duration.ofSeconds(seconds));
    }

    @Test
    void headMayTakeTenSecondsInAll() throws Exception {
        simulate(
                _ -> Response.text("x"),
                client -> {
                    client.send("GET / HTTP/1.1\n");
                    pass(6);
                    client.send("Host: a\n");
                    pass(6);

                    assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
                });
    }

    @Test
    void headThatComesBehindAnotherRequestMayTakeNoLonger() throws Exception {
        simulate(
                _ -> Response.text("x"),
                client -> {
                    client.send("GET / HTTP/1.1\nHost: a\n\nG");
                    client.readTo("\r\n\r\nx");
                    pass(11);

                    assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
                });
    }

    @Test
    void connectionMayBeIdleForAMinute() throws Exception {
        simulate(
                _ -> Response.text("x"),
                client -> {
                    pass(59);
                    client.send("GET / HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\nx");
                    pass(61);

                    assertThat(client.readAll()).isEmpty();
                });
    }

    @Test
    void bodyThatDripsIsCut() throws Exception {
        simulate(
                request -> Response.text(request.text(1000)),
                client -> {
                    client.send("POST / HTTP/1.1\nHost: a\nContent-Length: 1000\n\n");
                    for (int i = 0; i < 3; i++) { // fewer than 240 bytes a second
                        client.sendExactly("a");
                        pass(7);
                    }

                    assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
                });
    }

    @Test
    void timeOfTheHandlerIsNotTheClients() throws Exception {
        simulate(
                request -> {
                    int first = request.body().read();
                    pass(60);
                    return Response.text("%c%d".formatted(first, request.bytes(100_000).length));
                },
                client -> {
                    client.send("POST / HTTP/1.1\nHost: a\nContent-Length: 20000\n\n");
                    client.sendExactly("a".repeat(20_000));

                    assertThat(client.readTo("\r\n\r\na19999")).startsWith("HTTP/1.1 200 ");
                });
    }

    @Test
    void handlerMayTakeFiveMinutes() throws Exception {
        simulate(
                _ -> {
                    pass(301);
                    return Response.text("x");
                },
                client ->
                        assertThat(client.send("GET / HTTP/1.1\nHost: a\n\n").readAll())
                                .startsWith("HTTP/1.1 503 "));
    }

    @Test
    void upgradedConnectionHasNoneOfThem() throws Exception {
        simulate(
                _ ->
                        Response.upgrade(
                                "echo",
                                Headers.empty(),
                                connection -> connection.input().transferTo(connection.output())),
                client -> {
                    client.send("GET / HTTP/1.1\nHost: a\nUpgrade: echo\n\n").readTo("\r\n\r\n");
                    pass(3600);
                    client.sendExactly("hello");

                    assertThat(client.readTo("hello")).isEqualTo("hello");
                });
    }

    @Test
    void clientThatStillSendsIsReadForTwentySecondsAndNoLonger() throws Exception {
        simulate(
                _ -> Response.text("x"),
                client -> {
                    client.send("nonsense\n\n");
                    client.readTo("method\n");
                    pass(19);
                    client.sendExactly("a");
                    pass(2);

                    assertThat(client.socket.isPeerGone()).isTrue();
                });
    }
}
