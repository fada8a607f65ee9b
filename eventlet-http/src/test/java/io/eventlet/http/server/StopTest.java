// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.GreenThread;
import io.eventlet.StopServe;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/// How a server ends.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class StopTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Event<Boolean> entered = new Event<>();
    private final Event<String> answer = new Event<>();

    /// A socket with a port that nobody else gets, also when a server there has ended.
    private static Socket keptPort() throws IOException {
        var socket = new Socket();
        socket.setReuseAddress(true); // as listeners do, who may bind it too
        socket.bind(new InetSocketAddress(0));
        return socket;
    }

    private static InetSocketAddress address(Socket port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getLocalPort());
    }

    private HttpServer server() throws IOException {
        return server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private HttpServer server(InetSocketAddress address) throws IOException {
        return HttpServer.builder(
                        request -> {
                            if (request.path().equals("/slow")) {
                                entered.send(true);
                                return Response.text(answer.await());
                            }
                            return Response.text("x");
                        })
                .address(address)
                .start();
    }

    @Test
    void idleConnectionsAreClosedAtOnce() throws IOException {
        var server = server();
        try (var client = new RawClient(server)) {
            client.send("GET / HTTP/1.1\nHost: a\n\n").readTo("\r\n\r\nx");

            var stopped = server.stop(HOUR);

            assertThat(client.readAll()).isEmpty();
            assertThat(stopped).isEqualTo(new HttpServer.Stopped(1, 0));
        }
    }

    @Test
    void requestThatIsBeingAnsweredEndsAndIsTheLast() throws IOException {
        var server = server();
        try (var client = new RawClient(server)) {
            client.send("GET /slow HTTP/1.1\nHost: a\n\nGET / HTTP/1.1\nHost: a\n\n");
            entered.await();
            var stopping = GreenThread.spawn(() -> server.stop(HOUR));
            while (!server.isStopping()) {
                io.eventlet.Eventlet.yield();
            }

            answer.send("late");

            assertThat(client.readAll()).contains("Connection: close\n").endsWith("\n\nlate");
            assertThat(stopping.await()).isEqualTo(new HttpServer.Stopped(0, 0));
        }
    }

    @Test
    void requestThatTakesTooLongIsCut() throws IOException {
        var server = server();
        try (var client = new RawClient(server)) {
            client.send("GET /slow HTTP/1.1\nHost: a\n\n");
            entered.await();

            var stopped = server.stop(Duration.ZERO);

            assertThat(stopped).isEqualTo(new HttpServer.Stopped(0, 1));
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void nobodyConnectsToServerThatWasStopped() throws IOException {
        try (var port = keptPort()) {
            var server = server(address(port));
            server.close();

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> new RawClient(server));
        }
    }

    @Test
    void handlerStopsTheServerAlsoWhenItsClientHasGone() throws Exception {
        Handler handler =
                request -> {
                    if (request.path().equals("/stop")) {
                        throw new StopServe();
                    }
                    entered.send(true);
                    return Response.text(answer.await());
                };
        try (var port = keptPort();
                var server = HttpServer.builder(handler).address(address(port)).start()) {
            var client = new RawClient(server);
            client.send("GET / HTTP/1.1\nHost: a\n\nGET /stop HTTP/1.1\nHost: a\n\n");
            entered.await();
            client.socket.setSoLinger(true, 0);
            client.close();

            answer.send("lost");
            server.await();

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> new RawClient(server));
        }
    }

    @Test
    void healthSaysWhetherRequestsShouldCome() throws IOException {
        var health = new Health();
        try (var server = HttpServer.builder(health.ready()).start()) {
            var before = RawClient.ask(server, "GET / HTTP/1.0\n\n");

            health.setReady(false);

            assertThat(before).startsWith("HTTP/1.1 200 ");
            assertThat(RawClient.ask(server, "GET / HTTP/1.0\n\n")).startsWith("HTTP/1.1 503 ");
        }
    }
}
