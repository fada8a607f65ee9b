// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;
import io.eventlet.net.GreenSocket;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// The opening handshake, of a server and of a client.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // of RFC 6455, 1.3
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String REQUEST =
            """
            GET /chat?room=1 HTTP/1.1\r
            Host: example.org\r
            Connection: keep-alive, Upgrade\r
            Upgrade: WebSocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: %s\r
            """
                    .formatted(KEY);

    private static final WebSocketHandler ECHO =
            WebSocketHandler.of((socket, _) -> {
                while (socket.receive() instanceof Message.Text(var text)) {
                    socket.send(text);
                }
            });

    private static HttpServer serve(WebSocketHandler handler) throws IOException {
        return HttpServer.builder(handler)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
    }

    private static URI uri(HttpServer server) {
        return URI.create("ws://127.0.0.1:%d/chat".formatted(server.port()));
    }

    /// The head of the answer to a head.
    private static String ask(WebSocketHandler handler, String request) throws IOException {
        try (var server = serve(handler);
                var client = Eventlet.connect("127.0.0.1", server.port())) {
            client.sendAll((request + "\r\n").getBytes(ISO_8859_1));
            return head(client.getInputStream());
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    // ---- the server

    @Test
    void serverAgreesAsInTheRfc() throws Exception {
        assertThat(ask(ECHO, REQUEST))
                .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .contains("Upgrade: websocket\r\n", "Connection: Upgrade\r\n")
                .contains("Sec-WebSocket-Accept: " + ACCEPT + "\r\n")
                .doesNotContain("Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upgrade: WebSocket | X: y | 426",
                "Upgrade: WebSocket | Upgrade: h2c | 426",
                "Connection: keep-alive, Upgrade | Connection: keep-alive | 426",
                "HTTP/1.1 | HTTP/1.0 | 426",
                "GET | POST | 405",
                "Sec-WebSocket-Key: | X: | 400",
                "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZQ | 400",
                "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25j | 400",
                "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub2*jZQ== | 400",
                "Host: | Sec-WebSocket-Extensions: a=\"b~Host: | 400",
                "Host: | Content-Length: 5~Host: | 400",
                "Host: | Transfer-Encoding: chunked~Host: | 400",
                "Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 8 | 426",
                "Sec-WebSocket-Version: 13 | X: y | 426",
                "Host: example.org | Host: example.org~Origin: https://example.com | 403",
                "Host: example.org | Host: example.org~Origin: null | 403",
                "Host: example.org | Host: example.org~Origin: https://example.org:81 | 403"
            })
    void serverRefusesWhatIsNoHandshake(String part, String other, String status) throws Exception {
        var request = REQUEST.replace(part, other.replace("~", "\r\n"));

        assertThat(request).isNotEqualTo(REQUEST);
        assertThat(ask(ECHO, request)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void serverSaysWhichVersionItSpeaks() throws Exception {
        assertThat(ask(ECHO, REQUEST.replace("13", "25")))
                .startsWith("HTTP/1.1 426")
                .contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @Test
    void serverTakesTwoKeysForNone() throws Exception {
        assertThat(ask(ECHO, REQUEST + "Sec-WebSocket-Key: " + KEY + "\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void pagesOfTheSameHostAreServedAndOthersIfAllowed() throws Exception {
        var same = REQUEST + "Origin: https://EXAMPLE.org\r\n";
        var other = REQUEST + "Origin: https://example.com\r\n";

        assertThat(ask(ECHO, same)).startsWith("HTTP/1.1 101");
        assertThat(ask(ECHO.origins("https://example.com"::equals), other))
                .startsWith("HTTP/1.1 101");
        assertThat(ask(ECHO.origins("https://example.com"::equals), same))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void serverTakesTheFirstSubProtocolOfTheClientThatItKnows() throws Exception {
        var handler = ECHO.protocols("one", "two");

        assertThat(ask(handler, REQUEST + "Sec-WebSocket-Protocol: three, two, one\r\n"))
                .contains("\r\nSec-WebSocket-Protocol: two\r\n");
        assertThat(
                        ask(
                                handler,
                                REQUEST
                                        + "Sec-WebSocket-Protocol: three\r\n"
                                        + "Sec-WebSocket-Protocol: one\r\n"))
                .contains("\r\nSec-WebSocket-Protocol: one\r\n");
        assertThat(ask(handler, REQUEST + "Sec-WebSocket-Protocol: One\r\n"))
                .startsWith("HTTP/1.1 101")
                .doesNotContain("Sec-WebSocket-Protocol");
    }

    @Test
    void serverCompressesIfItIsOffered() throws Exception {
        var offer = REQUEST + "Sec-WebSocket-Extensions: foo, permessage-deflate\r\n";

        assertThat(ask(ECHO, offer))
                .contains(
                        "\r\nSec-WebSocket-Extensions: permessage-deflate;"
                                + " server_no_context_takeover; client_no_context_takeover\r\n");
        assertThat(
                        ask(
                                ECHO.settings(
                                        WebSocketSettings.DEFAULT.compression(Compression.NONE)),
                                offer))
                .doesNotContain("Sec-WebSocket-Extensions");
    }

    @Test
    void framesThatCameWithTheHandshakeAreRead() throws Exception {
        try (var server = serve(ECHO);
                var client = Eventlet.connect("127.0.0.1", server.port())) {
            var bytes = new java.io.ByteArrayOutputStream();
            bytes.writeBytes((REQUEST + "\r\n").getBytes(ISO_8859_1));
            bytes.writeBytes(Frame.text("early").bytes(true));
            bytes.writeBytes(Frame.close().bytes(true));
            client.sendAll(bytes.toByteArray());
            var in = new DataInputStream(client.getInputStream());
            var ignored = head(in);

            assertThat(Frame.read(in)).hasToString("text early");
            assertThat(Frame.read(in)).hasToString("close -");
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    // ---- what becomes of sessions

    @Test
    void sessionThatReturnsClosesWithCode1000() throws Exception {
        var handler = WebSocketHandler.of((socket, request) -> socket.send(request.path()));
        try (var server = serve(handler);
                var socket = WebSocketClient.of().connect(uri(server))) {
            assertThat(socket.receive()).isEqualTo(new Message.Text("/chat"));
            assertThat(socket.receive()).isNull();
            assertThat(socket.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void sessionThatThrowsClosesWithCode1011() throws Exception {
        var handler =
                WebSocketHandler.of((_, _) -> {
                    throw new IllegalStateException("as the test wants");
                });
        try (var server = serve(handler);
                var socket = WebSocketClient.of().connect(uri(server))) {
            assertThat(socket.receive()).isNull();
            assertThat(socket.closeCode()).isEqualTo(1011);
        }
    }

    @Test
    void serverThatStopsLeavesWithCode1001AtOnce() throws Exception {
        try (var server = serve(ECHO);
                var socket = WebSocketClient.of().connect(uri(server))) {
            socket.send("x");
            assertThat(socket.receive()).isNotNull();
            var stopping = Eventlet.spawn(() -> server.stop(Duration.ofHours(1)));

            assertThat(socket.receive()).isNull();
            assertThat(socket.closeCode()).isEqualTo(1001);
            assertThat(socket.closeReason()).isEqualTo("the server stops");
            assertThat(stopping.await().cut()).isZero();
        }
    }

    @Tag("hub-only") // in portable mode a kill has the JDK close the socket
    @Test
    void sessionThatIsKilledLeavesWithCode1001() throws Exception {
        var sessions = GreenQueue.<GreenThread<?>>unbounded();
        var handler =
                WebSocketHandler.of((socket, _) -> {
                    sessions.put(Objects.requireNonNull(GreenThread.current()));
                    socket.receive();
                });
        try (var server = serve(handler);
                var socket = WebSocketClient.of().connect(uri(server))) {
            sessions.get().kill();

            assertThat(socket.receive()).isNull();
            assertThat(socket.closeCode()).isEqualTo(1001);
        }
    }

    // ---- the client

    /// What a client does with an answer.
    private static @Nullable WebSocket answered(WebSocketClient client, String answer)
            throws IOException {
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            GreenThread<?> serving = Eventlet.spawn(() -> answer(listener.accept(), answer));
            try {
                return client.connect(
                        URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/a?b=c"));
            } finally {
                serving.join();
            }
        }
    }

    private static void answer(GreenSocket socket, String answer) throws IOException {
        try (socket) {
            var head =
                    new BufferedReader(new java.io.StringReader(head(socket.getInputStream())))
                            .lines()
                            .toList();
            assertThat(head.getFirst()).isEqualTo("GET /a?b=c HTTP/1.1");
            var key =
                    head.stream()
                            .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                            .map(line -> line.substring("Sec-WebSocket-Key: ".length()))
                            .findFirst()
                            .orElseThrow();
            assertThat(Handshake.isKey(key)).isTrue();
            socket.sendAll(
                    answer.replace("\n", "\r\n")
                            .replace("ACCEPT", Handshake.accept(key))
                            .getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().readAllBytes()).isNotNull();
        }
    }

    private static final String AGREED =
            """
            HTTP/1.1 101 Fine
            Upgrade: websocket
            Connection: upgrade
            Sec-WebSocket-Accept: ACCEPT
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 0\n",
                "HTTP/1.1 101 x\nUpgrade: h2c\nConnection: upgrade\nSec-WebSocket-Accept: ACCEPT\n",
                "HTTP/1.1 101 x\nUpgrade: websocket\nSec-WebSocket-Accept: ACCEPT\n",
                "HTTP/1.1 101 x\nUpgrade: websocket\nConnection: upgrade\n",
                AGREED + "Sec-WebSocket-Accept: ACCEPT\n",
                AGREED + "Sec-WebSocket-Protocol: three\n",
                AGREED + "Sec-WebSocket-Protocol: one\nSec-WebSocket-Protocol: two\n",
                AGREED + "Sec-WebSocket-Extensions: foo\n",
                AGREED + "Sec-WebSocket-Extensions: permessage-deflate\n", // with context
                AGREED + "Sec-WebSocket-Extensions: permessage-deflate; \"\n"
            })
    void clientRefusesWhatIsNoAnswer(String answer) {
        assertThatExceptionOfType(HandshakeFailed.class)
                .isThrownBy(() ->
                        answered(WebSocketClient.of().protocols("one", "two"), answer + "\n"));
    }

    @Test
    void clientTellsWhatItWasAnswered() {
        assertThatExceptionOfType(HandshakeFailed.class)
                .isThrownBy(() ->
                        answered(
                                WebSocketClient.of(),
                                "HTTP/1.1 401 Who?\nWWW-Authenticate: Basic\n\n"))
                .withMessage("the server has answered 401 Who?")
                .satisfies(e -> assertThat(e.status()).isEqualTo(401))
                .satisfies(e -> assertThat(e.headers().get("WWW-Authenticate")).isEqualTo("Basic"));
    }

    @Test
    void clientPassesOverAnswersAhead() throws Exception {
        try (var server =
                        HttpServer.builder(
                                        request -> {
                                            request.sendInformational(
                                                    103, io.eventlet.http.Headers.empty());
                                            return ECHO.handle(request);
                                        })
                                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .start();
                var socket = WebSocketClient.of().connect(uri(server))) {
            socket.send("x");

            assertThat(socket.receive()).isEqualTo(new Message.Text("x"));
        }
    }

    @Test
    void clientAndServerAgreeOnProtocolAndCompression() throws Exception {
        for (var compression : Compression.values()) {
            var settings = WebSocketSettings.DEFAULT.compression(compression);
            try (var server = serve(ECHO.settings(settings).protocols("two"));
                    var socket =
                            WebSocketClient.of()
                                    .settings(settings)
                                    .protocols("one", "two")
                                    .connect(uri(server))) {
                for (var text :
                        List.of("", "short", "long ".repeat(100_000), "näïve ".repeat(50))) {
                    socket.send(text);
                    assertThat(socket.receive()).isEqualTo(new Message.Text(text));
                }
                assertThat(socket.protocol()).isEqualTo("two");
            }
        }
    }

    @Test
    void clientGivesUpAServerThatDoesNotAnswer() throws Exception {
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            var client = WebSocketClient.of().limit(Duration.ofMillis(20));

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() ->
                            client.connect(URI.create("ws://127.0.0.1:" + listener.getLocalPort())))
                    .withMessageContaining("within PT0.02S");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://a/", "ws:/a", "ws://u@a/", "ws://a/#b", "/a", "ws://a:b/", "x:y"})
    void clientTakesUrisOfWebSocketsOnly(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketClient.of().connect(URI.create(uri)));
    }

    @Test
    void refusalOfAServerIsOrdinaryHttp() throws Exception {
        try (var server = HttpServer.builder(_ -> Response.of(404)).start()) {
            assertThatExceptionOfType(HandshakeFailed.class)
                    .isThrownBy(() -> WebSocketClient.of().connect(uri(server)))
                    .satisfies(e -> assertThat(e.status()).isEqualTo(404));
        }
    }
}
