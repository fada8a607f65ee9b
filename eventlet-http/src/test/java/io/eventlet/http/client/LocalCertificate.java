// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A self-signed certificate for localhost and 127.0.0.1, made by the JDK's keytool.
final class LocalCertificate {
    private static final String PASSWORD = "changeit";

    private LocalCertificate() {}

    private static final class Made {
        static final SSLContext CONTEXT = make();
    }

    /// A context that shows the certificate, and trusts it.
    static SSLContext context() {
        return Made.CONTEXT;
    }

    private static SSLContext make() {
        try {
            var directory = Files.createTempDirectory("certificate");
            var file = directory.resolve("store.p12");
            run(file);
            var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
            Files.delete(file);
            Files.delete(directory);
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, PASSWORD.toCharArray());
            var trust = TrustManagerFactory.getInstance("PKIX");
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("local", store.getCertificate("local"));
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(Path file) throws IOException, InterruptedException {
        var command =
                "%s/bin/keytool -genkeypair -alias local -keyalg EC -dname CN=test -validity 2 -ext SAN=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -storepass %s -keystore %s"
                        .formatted(System.getProperty("java.home"), PASSWORD, file);
        var process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }
}
