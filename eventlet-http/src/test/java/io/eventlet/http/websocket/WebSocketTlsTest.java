// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.HttpServer;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/// WebSockets over TLS.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WebSocketTlsTest {
    private static final String PASSWORD = "password";

    private static SSLContext context;

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        var file = directory.resolve("keys.p12");
        var command =
                "%s -genkeypair -keyalg EC -dname CN=local -ext san=ip:127.0.0.1 -keystore %s -storepass %s"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                                file,
                                PASSWORD);
        var keytool = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        var keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        var identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
    }

    private static HttpServer serve() throws Exception {
        var echo =
                WebSocketHandler.of((socket, request) -> {
                    socket.send(request.scheme());
                    while (socket.receive() instanceof Message.Text(var text)) {
                        socket.send(text);
                    }
                });
        return HttpServer.builder(echo)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .tls(context)
                .start();
    }

    private static HttpClient trusting() {
        return HttpClient.builder().tls(GreenSslSocketFactory.of(context)).build();
    }

    private static URI uri(HttpServer server) {
        return URI.create("wss://127.0.0.1:%d/".formatted(server.port()));
    }

    @Test
    void messagesGoBothWays() throws Exception {
        try (var server = serve();
                var client = trusting();
                var socket = WebSocketClient.of(client).connect(uri(server))) {
            assertThat(socket.receive()).isEqualTo(new Message.Text("https"));
            for (var text : List.of("", "short", "long ".repeat(100_000))) {
                socket.send(text);
                assertThat(socket.receive()).isEqualTo(new Message.Text(text));
            }
            socket.close(1000, "");
            assertThat(socket.closeCode()).isEqualTo(1000);
        }
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void silentServerIsSentPings() throws Exception {
        var settings = WebSocketSettings.DEFAULT.keepAlive(Duration.ofSeconds(10));
        Simulation.inOrder()
                .run(() -> {
                    try (var server = serve();
                            var client = trusting();
                            var socket =
                                    WebSocketClient.of(client)
                                            .settings(settings)
                                            .connect(uri(server))) {
                        assertThat(socket.receive()).isEqualTo(new Message.Text("https"));
                        var late =
                                Eventlet.spawnAfter(
                                        Duration.ofSeconds(105), () -> socket.send("x"));

                        assertThat(socket.receive()).isEqualTo(new Message.Text("x"));
                        late.join();
                    }
                });
    }

    @Test
    void serverThatIsNotTrustedIsRefused() throws Exception {
        try (var server = serve()) {
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> WebSocketClient.of().connect(uri(server)));
        }
    }
}
