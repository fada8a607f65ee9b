// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// The certificates of a server that has several names, read from files, and read again while it
/// runs.
///
/// ```java
/// TlsIdentities identities =
///         TlsIdentities.builder()
///                 .pem(Path.of("example.org/fullchain.pem"), Path.of("example.org/privkey.pem"))
///                 .pem(Path.of("example.com/fullchain.pem"), Path.of("example.com/privkey.pem"))
///                 .open();
/// GreenServer server = GreenServer.builder(this::handle).tls(identities.context()).start();
/// identities.reload(); // new handshakes get what the files say now
/// ```
///
/// A client gets the certificate that names the host it asks for (SNI, RFC 6066): by that name
/// rather than by a wildcard such as `*.example.org`, which stands for one label. One that asks for
/// no name, or for one that no certificate has, gets the first. Of several certificates for a name,
/// such as one with an RSA key and one with an EC key, that which the client can check is taken.
///
/// Reading blocks the calling thread. Thread-safe.
public final class TlsIdentities {
    private final List<IdentitySource> sources;
    private final @Nullable Path trusted;
    private final IdentityKeys keys;
    private final @Nullable ReplaceableTrust trust;
    private final SSLContext context;

    private TlsIdentities(Builder how) throws IOException {
        sources = List.copyOf(how.sources);
        trusted = how.trusted;
        if (sources.isEmpty()) {
            throw new IllegalStateException("there is no certificate");
        }
        keys = new IdentityKeys(identities());
        trust = trusted == null ? null : new ReplaceableTrust(PemFile.of(trusted).certificates());
        try {
            context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {keys},
                    trust == null ? null : new TrustManager[] {trust},
                    null);
        } catch (GeneralSecurityException e) {
            throw new IOException("there is no TLS in this JVM", e);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Where the certificates are.
    public static final class Builder {
        private final List<IdentitySource> sources = new ArrayList<>();
        private @Nullable Path trusted;

        private Builder() {}

        /// A certificate with those that lead to its root, and its key, each in a file of PEM, or
        /// both in one. The key may be in PKCS #8, or in the older forms of RSA and EC keys; it
        /// must not be encrypted.
        public Builder pem(Path chain, Path key) {
            sources.add(IdentitySource.pem(chain, key));
            return this;
        }

        /// All certificates of a keystore, PKCS #12 or JKS, that have a key, which has the password
        /// of the store.
        public Builder keyStore(Path file, char[] password) {
            sources.add(IdentitySource.keyStore(file, password.clone()));
            return this;
        }

        /// Client certificates are trusted if those in this file of PEM have signed them. Default:
        /// those that the JVM trusts. Whether clients are asked for one is said by `SSLParameters`.
        public Builder trust(Path certificates) {
            trusted = Objects.requireNonNull(certificates);
            return this;
        }

        /// Reads all files. Throws an `IOException` that names the file that is not as it should
        /// be, and an `IllegalStateException` if there is none.
        public TlsIdentities open() throws IOException {
            return new TlsIdentities(this);
        }
    }

    /// For servers: what is read by [#reload()] holds for it too.
    public SSLContext context() {
        return context;
    }

    /// The certificates that are shown, without those that lead to their roots, in their order.
    public List<X509Certificate> certificates() {
        return keys.identities().stream().map(Identity::certificate).toList();
    }

    /// Reads all files again: handshakes that begin from now on get what they say, connections that
    /// are open stay. If one is not as it should be, throws an `IOException`, and all is as it was.
    public void reload() throws IOException {
        var read = identities();
        if (trust != null && trusted != null) {
            trust.replace(PemFile.of(trusted).certificates());
        }
        keys.replace(read);
    }

    private List<Identity> identities() throws IOException {
        var all = new ArrayList<Identity>();
        for (var source : sources) {
            all.addAll(source.read());
        }
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return "TLS identities " + keys.identities();
    }
}
