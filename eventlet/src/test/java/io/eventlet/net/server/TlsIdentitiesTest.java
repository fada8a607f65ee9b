// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.net.GreenSocket;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.net.tls.OpenSsl;
import io.eventlet.net.tls.TestCertificate;
import io.eventlet.net.tls.TlsIdentities;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;

import javax.net.ssl.SSLParameters;

/// Servers with several certificates, which are read again while they serve.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsIdentitiesTest {
    private static final TestCertificate LOCAL = TestCertificate.local();
    private static final TestCertificate ROSE = TestCertificate.named("DNS:rose.example");
    private static final TestCertificate WILD =
            TestCertificate.named("DNS:*.example,DNS:tulip.invalid");

    @TempDir Path directory;

    private GreenServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close(Duration.ZERO);
        }
    }

    private static TlsIdentities identities(TestCertificate... all) throws IOException {
        return builder(all).open();
    }

    private static TlsIdentities.Builder builder(TestCertificate... all) {
        var builder = TlsIdentities.builder();
        for (var one : all) {
            builder.pem(one.file(), one.keyFile());
        }
        return builder;
    }

    private void start(TlsIdentities identities, SSLParameters parameters) throws IOException {
        server =
                GreenServer.builder(client ->
                                client.getInputStream().transferTo(client.getOutputStream()))
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .tls(identities.context(), parameters)
                        .start();
    }

    private void start(TlsIdentities identities) throws IOException {
        start(identities, new SSLParameters());
    }

    /// What the server shows to a client that asks for a name.
    private Certificate shownFor(String name) throws IOException {
        var trusting = TestCertificate.trusting(LOCAL, ROSE, WILD);
        var connected = new GreenSocket(server.address().getAddress(), server.port());
        try (var socket =
                GreenSslSocketFactory.of(trusting)
                        .withoutIdentification()
                        .client(connected, name)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void certificateIsThatOfTheNameThatIsAskedFor() throws Exception {
        start(identities(LOCAL, WILD, ROSE));

        assertThat(shownFor("rose.example")).isEqualTo(ROSE.certificate());
        assertThat(shownFor("tulip.invalid")).isEqualTo(WILD.certificate());
        assertThat(shownFor("localhost")).isEqualTo(LOCAL.certificate());
    }

    @Test
    void wildcardStandsForOneLabel() throws Exception {
        start(identities(LOCAL, WILD, ROSE));

        assertThat(shownFor("Tulip.Example")).isEqualTo(WILD.certificate());
        assertThat(shownFor("red.tulip.example")).isEqualTo(LOCAL.certificate());
    }

    @Test
    void firstCertificateIsForWhoAsksForNoneOfThem() throws Exception {
        start(identities(ROSE, LOCAL));

        assertThat(shownFor("other.invalid")).isEqualTo(ROSE.certificate());
        assertThat(shownFor("127.0.0.1")).isEqualTo(ROSE.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void opensslGetsTheCertificateOfTheName(String protocol) throws Exception {
        start(identities(LOCAL, ROSE));

        try (var client =
                        OpenSsl.client(
                                server.port(), ROSE, protocol, "-servername", "rose.example");
                var lines = new BufferedReader(new InputStreamReader(client.output(), US_ASCII))) {
            client.input().write("hello\n".getBytes(US_ASCII));
            client.input().flush();

            assertThat(lines.readLine()).isEqualTo("hello");
        }
    }

    @Test
    void certificateIsChosenByTheKindOfKeyToo() throws Exception {
        var rsa = make("rsa:2048", "DNS:rose.example");
        start(builder(LOCAL, ROSE).pem(rsa.file(), rsa.keyFile()).open());

        try (var client =
                        OpenSsl.client(
                                server.port(),
                                rsa,
                                "-servername",
                                "rose.example",
                                "-sigalgs",
                                "RSA-PSS+SHA256");
                var lines = new BufferedReader(new InputStreamReader(client.output(), US_ASCII))) {
            client.input().write("hello\n".getBytes(US_ASCII));
            client.input().flush();

            assertThat(lines.readLine()).isEqualTo("hello");
        }
    }

    // ---- reading again

    @Test
    void newHandshakesGetWhatWasReadAgain() throws Exception {
        var chain = Files.copy(LOCAL.file(), directory.resolve("chain.pem"));
        var key = Files.copy(LOCAL.keyFile(), directory.resolve("key.pem"));
        var identities = TlsIdentities.builder().pem(chain, key).open();
        start(identities);
        var before = shownFor("rose.example");

        Files.writeString(chain, Files.readString(ROSE.file()));
        Files.writeString(key, Files.readString(ROSE.keyFile()));
        identities.reload();

        assertThat(before).isEqualTo(LOCAL.certificate());
        assertThat(shownFor("rose.example")).isEqualTo(ROSE.certificate());
        assertThat(identities.certificates()).containsExactly(ROSE.certificate());
    }

    @Test
    void whatCannotBeReadLeavesAllAsItWas() throws Exception {
        var chain = Files.copy(LOCAL.file(), directory.resolve("chain.pem"));
        var identities = TlsIdentities.builder().pem(chain, LOCAL.keyFile()).open();
        start(identities);

        Files.writeString(chain, Files.readString(ROSE.file())); // the key is still the old one

        assertThatIOException()
                .isThrownBy(identities::reload)
                .withMessageContaining("chain.pem")
                .withMessageContaining("another certificate");
        assertThat(shownFor("localhost")).isEqualTo(LOCAL.certificate());
    }

    // ---- clients

    @Test
    void clientThatATrustedCertificateHasSignedIsServed() throws Exception {
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        start(builder(LOCAL).trust(ROSE.file()).open(), parameters);

        try (var client =
                        OpenSsl.client(
                                server.port(),
                                LOCAL,
                                "-cert",
                                ROSE.file().toString(),
                                "-key",
                                ROSE.keyFile().toString());
                var lines = new BufferedReader(new InputStreamReader(client.output(), US_ASCII))) {
            client.input().write("hello\n".getBytes(US_ASCII));
            client.input().flush();

            assertThat(lines.readLine()).isEqualTo("hello");
        }
    }

    @Test
    void clientThatNobodyTrustedHasSignedIsRefused() throws Exception {
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        start(builder(LOCAL).trust(ROSE.file()).open(), parameters);

        try (var client =
                OpenSsl.client(
                        server.port(),
                        LOCAL,
                        "-tls1_2",
                        "-cert",
                        WILD.file().toString(),
                        "-key",
                        WILD.keyFile().toString())) {
            assertThat(client.exitCode()).isNotZero();
        }
    }

    // ---- files

    private TestCertificate make(String kind, String names) throws IOException {
        var key = directory.resolve("made.key");
        var file = directory.resolve("made.pem");
        var options = kind.equals("ec") ? " -pkeyopt ec_paramgen_curve:prime256v1" : "";
        OpenSsl.run(
                "req -x509 -newkey %s%s -nodes -days 2 -subj /CN=test -addext subjectAltName=%s"
                                .formatted(kind, options, names)
                        + " -keyout %s -out %s".formatted(key, file));
        return new TestCertificate(key, file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa:2048", "ed25519"})
    void keyOfEachKindIsRead(String kind) throws Exception {
        var made = make(kind, "DNS:rose.example");

        assertThat(identities(made).certificates()).containsExactly(made.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa:2048"})
    void keyInItsOlderFormIsRead(String kind) throws Exception {
        var made = make(kind, "DNS:rose.example");
        var old = directory.resolve("old.key");
        OpenSsl.run("pkey -in %s -traditional -out %s".formatted(made.keyFile(), old));

        var identities = TlsIdentities.builder().pem(made.file(), old).open();

        assertThat(Files.readString(old)).contains(kind.startsWith("rsa") ? "RSA P" : "EC P");
        assertThat(identities.certificates()).hasSize(1);
    }

    @Test
    void certificateAndKeyMayBeInOneFile() throws Exception {
        var both = directory.resolve("both.pem");
        Files.writeString(
                both, Files.readString(ROSE.keyFile()) + "text\n" + Files.readString(ROSE.file()));

        var identities = TlsIdentities.builder().pem(both, both).open();

        assertThat(identities.certificates()).containsExactly(ROSE.certificate());
    }

    @Test
    void keystoreIsRead() throws Exception {
        var store = directory.resolve("store.p12");
        OpenSsl.run(
                "pkcs12 -export -in %s -inkey %s -passout pass:secret -out %s"
                        .formatted(ROSE.file(), ROSE.keyFile(), store));

        start(TlsIdentities.builder().keyStore(store, "secret".toCharArray()).open());

        assertThat(shownFor("rose.example")).isEqualTo(ROSE.certificate());
    }

    @Test
    void fileThatIsNotAsItShouldBeIsNamed() throws Exception {
        var encrypted = directory.resolve("encrypted.key");
        OpenSsl.run(
                "pkey -in %s -aes256 -passout pass:secret -out %s"
                        .formatted(ROSE.keyFile(), encrypted));
        var empty = Files.createFile(directory.resolve("empty.pem"));

        assertThatIOException()
                .isThrownBy(() -> TlsIdentities.builder().pem(ROSE.file(), encrypted).open())
                .withMessageContaining("encrypted.key");
        assertThatIOException()
                .isThrownBy(() -> TlsIdentities.builder().pem(empty, ROSE.keyFile()).open())
                .withMessageContaining("empty.pem has no certificate");
        assertThatIOException()
                .isThrownBy(() -> TlsIdentities.builder().pem(ROSE.file(), ROSE.file()).open())
                .withMessageContaining("has no private key");
        assertThatIllegalStateException().isThrownBy(() -> TlsIdentities.builder().open());
    }
}
