// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.server.HttpServer;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocket;
import io.eventlet.http.websocket.WebSocketClient;
import io.eventlet.http.websocket.WebSocketSettings;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WebSocketEchoTest {
    private final HttpServer server =
            HttpServer.builder(new WebSocketEcho()::handle)
                    .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .start();

    WebSocketEchoTest() throws IOException {}

    @AfterEach
    void close() {
        var ignored = server.stop(Duration.ofSeconds(10));
    }

    private WebSocket connect(String path, Duration closeLimit) throws IOException {
        return WebSocketClient.of()
                .settings(WebSocketSettings.DEFAULT.closeLimit(closeLimit))
                .connect(URI.create("ws://127.0.0.1:%d%s".formatted(server.port(), path)));
    }

    @Test
    void whatIsSentComesBack() throws IOException {
        try (var socket = connect("/echo", Duration.ofSeconds(5))) {
            socket.send("hello");
            socket.send(new byte[] {1, 2, 3});

            assertThat(socket.receive()).isEqualTo(new Message.Text("hello"));
            assertThat(socket.receive())
                    .isInstanceOfSatisfying(
                            Message.Binary.class,
                            binary -> assertThat(binary.bytes()).containsExactly(1, 2, 3));
        }
    }

    @Test
    void numbersComeOneAfterAnother() throws IOException {
        // The server only sends, and would not answer when it is closed.
        try (var socket = connect("/data", Duration.ZERO)) {
            assertThat(socket.receive())
                    .isInstanceOfSatisfying(
                            Message.Text.class, t -> assertThat(t.text()).startsWith("0 "));
            assertThat(socket.receive())
                    .isInstanceOfSatisfying(
                            Message.Text.class, t -> assertThat(t.text()).startsWith("1 "));
        }
    }
}
