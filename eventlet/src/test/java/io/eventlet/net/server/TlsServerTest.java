// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.net.tls.OpenSsl;
import io.eventlet.net.tls.TestCertificate;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// Servers with TLS against `openssl s_client`.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsServerTest {
    private static final TestCertificate LOCAL = TestCertificate.local();

    private static final byte ALERT = 21;

    private GreenServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close(Duration.ZERO);
        }
    }

    private GreenServer.Builder builder(ConnectionHandler handler) {
        return GreenServer.builder(handler)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .tls(LOCAL.context());
    }

    private static void echo(Socket client) throws Exception {
        client.getInputStream().transferTo(client.getOutputStream());
    }

    private static BufferedReader lines(OpenSsl client) {
        return new BufferedReader(new InputStreamReader(client.output(), US_ASCII));
    }

    private static void say(OpenSsl client, String text) throws Exception {
        client.input().write(text.getBytes(US_ASCII));
        client.input().flush();
    }

    /// From Eventlet's convenience_test.py: TestServe.test_wrap_ssl.
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void servesOpenSsl(String protocol) throws Exception {
        server = builder(TlsServerTest::echo).start();

        try (var client = OpenSsl.client(server.port(), LOCAL, protocol)) {
            say(client, "hello\n");

            assertThat(lines(client).readLine()).isEqualTo("hello");
        }
    }

    @Test
    void closingSaysGoodbye() throws Exception {
        server = builder(c -> c.getOutputStream().write("bye\n".getBytes(US_ASCII))).start();

        try (var client = OpenSsl.client(server.port(), LOCAL)) {
            assertThat(lines(client).readLine()).isEqualTo("bye");
            assertThat(client.errors()).doesNotContain("unexpected eof");
            assertThat(client.exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void transfersMuchBothWaysAtOnce(String protocol) throws Exception {
        var sent = new byte[4 << 20];
        new Random(1).nextBytes(sent);
        server = builder(TlsServerTest::echo).start();

        try (var client = OpenSsl.client(server.port(), LOCAL, protocol)) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            client.input().write(sent);
                            client.input().flush();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    });
            byte[] received = client.output().readNBytes(sent.length);

            assertThat(Arrays.mismatch(received, sent)).isEqualTo(-1);
        }
    }

    /// From Eventlet's ssl_test.py: SSLTest.test_no_handshake_block_accept_loop.
    @Test
    void silentPeerDoesNotKeepOthersFromBeingServed() throws Exception {
        server = builder(TlsServerTest::echo).start();

        try (var silent = new Socket(server.address().getAddress(), server.port());
                var client = OpenSsl.client(server.port(), LOCAL)) {
            say(client, "hello\n");

            assertThat(lines(client).readLine()).isEqualTo("hello");
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    void handshakeWithSilentPeerEndsByItsLimit() throws Exception {
        server = builder(TlsServerTest::echo).handshakeLimit(Duration.ofMillis(50)).start();

        try (var silent = new Socket(server.address().getAddress(), server.port())) {
            assertThat(silent.getInputStream().readAllBytes()).hasSizeLessThan(100);
        }
    }

    @Test
    void plainTextIsRefusedAndOthersAreServed() throws Exception {
        server = builder(TlsServerTest::echo).start();

        try (var plain = new Socket(server.address().getAddress(), server.port())) {
            plain.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            byte[] answer = plain.getInputStream().readAllBytes();
            try (var client = OpenSsl.client(server.port(), LOCAL)) {
                say(client, "hello\n");

                assertThat(answer).startsWith(ALERT);
                assertThat(lines(client).readLine()).isEqualTo("hello");
            }
        }
    }

    @Test
    void protocolThatIsNotEnabledIsRefused() throws Exception {
        var parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        server = builder(TlsServerTest::echo).tls(LOCAL.context(), parameters).start();

        try (var client = OpenSsl.client(server.port(), LOCAL, "-tls1_2")) {
            assertThat(client.exitCode()).isNotZero();
            assertThat(client.errors()).contains("alert");
        }
    }

    @Test
    void clientWithoutTheDemandedCertificateIsRefused() throws Exception {
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        server = builder(TlsServerTest::echo).tls(LOCAL.context(LOCAL), parameters).start();

        try (var client = OpenSsl.client(server.port(), LOCAL, "-tls1_2")) {
            assertThat(client.exitCode()).isNotZero();
        }
    }

    @Test
    void clientWithTheDemandedCertificateIsServed() throws Exception {
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        server =
                builder(
                                c -> {
                                    var peer = ((SSLSocket) c).getSession().getPeerPrincipal();
                                    c.getOutputStream().write((peer + "\n").getBytes(US_ASCII));
                                })
                        .tls(LOCAL.context(LOCAL), parameters)
                        .start();

        try (var client =
                OpenSsl.client(
                        server.port(),
                        LOCAL,
                        "-cert",
                        LOCAL.file().toString(),
                        "-key",
                        LOCAL.keyFile().toString())) {
            assertThat(lines(client).readLine()).isEqualTo("CN=test");
        }
    }

    @Test
    void protocolIsChosenByAlpn() throws Exception {
        var parameters = new SSLParameters();
        parameters.setApplicationProtocols(new String[] {"second", "first"});
        server =
                builder(
                                c -> {
                                    var chosen = ((SSLSocket) c).getApplicationProtocol();
                                    c.getOutputStream().write((chosen + "\n").getBytes(US_ASCII));
                                })
                        .tls(LOCAL.context(), parameters)
                        .start();

        try (var client = OpenSsl.client(server.port(), LOCAL, "-alpn", "first,second")) {
            assertThat(lines(client).readLine()).isEqualTo("second");
        }
    }

    @Test
    void parametersMayDependOnTheClient() throws Exception {
        var asked = new CompletableFuture<InetSocketAddress>();
        server =
                builder(TlsServerTest::echo)
                        .tls(
                                LOCAL.context(),
                                client -> {
                                    asked.complete(client);
                                    var parameters = new SSLParameters();
                                    parameters.setProtocols(new String[] {"TLSv1.3"});
                                    return parameters;
                                })
                        .start();

        try (var client = OpenSsl.client(server.port(), LOCAL, "-tls1_2")) {
            assertThat(client.exitCode()).isNotZero();
            assertThat(asked.join().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        }
    }

    @Test
    void clientThatIsGoneIsNoError() throws Exception {
        var ended = new CompletableFuture<Throwable>();
        server =
                builder(
                                c -> {
                                    try {
                                        echo(c);
                                        ended.complete(null);
                                    } catch (Throwable e) {
                                        ended.complete(e);
                                        throw e;
                                    }
                                })
                        .start();
        var client = OpenSsl.client(server.port(), LOCAL);
        say(client, "hello\n");
        lines(client).readLine();

        client.close();

        assertThat(ended.get()).isNull();
    }

    @Test
    void goodbyeComesAfterAllThatWasSent() throws Exception {
        server = builder(c -> c.getOutputStream().write(new byte[8 << 20])).start();

        try (var client = OpenSsl.client(server.port(), LOCAL)) {
            assertThat(client.output().readAllBytes()).hasSize(8 << 20);
            assertThat(client.errors()).doesNotContain("unexpected eof");
            assertThat(client.exitCode()).isZero();
        }
    }
}
