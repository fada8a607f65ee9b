// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.ReportedErrors;
import io.eventlet.net.tls.TestCertificate;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;

/// Handlers whose client another thread closes: what they learn of it is no error of theirs.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClosedClientTest {
    private static final TestCertificate LOCAL = TestCertificate.local();

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private GreenServer server;

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
    }

    /// What a handler does after that, with a stream that it has from before.
    interface Use {
        void of(Socket client, InputStream in) throws IOException;
    }

    private static Stream<Named<Use>> uses() {
        return Stream.of(
                Named.of("read", (client, in) -> in.read()),
                Named.of("available", (client, in) -> in.available()),
                Named.of("getInputStream", (client, in) -> client.getInputStream()),
                Named.of("getOutputStream", (client, in) -> client.getOutputStream()),
                Named.of("shutdownInput", (client, in) -> client.shutdownInput()),
                Named.of("shutdownOutput", (client, in) -> client.shutdownOutput()));
    }

    private GreenServer.Builder builder(Use use) {
        return GreenServer.builder(
                        client -> {
                            client.getOutputStream().write('h');
                            var in = client.getInputStream();
                            Eventlet.spawn(() -> client.close()).await();
                            use.of(client, in);
                        })
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Socket connect() throws IOException {
        var client = new Socket(server.address().getAddress(), server.port());
        client.setSoTimeout(50_000);
        return client;
    }

    @ParameterizedTest
    @MethodSource("uses")
    void closedClientDoesNotStopTheServer(Use use) throws Exception {
        server = builder(use).handlerErrors(HandlerErrors.STOP).start();
        try (var client = connect()) {
            assertThat(client.getInputStream().readAllBytes()).containsExactly('h');
        }
        Eventually.until(() -> server.active() == 0);

        try (var client = connect()) {
            assertThat(client.getInputStream().readAllBytes()).containsExactly('h');
        }
    }

    @ParameterizedTest
    @MethodSource("uses")
    void closedTlsClientIsNotReported(Use use) throws Exception {
        server = builder(use).tls(LOCAL.context()).start();

        try (var client =
                (SSLSocket)
                        LOCAL.context(LOCAL)
                                .getSocketFactory()
                                .createSocket(connect(), "localhost", server.port(), true)) {
            assertThat(client.getInputStream().readAllBytes()).containsExactly('h');
        }

        Eventually.until(() -> server.active() == 0);
        assertThat(reported.list()).isEmpty();
    }
}
