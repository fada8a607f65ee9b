// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// A certificate for 127.0.0.1 that is signed by itself, made by openssl.
public final class Certificate {
    private final byte[] certificate;
    private final byte[] key;

    private Certificate(byte[] certificate, byte[] key) {
        this.certificate = certificate;
        this.key = key;
    }

    public static Certificate make() throws IOException {
        var directory = LocalServer.newDirectory("certificate");
        var certificate = directory.resolve("certificate.pem");
        var key = directory.resolve("key.pem");
        OpenSsl.certify(
                certificate, key, "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1", List.of());
        var made = new Certificate(Files.readAllBytes(certificate), Files.readAllBytes(key));
        for (String file : List.of("certificate.pem", "key.pem", "prepare.log", ".")) {
            Files.delete(directory.resolve(file).normalize());
        }
        return made;
    }

    void copyTo(Path certificateFile, Path keyFile) throws IOException {
        Files.write(certificateFile, certificate);
        Files.write(keyFile, key);
    }

    /// Trusts this certificate and no other.
    public X509TrustManager trust() throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        var parsed =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new java.io.ByteArrayInputStream(certificate));
        trusted.setCertificateEntry("it", parsed);
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    /// A context whose clients trust it.
    public SSLContext context() throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new X509TrustManager[] {trust()}, null);
        return context;
    }
}
