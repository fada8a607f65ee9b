// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.cli.testing.Certificates;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import javax.net.ssl.SSLContext;

class TlsOptionsTest {
    @TempDir private Path directory;

    @Test
    void withoutOptionsThereIsNoTls() throws Exception {
        assertThat(context()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsCertificateAndKeyFromPemFiles(String algorithm) throws Exception {
        Certificates made = Certificates.of(algorithm);

        assertThat(
                        context(
                                "--tls-cert",
                                made.certificatePem(directory),
                                "--tls-key",
                                made.keyPem(directory)))
                .isPresent();
    }

    @Test
    void keyAndCertificateMayStandInOneFileWithCommentsAround() throws Exception {
        Certificates made = Certificates.of("EC");
        String both =
                "Bag Attributes: none\n"
                        + Files.readString(made.keyPem(directory))
                        + "subject=CN = localhost\n"
                        + Files.readString(made.certificatePem(directory));
        Path file = Files.writeString(directory.resolve("both.pem"), both);

        assertThat(context("--tls-cert", file)).isPresent();
    }

    @Test
    void readsAnRsaKeyOfTheOldKind() throws Exception {
        Certificates made = Certificates.of("RSA");
        byte[] pkcs8 = made.key();
        // Behind version and algorithm (22 bytes) and the header of the octet string (4).
        int start = 4 + 22 - 4 + 4;
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, start, pkcs8.length);
        Path key = Certificates.pem(directory.resolve("old.pem"), "RSA PRIVATE KEY", pkcs1);

        assertThat(context("--tls-cert", made.certificatePem(directory), "--tls-key", key))
                .isPresent();
    }

    @Test
    void readsAKeyStore() throws Exception {
        Certificates made = Certificates.of("EC");

        assertThat(
                        context(
                                "--tls-keystore",
                                made.file(),
                                "--tls-password=" + Certificates.PASSWORD))
                .isPresent();
    }

    @Test
    void aWrongPasswordIsNamedAsSuch() throws Exception {
        Certificates made = Certificates.of("EC");

        assertThatThrownBy(() -> context("--tls-keystore", made.file(), "--tls-password=wrong"))
                .isInstanceOf(TlsFailure.class)
                .hasMessageContaining(made.file().toString())
                .hasMessageContaining("--tls-password");
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundAtOnce() throws Exception {
        Certificates one = Certificates.of("EC");
        Certificates other = Certificates.of("RSA");
        Path certificate = one.certificatePem(directory);
        Path key = other.keyPem(directory);

        assertThatThrownBy(() -> context("--tls-cert", certificate, "--tls-key", key))
                .isInstanceOf(TlsFailure.class)
                .hasMessageContaining("is not that of the certificate");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> context("--tls-cert", directory.resolve("missing.pem")))
                .isInstanceOf(TlsFailure.class)
                .hasMessage(
                        "cannot read '"
                                + directory.resolve("missing.pem")
                                + "': there is no such file");
    }

    @Test
    void aFileWithoutACertificateSaysWhatWasExpected() throws Exception {
        Path file = Files.writeString(directory.resolve("notes.txt"), "to do: get a certificate");

        assertThatThrownBy(() -> context("--tls-cert", file))
                .hasMessageContaining(
                        "has no certificate (expected PEM: -----BEGIN CERTIFICATE-----)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY"})
    void aKeyThatCannotBeReadComesWithTheCommandThatMendsIt(String label) throws Exception {
        Certificates made = Certificates.of("EC");
        Path certificate = made.certificatePem(directory);
        Path key = Certificates.pem(directory.resolve("key.pem"), label, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> context("--tls-cert", certificate, "--tls-key", key))
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + key);
    }

    @Test
    void anEncryptedKeyOfTheOldKindComesWithTheCommandThatMendsIt() throws Exception {
        Path certificate = Certificates.of("RSA").certificatePem(directory);
        String encrypted =
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,5D1B8A3E0F7C42D96A1E8B3C7F504D2E

                AQID
                -----END RSA PRIVATE KEY-----
                """;
        Path key = Files.writeString(directory.resolve("old.pem"), encrypted);

        assertThatThrownBy(() -> context("--tls-cert", certificate, "--tls-key", key))
                .isInstanceOf(TlsFailure.class)
                .hasMessageContaining("has an encrypted private key")
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY"})
    void aKeyThatBreaksOffIsNamed(String label) throws Exception {
        Path certificate = Certificates.of("RSA").certificatePem(directory);
        String text = "-----BEGIN %s-----\nA\n-----END %s-----\n".formatted(label, label);
        Path key = Files.writeString(directory.resolve("half.pem"), text);

        assertThatThrownBy(() -> context("--tls-cert", certificate, "--tls-key", key))
                .isInstanceOf(TlsFailure.class)
                .hasMessageStartingWith("'" + key + "' has a private key that cannot be read");
    }

    @Test
    void optionsThatContradictEachOtherAreNamed() {
        assertThat(options("--tls-key", directory).contradiction())
                .hasValue("--tls-key needs --tls-cert");
        assertThat(options("--tls-password=secret").contradiction())
                .hasValue("--tls-password needs --tls-keystore");
        assertThat(options("--tls-cert", directory, "--tls-keystore", directory).contradiction())
                .hasValue("--tls-cert and --tls-keystore exclude each other");
        assertThat(options("--tls-cert", directory).contradiction()).isEmpty();
    }

    private static Optional<SSLContext> context(Object... arguments) throws TlsFailure {
        return options(arguments).context();
    }

    private static TlsOptions options(Object... arguments) {
        var options = new TlsOptions();
        var line = new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        line.parseArgs(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return options;
    }
}
