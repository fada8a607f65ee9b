// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for 127.0.0.1.
final class LocalCertificate {
    private LocalCertificate() {}

    /// A context that has such a certificate, and trusts it only.
    static SSLContext context(Path directory) throws Exception {
        String password = "password";
        var file = directory.resolve("keys.p12");
        var command =
                "%s -genkeypair -keyalg EC -dname CN=local -ext san=ip:127.0.0.1 -keystore %s -storepass %s"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                                file,
                                password);
        var keytool = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();

        var keys = KeyStore.getInstance(file.toFile(), password.toCharArray());
        var identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, password.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        var context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
