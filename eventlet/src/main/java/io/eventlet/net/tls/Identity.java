// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A certificate, those that lead to its root, its key, and the names of hosts in it, in small
/// letters: its alternative names, since clients look at no others (RFC 9525, 2).
record Identity(List<X509Certificate> chain, PrivateKey key, List<String> names) {
    private static final int DNS_NAME = 2; // the type of a name, RFC 5280, 4.2.1.6

    /// Throws an `IOException` if the key is that of another certificate.
    static Identity of(String where, List<X509Certificate> chain, PrivateKey key)
            throws IOException {
        var certificate = chain.getFirst();
        try {
            ensureFits(where, certificate.getPublicKey(), key);
            return new Identity(List.copyOf(chain), key, names(certificate));
        } catch (GeneralSecurityException e) {
            throw new IOException("the key for %s cannot be used".formatted(where), e);
        }
    }

    private static void ensureFits(String where, PublicKey publicKey, PrivateKey key)
            throws GeneralSecurityException, IOException {
        var algorithm = signature(publicKey.getAlgorithm());
        if (algorithm == null) {
            return;
        }
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update((byte) 1);
        var signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update((byte) 1);
        if (!signature.verify(signed)) {
            throw new IOException("the key for %s is that of another certificate".formatted(where));
        }
    }

    private static @Nullable String signature(String algorithm) {
        return switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> null; // the handshake will tell
        };
    }

    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException {
        var names = new ArrayList<String>();
        var alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (var name : alternatives) {
                if (Integer.valueOf(DNS_NAME).equals(name.get(0))) {
                    names.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        }
        return List.copyOf(names);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    boolean isOfType(String keyType) {
        return certificate().getPublicKey().getAlgorithm().equals(keyType);
    }

    /// Without the key.
    @Override
    public String toString() {
        return names.toString();
    }
}
