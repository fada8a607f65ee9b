// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.server.HttpServer;
import io.eventlet.http.websocket.HandshakeFailed;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocket;
import io.eventlet.http.websocket.WebSocketClient;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WebChatTest {
    private final HttpServer server =
            HttpServer.builder(new WebChat()::handle)
                    .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .start();
    private final List<WebSocket> guests = new ArrayList<>();

    WebChatTest() throws IOException {}

    @AfterEach
    void close() {
        guests.forEach(WebSocket::close);
        var ignored = server.stop(Duration.ofSeconds(10));
    }

    private WebSocket guest(String name) throws IOException {
        var guest =
                WebSocketClient.of()
                        .connect(
                                URI.create(
                                        "ws://127.0.0.1:%d/chat?name=%s"
                                                .formatted(server.port(), name)));
        guests.add(guest);
        assertThat(hear(guest)).isEqualTo("* welcome, " + name);
        for (var other : guests) {
            assertThat(hear(other)).isEqualTo("* " + name + " is here");
        }
        return guest;
    }

    private static @Nullable String hear(WebSocket guest) throws IOException {
        return guest.receive() instanceof Message.Text(var text) ? text : null;
    }

    @Test
    void whatOneSaysAllHear() throws Exception {
        var first = guest("Ann");
        var second = guest("Bob");

        first.send("hello");

        assertThat(hear(first)).isEqualTo("Ann: hello");
        assertThat(hear(second)).isEqualTo("Ann: hello");
    }

    @Test
    void aGuestWhoLeavesIsMissed() throws Exception {
        var first = guest("Ann");
        var second = guest("Bob");

        second.close();

        assertThat(hear(first)).isEqualTo("* Bob has left");
        assertThat(second.closeCode()).isEqualTo(1000);
    }

    @Test
    void pagesOfOtherSitesAreNotServed() {
        var client = WebSocketClient.of().header("Origin", "https://example.org");
        var uri = URI.create("ws://127.0.0.1:%d/chat".formatted(server.port()));

        assertThatExceptionOfType(HandshakeFailed.class)
                .isThrownBy(() -> client.connect(uri))
                .satisfies(e -> assertThat(e.status()).isEqualTo(403));
    }
}
