// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.UnixSocket;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// What a server listens on.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ListenersTest {
    private static final String REQUEST = "GET / HTTP/1.1\nHost: a\nConnection: close\n\n";

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Test
    void listenerOfTheCallersIsServedAndClosedWithTheServer() throws IOException {
        var listener = GreenServerSocket.listen(loopback());

        String answer;
        try (var server =
                HttpServer.builder(_ -> Response.text("hello")).listener(listener).start()) {
            answer = RawClient.ask(server, REQUEST);
        }

        assertThat(answer).endsWith("hello");
        assertThat(listener.isClosed()).isTrue();
    }

    @Test
    @Tag("hub-only")
    void listenerOnAPathIsServed(@TempDir Path directory) throws IOException {
        var path = directory.resolve("socket");
        var listener = GreenServerSocket.listen(UnixDomainSocketAddress.of(path), 10);

        try (var server =
                HttpServer.builder(request ->
                                Response.text(
                                        "%s from %s"
                                                .formatted(
                                                        request.path(), request.remoteAddress())))
                        .listener(listener)
                        .start()) {
            var answer =
                    run(
                            "curl",
                            "-q",
                            "-sS",
                            "--unix-socket",
                            path.toString(),
                            "http://a/b",
                            "http://a/c");

            assertThat(answer).isEqualTo("/b from /127.0.0.1:0/c from /127.0.0.1:0");
            assertThat(server.port()).isZero();
        }
    }

    @Test
    @Tag("hub-only")
    void idleConnectionsOnAPathAreClosed(@TempDir Path directory) throws IOException {
        var address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        var limits = ServerLimits.DEFAULT.withIdleTime(Duration.ofMillis(1));

        try (var server =
                        HttpServer.builder(_ -> Response.text("hello"))
                                .listener(GreenServerSocket.listen(address, 10))
                                .limits(limits)
                                .start();
                var client = UnixSocket.connect(address)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.accepted()).isOne();
        }
    }

    @Test
    void serversOnOnePortFollowEachOther() throws IOException {
        var first = GreenServerSocket.listen(loopback(), 10, true);
        var address = (InetSocketAddress) first.getLocalSocketAddress();

        var old = HttpServer.builder(_ -> Response.text("old")).listener(first).start();
        var second = GreenServerSocket.listen(address, 10, true);
        try (var follower =
                HttpServer.builder(_ -> Response.text("new")).listener(second).start()) {
            old.close();
            old.await(); // until its listener has left the port

            assertThat(RawClient.ask(follower, REQUEST)).endsWith("new");
        }
    }

    private static String run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
