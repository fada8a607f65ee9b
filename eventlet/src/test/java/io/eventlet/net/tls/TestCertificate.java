// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A self-signed certificate with its key, made by the openssl command.
public record TestCertificate(Path keyFile, Path file) {
    private static final Map<String, TestCertificate> MADE = new ConcurrentHashMap<>();

    /// For localhost and 127.0.0.1.
    public static TestCertificate local() {
        return named("DNS:localhost,IP:127.0.0.1");
    }

    /// For names in the form of openssl, such as `DNS:example.org`.
    public static TestCertificate named(String names) {
        return MADE.computeIfAbsent(names, TestCertificate::make);
    }

    private static TestCertificate make(String names) {
        try {
            var directory = Files.createTempDirectory("certificate");
            directory.toFile().deleteOnExit();
            var key = directory.resolve("key.pem");
            var certificate = directory.resolve("certificate.pem");
            key.toFile().deleteOnExit();
            certificate.toFile().deleteOnExit();
            OpenSsl.run(
                    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                            + " -subj /CN=test -addext subjectAltName=%s -keyout %s -out %s"
                                    .formatted(names, key, certificate));
            return new TestCertificate(key, certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A context that shows this certificate, and trusts the others.
    public SSLContext context(TestCertificate... trusted) {
        return context(this, trusted);
    }

    /// A context that trusts certificates and shows none.
    public static SSLContext trusting(TestCertificate... trusted) {
        return context(null, trusted);
    }

    private static SSLContext context(TestCertificate own, TestCertificate... trusted) {
        try {
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own == null ? empty() : own.keyStore(), new char[0]);
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trustStore(trusted));
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore trustStore(TestCertificate... trusted)
            throws GeneralSecurityException, IOException {
        var store = empty();
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry("trusted" + i, trusted[i].certificate());
        }
        if (trusted.length == 0) { // a store must have something in it
            store.setCertificateEntry("nobody", named("DNS:nobody.invalid").certificate());
        }
        return store;
    }

    private KeyStore keyStore() throws GeneralSecurityException, IOException {
        var store = empty();
        store.setKeyEntry("key", key(), new char[0], new X509Certificate[] {certificate()});
        return store;
    }

    public X509Certificate certificate() throws GeneralSecurityException, IOException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private PrivateKey key() throws GeneralSecurityException, IOException {
        var lines = new ArrayList<>(Files.readAllLines(keyFile));
        lines.removeIf(line -> line.startsWith("-----"));
        byte[] encoded = Base64.getDecoder().decode(String.join("", lines));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }
}
