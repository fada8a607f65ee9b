// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.server.HttpServer;
import io.eventlet.http.websocket.Compression;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocket;
import io.eventlet.http.websocket.WebSocketClient;
import io.eventlet.http.websocket.WebSocketHandler;
import io.eventlet.http.websocket.WebSocketSettings;
import io.eventlet.libraries.servers.WebSocketPeer;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/// WebSockets of ours with servers and clients of others.
@Timeout(120)
class WebSocketPeersTest {
    static Stream<Arguments> peersAndCompressions() {
        return Stream.of(WebSocketPeer.values())
                .flatMap(peer ->
                        Stream.of(Compression.values())
                                .map(compression -> Arguments.of(peer, compression)));
    }

    @ParameterizedTest
    @MethodSource("peersAndCompressions")
    void ourClientTalksToTheirServer(WebSocketPeer peer, Compression compression) throws Exception {
        try (var server = peer.startServer(compression == Compression.WITH_CONTEXT);
                var socket =
                        WebSocketClient.of()
                                .settings(WebSocketSettings.DEFAULT.compression(compression))
                                .protocols("other", "echo")
                                .connect(
                                        URI.create(
                                                "ws://127.0.0.1:%d/a".formatted(server.port())))) {
            assertThat(socket.protocol()).isEqualTo("echo");
            sendAndReceive(socket);
            socket.send("fragments");
            assertThat(socket.receive()).isEqualTo(new Message.Text("fragments"));
            socket.send("close");
            assertThat(socket.receive()).isNull();
            assertThat(socket.closeCode()).isEqualTo(4000);
            assertThat(socket.closeReason()).isEqualTo("as asked");
        }
    }

    @ParameterizedTest
    @MethodSource("peersAndCompressions")
    void ourClientClosesTheirServers(WebSocketPeer peer, Compression compression) throws Exception {
        try (var server = peer.startServer(false)) {
            var socket =
                    WebSocketClient.of()
                            .settings(WebSocketSettings.DEFAULT.compression(compression))
                            .connect(URI.create("ws://127.0.0.1:%d/".formatted(server.port())));
            socket.send("unread");

            socket.close(4002, "enough");

            assertThat(socket.closeCode()).isEqualTo(4002);
        }
    }

    private static void sendAndReceive(WebSocket socket) throws IOException {
        for (var text : List.of("", "hello", "κόσμε 😀", "long ".repeat(100_000))) {
            socket.send(text);
            assertThat(socket.receive()).isEqualTo(new Message.Text(text));
        }
        var bytes = new byte[1_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * i);
        }
        socket.send(bytes);
        assertThat(socket.receive())
                .isInstanceOfSatisfying(
                        Message.Binary.class, got -> assertThat(got.bytes()).isEqualTo(bytes));
        try (var text = socket.openText()) {
            for (int i = 0; i < 20_000; i++) {
                text.write(i + "\n");
            }
        }
        assertThat(socket.receive())
                .isInstanceOfSatisfying(
                        Message.Text.class, got -> assertThat(got.text()).endsWith("19999\n"));
        socket.ping();
    }

    @ParameterizedTest
    @MethodSource("peersAndCompressions")
    void theirClientTalksToOurServer(WebSocketPeer peer, Compression compression) throws Exception {
        var echo =
                WebSocketHandler.of(
                                (socket, _) -> {
                                    Message message;
                                    while ((message = socket.receive()) != null) {
                                        switch (message) {
                                            case Message.Text(var text) -> socket.send(text);
                                            case Message.Binary(var bytes) -> socket.send(bytes);
                                        }
                                    }
                                })
                        .settings(WebSocketSettings.DEFAULT.compression(compression))
                        .protocols("echo");
        boolean compresses = compression != Compression.NONE;
        try (var server =
                HttpServer.builder(echo)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start()) {
            var printed =
                    peer.runClient(
                            URI.create("ws://127.0.0.1:%d/".formatted(server.port())), compresses);

            assertThat(printed)
                    .isEqualTo(
                            "echo|%s|true|7|4001"
                                    .formatted(compresses ? "permessage-deflate" : ""));
        }
    }
}
