// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/// Whether a private key is that of a certificate: said at the start, and not by every failed
/// handshake.
final class KeyPairs {
    private static final byte[] SAMPLE = {1, 2, 3};

    private KeyPairs() {}

    static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        Optional<String> algorithm = signatureOf(publicKey.getAlgorithm());
        if (algorithm.isEmpty()) {
            return true;
        }
        try {
            Signature signer = Signature.getInstance(algorithm.get());
            signer.initSign(privateKey);
            signer.update(SAMPLE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm.get());
            verifier.initVerify(publicKey);
            verifier.update(SAMPLE);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static Optional<String> signatureOf(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "RSA" -> Optional.of("SHA256withRSA");
            case "EC" -> Optional.of("SHA256withECDSA");
            case "EdDSA", "Ed25519" -> Optional.of("EdDSA");
            default -> Optional.empty();
        };
    }
}
