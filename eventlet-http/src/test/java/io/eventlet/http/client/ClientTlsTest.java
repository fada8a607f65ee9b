// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.net.tls.GreenSslSocket;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLException;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientTlsTest {
    private static final GreenSslSocketFactory TLS =
            GreenSslSocketFactory.of(LocalCertificate.context());

    private final AtomicReference<@Nullable String> protocol = new AtomicReference<>();

    private RawServer server() throws Exception {
        return RawServer.of(peer -> {
            try (GreenSslSocket socket = TLS.server(peer.socket)) {
                var parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
                socket.setSSLParameters(parameters);
                for (int i = 0; i < 2; i++) {
                    var head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        int b = socket.getInputStream().read();
                        if (b < 0) {
                            return;
                        }
                        head.append((char) b);
                    }
                    protocol.set(socket.getApplicationProtocol());
                    socket.sendAll(RawServer.ok("safe").getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        });
    }

    @Test
    void connectionIsSafeAndUsedAgain() throws Exception {
        try (var server = server();
                var client = HttpClient.builder().tls(TLS).build()) {
            for (int i = 0; i < 2; i++) {
                try (var response = client.get("https://localhost:" + server.port())) {
                    assertThat(response.text()).isEqualTo("safe");
                }
            }

            assertThat(server.connections()).isEqualTo(1);
            assertThat(protocol).hasValue("http/1.1");
        }
    }

    @Test
    void certificateMustNameTheHost() throws Exception {
        try (var server = server();
                var client =
                        HttpClient.builder()
                                .tls(TLS)
                                .resolver(_ ->
                                        java.util.List.of(
                                                java.net.InetAddress.getLoopbackAddress()))
                                .build()) {

            assertThatThrownBy(() -> client.get("https://other.test:" + server.port()))
                    .isInstanceOf(SSLException.class);
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void certificateMustBeTrusted() throws Exception {
        try (var server = server();
                var client = HttpClient.create()) {

            assertThatThrownBy(() -> client.get("https://localhost:" + server.port()))
                    .isInstanceOf(SSLException.class);
        }
    }
}
