// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A key and a self-signed certificate for `localhost`, made by the JDK's keytool.
///
/// @param file the PKCS #12 key store
/// @param store the same, loaded
public record Certificates(Path file, KeyStore store) {
    public static final String PASSWORD = "changeit";

    private static final Map<String, Certificates> MADE = new ConcurrentHashMap<>();

    /// A pair of the given kind; made once, because keytool takes its time.
    ///
    /// @param algorithm for example `RSA`, `EC`, `Ed25519`
    public static Certificates of(String algorithm) {
        return MADE.computeIfAbsent(algorithm, Certificates::make);
    }

    private static Certificates make(String algorithm) {
        try {
            Path directory = Files.createTempDirectory("certificates");
            Path file = directory.resolve(algorithm + ".p12");
            file.toFile().deleteOnExit();
            directory.toFile().deleteOnExit();
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
            command.addAll(List.of("-genkeypair", "-alias", "server", "-keyalg", algorithm));
            if (algorithm.equals("RSA")) {
                command.addAll(List.of("-keysize", "2048"));
            }
            command.addAll(List.of("-dname", "CN=localhost", "-validity", "2"));
            command.addAll(List.of("-ext", "SAN=dns:localhost,ip:127.0.0.1"));
            command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
            command.addAll(List.of("-keystore", file.toString()));
            Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool: " + said);
            }
            return new Certificates(
                    file, KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
        } catch (IOException | InterruptedException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    public Path certificatePem(Path directory) throws Exception {
        byte[] der = store.getCertificate("server").getEncoded();
        return pem(directory.resolve("cert.pem"), "CERTIFICATE", der);
    }

    public Path keyPem(Path directory) throws Exception {
        return pem(directory.resolve("key.pem"), "PRIVATE KEY", key());
    }

    /// The private key in PKCS #8.
    public byte[] key() throws Exception {
        Key key = store.getKey("server", PASSWORD.toCharArray());
        return Objects.requireNonNull(key).getEncoded();
    }

    public static Path pem(Path file, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
        return Files.writeString(file, text);
    }

    /// A context that serves with the key and trusts the certificate.
    public SSLContext context() throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
