// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import io.eventlet.cli.options.PathConverter;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The options of a command that can serve TLS.
public final class TlsOptions {
    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "serve TLS with the certificate (chain) in this PEM file")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "the certificate's private key, PEM (default: in the file of --tls-cert)")
    private @Nullable Path key;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description =
                    "serve TLS with the certificate and key in this PKCS #12 or JKS key store")
    private @Nullable Path keyStore;

    @Option(
            names = "--tls-password",
            paramLabel = "PASSWORD",
            arity = "0..1",
            interactive = true,
            description = "the key store's password; asked for when no value is given")
    private char @Nullable [] password;

    /// What is wrong with the options, whatever is in the files that they name.
    public Optional<String> contradiction() {
        if (certificate != null && keyStore != null) {
            return Optional.of("--tls-cert and --tls-keystore exclude each other");
        }
        if (certificate == null && key != null) {
            return Optional.of("--tls-key needs --tls-cert");
        }
        if (keyStore == null && password != null) {
            return Optional.of("--tls-password needs --tls-keystore");
        }
        return Optional.empty();
    }

    /// The context that the options describe, or nothing when TLS was not asked for.
    ///
    /// @throws TlsFailure when a file cannot be used
    public Optional<SSLContext> context() throws TlsFailure {
        if (certificate != null) {
            return Optional.of(ofPem(certificate, key == null ? certificate : key));
        }
        return keyStore == null ? Optional.empty() : Optional.of(ofKeyStore(keyStore, password));
    }

    private static SSLContext ofPem(Path certificateFile, Path keyFile) throws TlsFailure {
        try {
            return contextOf(storeOfPem(certificateFile, keyFile), new char[0]);
        } catch (GeneralSecurityException e) {
            throw unusable(certificateFile, e);
        }
    }

    private static TlsFailure unusable(Path file, Exception e) {
        return new TlsFailure("'" + file + "' cannot be used for TLS: " + e.getMessage(), e);
    }

    /// A key store, without a password, of a certificate and its key.
    static KeyStore storeOfPem(Path certificateFile, Path keyFile) throws TlsFailure {
        List<X509Certificate> chain = PemFile.read(certificateFile).certificates();
        PrivateKey privateKey = PemFile.read(keyFile).privateKey();
        if (!KeyPairs.belongTogether(chain.getFirst().getPublicKey(), privateKey)) {
            throw new TlsFailure(
                    "the private key in '"
                            + keyFile
                            + "' is not that of the certificate in '"
                            + certificateFile
                            + "'");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "own", privateKey, new char[0], chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(certificateFile, e);
        }
    }

    private static SSLContext ofKeyStore(Path file, char @Nullable [] password) throws TlsFailure {
        char[] secret = password == null ? new char[0] : password;
        try (InputStream in = Files.newInputStream(file)) {
            // The PKCS12 type of the JDK reads both formats.
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, secret);
            if (!hasKey(store)) {
                throw new TlsFailure(
                        "'" + file + "' has no private key (expected a key with its certificate)");
            }
            return contextOf(store, secret);
        } catch (GeneralSecurityException e) {
            throw unusable(file, e);
        } catch (IOException e) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw TlsFailure.unreadable(file, e);
            }
            throw new TlsFailure(
                    "'" + file + "' is not a key store that the password opens (--tls-password)",
                    e);
        }
    }

    private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
        for (var aliases = store.aliases().asIterator(); aliases.hasNext(); ) {
            if (store.isKeyEntry(aliases.next())) {
                return true;
            }
        }
        return false;
    }

    private static SSLContext contextOf(KeyStore store, char[] password)
            throws GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
