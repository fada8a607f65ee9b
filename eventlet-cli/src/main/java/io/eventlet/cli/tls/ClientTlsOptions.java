// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.web.WebClient;
import io.eventlet.net.tls.GreenSslSocketFactory;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// The options of a command that asks servers of TLS.
public final class ClientTlsOptions {
    @Option(
            names = {"--ca-file", "--ca-certificate"},
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "believe the authorities in this PEM file, and no others")
    private @Nullable Path authorities;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "show servers the certificate in this PEM file")
    private @Nullable Path certificate;

    @Option(
            names = "--private-key",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "its private key, PEM (default: in the file of --certificate)")
    private @Nullable Path key;

    @Option(
            names = {"--insecure", "--no-check-certificate"},
            description = "accept any TLS certificate")
    private boolean insecure;

    /// What is wrong with the options, whatever is in the files that they name.
    public Optional<String> contradiction() {
        if (insecure && (authorities != null || certificate != null)) {
            return Optional.of("--insecure excludes --ca-file and --certificate");
        }
        return certificate == null && key != null
                ? Optional.of("--private-key needs --certificate")
                : Optional.empty();
    }

    /// What makes sockets of TLS as the options say; nothing if they say nothing.
    ///
    /// @throws TlsFailure when a file cannot be used
    public Optional<GreenSslSocketFactory> factory() throws TlsFailure {
        if (insecure) {
            return Optional.of(WebClient.trustingAnyone());
        }
        if (authorities == null && certificate == null) {
            return Optional.empty();
        }
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(
                    certificate == null ? null : keys(certificate, key == null ? certificate : key),
                    authorities == null ? null : trust(authorities),
                    null);
            return Optional.of(GreenSslSocketFactory.of(context));
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFailure("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keys(Path certificate, Path key)
            throws GeneralSecurityException, TlsFailure {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(TlsOptions.storeOfPem(certificate, key), new char[0]);
        return keys.getKeyManagers();
    }

    private static TrustManager[] trust(Path authorities)
            throws GeneralSecurityException, IOException, TlsFailure {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (var authority : PemFile.read(authorities).certificates()) {
            store.setCertificateEntry("authority-" + store.size(), authority);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }
}
