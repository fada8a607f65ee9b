// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.net.GreenServerSocket;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

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
}
