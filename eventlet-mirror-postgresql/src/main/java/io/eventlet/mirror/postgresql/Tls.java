// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Properties;
import java.util.Set;

/// What libpq understands by its keywords of TLS, said to the driver, which understands them a
/// little differently.
final class Tls {
    static final Set<String> MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final Set<String> VERIFYING = Set.of("verify-ca", "verify-full");
    private static final String SYSTEM = "system"; // those whom the system trusts

    private final Keywords keywords;
    private final Path directory;

    Tls(Keywords keywords) {
        this.keywords = keywords;
        directory = keywords.home().resolve(".postgresql");
    }

    /// Throws an `IllegalArgumentException` if something cannot be meant.
    String ensureMode() {
        var root = keywords.get("sslrootcert", "");
        var mode = keywords.get("sslmode", root.equals(SYSTEM) ? "verify-full" : "prefer");
        if (!MODES.contains(mode)) {
            throw new IllegalArgumentException(
                    "sslmode is disable, allow, prefer, require, verify-ca or verify-full, not "
                            + mode);
        }
        if (root.equals(SYSTEM) && !mode.equals("verify-full")) {
            throw new IllegalArgumentException(
                    "sslrootcert=system, whom anybody may have certificates of, needs"
                            + " sslmode=verify-full, not "
                            + mode);
        }
        return mode;
    }

    /// Throws an `IOException` that says which file is missing or cannot be used.
    void apply(Properties driver) throws IOException {
        var mode = ensureMode();
        driver.setProperty("sslmode", mode);
        if (mode.equals("disable")) {
            return;
        }
        copy("sslnegotiation", driver, "sslNegotiation");
        root(mode, driver);
        key(driver);
    }

    private void copy(String keyword, Properties driver, String property) {
        var value = keywords.get(keyword);
        if (value != null) {
            driver.setProperty(property, value);
        }
    }

    private void root(String mode, Properties driver) throws IOException {
        var given = keywords.get("sslrootcert", "");
        if (given.equals(SYSTEM)) {
            driver.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            return;
        }
        var file = given.isEmpty() ? directory.resolve("root.crt") : Path.of(given);
        if (Files.exists(file)) {
            driver.setProperty("sslrootcert", file.toString());
            if (mode.equals("require")) {
                driver.setProperty("sslmode", "verify-ca"); // as libpq does
            }
        } else if (VERIFYING.contains(mode)) {
            throw new IOException(
                    "root certificate file %s is not there: with sslmode=%s either make it, or use sslrootcert=system"
                            .formatted(file, mode));
        }
    }

    /// The driver looks for a key in a file of another name and format, and has to be told of what
    /// kind it is.
    private void key(Properties driver) throws IOException {
        var certificate = file("sslcert", "postgresql.crt");
        if (!Files.exists(certificate)) {
            if (keywords.get("sslcert") != null) {
                throw new IOException("certificate file %s is not there".formatted(certificate));
            }
            return;
        }
        var key = file("sslkey", "postgresql.key");
        if (!Files.exists(key)) {
            throw new IOException(
                    "certificate file %s is there, but not the private key file %s"
                            .formatted(certificate, key));
        }
        if (!Files.readString(key, StandardCharsets.ISO_8859_1)
                .contains("-----BEGIN PRIVATE KEY-----")) {
            throw new IOException(
                    "private key file %s is not a key in PKCS #8 without a password; openssl pkcs8 -topk8 -nocrypt makes one"
                            .formatted(key));
        }
        driver.setProperty("sslcert", certificate.toString());
        driver.setProperty("sslkey", key.toString());
        driver.setProperty("pemKeyAlgorithm", algorithm(certificate));
    }

    private Path file(String keyword, String usual) {
        var given = keywords.get(keyword);
        return given == null ? directory.resolve(usual) : Path.of(given);
    }

    private static String algorithm(Path certificate) throws IOException {
        try (var stream = Files.newInputStream(certificate)) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(stream)
                    .getPublicKey()
                    .getAlgorithm();
        } catch (CertificateException e) {
            throw new IOException("certificate file %s is none".formatted(certificate), e);
        }
    }
}
