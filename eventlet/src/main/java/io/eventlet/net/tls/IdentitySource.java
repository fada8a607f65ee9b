// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// Where identities are read from, as often as they are asked for.
@FunctionalInterface
interface IdentitySource {
    List<Identity> read() throws IOException;

    static IdentitySource pem(Path chain, Path key) {
        Objects.requireNonNull(chain);
        Objects.requireNonNull(key);
        return () -> {
            var certificates = PemFile.of(chain).certificates();
            var privateKey = PemFile.of(key).key(certificates.getFirst().getPublicKey());
            return List.of(Identity.of(chain.toString(), certificates, privateKey));
        };
    }

    static IdentitySource keyStore(Path file, char[] password) {
        Objects.requireNonNull(file);
        return () -> {
            try {
                return all(file, KeyStore.getInstance(file.toFile(), password), password);
            } catch (GeneralSecurityException e) {
                throw new IOException("%s cannot be used as a keystore".formatted(file), e);
            }
        };
    }

    private static List<Identity> all(Path file, KeyStore store, char[] password)
            throws GeneralSecurityException, IOException {
        var all = new ArrayList<Identity>();
        for (var alias : Collections.list(store.aliases())) {
            var chain = store.getCertificateChain(alias);
            if (chain != null && store.getKey(alias, password) instanceof PrivateKey key) {
                all.add(Identity.of("%s, %s".formatted(file, alias), certificates(chain), key));
            }
        }
        if (all.isEmpty()) {
            throw new IOException("%s has no certificate with a key".formatted(file));
        }
        return all;
    }

    private static List<X509Certificate> certificates(Certificate[] chain) {
        return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
    }
}
