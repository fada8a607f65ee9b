// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Green TLS clients against `openssl s_server`.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsClientTest {
    private static final TestCertificate LOCAL = TestCertificate.local();
    private static final TestCertificate OTHER = TestCertificate.named("DNS:other.example");

    @TempDir Path directory;

    private OpenSsl.Server server(String... options) throws IOException {
        return OpenSsl.server(directory, LOCAL, options);
    }

    private static GreenSslSocket client(OpenSsl.Server server) throws IOException {
        return client(server, "localhost");
    }

    private static GreenSslSocket client(OpenSsl.Server server, String host) throws IOException {
        return Eventlet.wrapSsl(
                Eventlet.connect("127.0.0.1", server.port()),
                TestCertificate.trusting(LOCAL),
                host);
    }

    private static String exchange(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\n").getBytes(US_ASCII));
        var in = client.getInputStream();
        return new BufferedReader(new InputStreamReader(in, US_ASCII)).readLine();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void talksToOpenSsl(String protocol) throws Exception {
        try (var server = server("-rev");
                var client = client(server)) {
            client.setEnabledProtocols(new String[] {protocol});

            assertThat(exchange(client, "abc")).isEqualTo("cba");
            assertThat(client.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void readsLargeFileToItsEnd(String protocol) throws Exception {
        var content = new byte[8 << 20];
        new Random(1).nextBytes(content);
        Files.write(directory.resolve("large"), content);

        try (var server = server("-HTTP");
                var client = client(server)) {
            client.setEnabledProtocols(new String[] {protocol});
            client.sendAll("GET /large HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            byte[] received = client.getInputStream().readAllBytes();

            assertThat(Arrays.mismatch(received, content)).isEqualTo(-1);
            assertThat(client.recv(new byte[1])).isEqualTo(-1);
        }
    }

    /// From Eventlet's ssl_test.py: SSLTest.test_client_check_hostname.
    @Test
    void certificateForAnotherHostIsRefused() throws Exception {
        try (var server = server("-rev");
                var client = client(server, "other.example")) {
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(client::startHandshake)
                    .withMessageContaining("other.example");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void certificateForTheAddressIsAccepted() throws Exception {
        try (var server = server("-rev");
                var client = client(server, "127.0.0.1")) {
            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    @Test
    void certificateForAnotherHostIsAcceptedWithoutIdentification() throws Exception {
        var factory =
                GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL)).withoutIdentification();

        try (var server = server("-rev");
                var client =
                        factory.client(
                                Eventlet.connect("127.0.0.1", server.port()), "other.example")) {
            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    @Test
    void certificateForAnotherHostIsAcceptedIfParametersSaySo() throws Exception {
        try (var server = server("-rev");
                var client = client(server, "other.example")) {
            var parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("");
            client.setSSLParameters(parameters);

            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    @Test
    void untrustedCertificateIsRefused() throws Exception {
        try (var server = server("-rev");
                var client =
                        Eventlet.wrapSsl(
                                Eventlet.connect("127.0.0.1", server.port()),
                                TestCertificate.trusting(OTHER),
                                "localhost")) {
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> client.recv(new byte[1]));
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void trustOfTheJvmIsTheDefault() throws Exception {
        try (var server = server("-rev");
                var client =
                        Eventlet.wrapSsl(
                                Eventlet.connect("127.0.0.1", server.port()), "localhost")) {
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(client::startHandshake);
        }
    }

    @Test
    void serverIsAskedForByName() throws Exception {
        var trust = TestCertificate.trusting(LOCAL, OTHER);

        try (var server =
                        server(
                                "-rev",
                                "-servername",
                                "other.example",
                                "-cert2",
                                OTHER.file().toString(),
                                "-key2",
                                OTHER.keyFile().toString());
                var client =
                        Eventlet.wrapSsl(
                                Eventlet.connect("127.0.0.1", server.port()),
                                trust,
                                "other.example")) {
            assertThat(exchange(client, "abc")).isEqualTo("cba");
            assertThat(client.getSession().getPeerCertificates()[0]).isEqualTo(OTHER.certificate());
        }
    }

    @Test
    void serverNamesOfTheParametersWin() throws Exception {
        try (var server =
                        server(
                                "-rev",
                                "-servername",
                                "other.example",
                                "-cert2",
                                OTHER.file().toString(),
                                "-key2",
                                OTHER.keyFile().toString());
                var client =
                        GreenSslSocketFactory.of(TestCertificate.trusting(OTHER))
                                .withoutIdentification()
                                .createSocket()) {
            var parameters = client.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("other.example")));
            client.setSSLParameters(parameters);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));

            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    @Test
    void protocolIsChosenByAlpn() throws Exception {
        try (var server = server("-rev", "-alpn", "first,second");
                var client = client(server)) {
            var parameters = client.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"second", "third"});
            client.setSSLParameters(parameters);
            assertThat(client.getApplicationProtocol()).isNull();

            client.startHandshake();

            assertThat(client.getApplicationProtocol()).isEqualTo("second");
        }
    }

    @Test
    void showsItsCertificateWhenAsked() throws Exception {
        String trusted = LOCAL.file().toString();

        try (var server =
                        server("-rev", "-Verify", "1", "-verify_return_error", "-CAfile", trusted);
                var client =
                        Eventlet.wrapSsl(
                                Eventlet.connect("127.0.0.1", server.port()),
                                LOCAL.context(LOCAL),
                                "localhost")) {
            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    @Test
    void withoutTheDemandedCertificateItIsRefused() throws Exception {
        try (var server = server("-rev", "-Verify", "1", "-verify_return_error");
                var client = client(server)) {
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> exchange(client, "abc"))
                    .withMessageContaining("alert");
        }
    }

    @Test
    void sessionIsResumed() throws Exception {
        var context = TestCertificate.trusting(LOCAL);
        var factory = GreenSslSocketFactory.of(context);

        try (var server = server("-rev", "-tls1_2")) {
            byte[] first;
            try (var client = factory.createSocket("localhost", server.port())) {
                exchange(client, "abc");
                first = client.getSession().getId();
            }
            try (var client = factory.createSocket("localhost", server.port())) {
                exchange(client, "abc");

                assertThat(client.getSession().getId()).isEqualTo(first);
            }
        }
    }

    @Test
    void listenersHearOfTheHandshake() throws Exception {
        var heard = new CompletableFuture<SSLSession>();

        try (var server = server("-rev");
                var client = client(server)) {
            client.addHandshakeCompletedListener(e -> heard.complete(e.getSession()));
            exchange(client, "abc");

            assertThat(heard.get().getPeerCertificates()[0]).isEqualTo(LOCAL.certificate());
        }
    }

    @Test
    void askingForTheSessionMakesTheHandshake() throws Exception {
        try (var server = server("-rev");
                var client = client(server)) {
            assertThat(client.getSession().isValid()).isTrue();
            assertThat(client.getSession().getPeerHost()).isEqualTo("localhost");
        }
    }

    @Test
    void sessionIsInvalidIfTheHandshakeFails() throws Exception {
        try (var server = server("-rev");
                var client = client(server, "other.example")) {
            assertThat(client.getSession().isValid()).isFalse();
            assertThat(client.getSession().getCipherSuite()).isEqualTo("SSL_NULL_WITH_NULL_NULL");
        }
    }

    // ---- through the factory, as a library would

    @Test
    void factoryConnectsToHost() throws Exception {
        SSLSocketFactory factory = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));

        try (var server = server("-rev");
                var client = factory.createSocket("localhost", server.port())) {
            assertThat(exchange(client, "abc")).isEqualTo("cba");
            assertThat(((SSLSocket) client).getSession().getPeerHost()).isEqualTo("localhost");
        }
    }

    @Test
    void factoryMakesUnconnectedSockets() throws Exception {
        SSLSocketFactory factory = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));

        try (var server = server("-rev");
                var client = (SSLSocket) factory.createSocket()) {
            client.setEnabledProtocols(new String[] {"TLSv1.2"});
            client.connect(new InetSocketAddress("localhost", server.port()), 10_000);

            assertThat(exchange(client, "abc")).isEqualTo("cba");
            assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void unconnectedSocketChecksTheHostItIsConnectedTo() throws Exception {
        var factory = GreenSslSocketFactory.of(TestCertificate.trusting(OTHER));

        try (var server = OpenSsl.server(directory, OTHER, "-rev");
                var client = factory.createSocket()) {
            client.connect(new InetSocketAddress("localhost", server.port()));

            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(client::startHandshake)
                    .withMessageContaining("localhost");
        }
    }

    @Test
    void factoryBindsBeforeItConnects() throws Exception {
        SSLSocketFactory factory = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));
        var loopback = InetAddress.getLoopbackAddress();

        try (var server = server("-rev");
                var client = factory.createSocket("localhost", server.port(), loopback, 0)) {
            assertThat(client.getLocalAddress()).isEqualTo(loopback);
            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    /// Such as one that a proxy has connected.
    @Test
    void factoryPutsTlsOnSocketsOfTheJdk() throws Exception {
        SSLSocketFactory factory = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));

        try (var server = server("-rev");
                var plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
                var client = factory.createSocket(plain, "localhost", server.port(), true)) {
            assertThat(exchange(client, "abc")).isEqualTo("cba");
        }
    }

    @Test
    void factoryKnowsTheCipherSuites() {
        var factory = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));

        assertThat(factory.getDefaultCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
        assertThat(factory.getSupportedCipherSuites()).contains(factory.getDefaultCipherSuites());
    }

    /// As libraries do that are told the name of a class.
    @Test
    void factoryIsMadeByTheNameOfItsClass() throws Exception {
        Class<?> named = Class.forName(GreenSslSocketFactory.class.getName());
        var made = (SSLSocketFactory) named.getConstructor().newInstance();
        var gotten = (SSLSocketFactory) named.getMethod("getDefault").invoke(null);

        try (var server = server()) {
            for (var factory : List.of(made, gotten)) {
                try (var socket =
                        (GreenSslSocket) factory.createSocket("127.0.0.1", server.port())) {
                    assertThatExceptionOfType(SSLHandshakeException.class) // not the JVM's trust
                            .isThrownBy(socket::startHandshake);
                }
            }
        }
    }
}
