// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A file of PEM blocks (RFC 7468), as certificate authorities and `openssl` write them.
///
/// @param path where it is
/// @param blocks its blocks in order
record PemFile(Path path, List<Block> blocks) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    /// One block.
    ///
    /// @param label what its first line calls it, for example `CERTIFICATE`
    /// @param body what stands between its first line and its last
    record Block(String label, String body) {
        byte[] decoded() {
            return Base64.getMimeDecoder().decode(body);
        }

        /// Whether it is encrypted in the old way (RFC 1421), which headers say.
        boolean hasEncryptedBody() {
            return body.contains("Proc-Type:");
        }
    }

    static PemFile read(Path path) throws TlsFailure {
        try {
            // Comments around the blocks may be in any encoding; the blocks are ASCII.
            var matcher = BLOCK.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
            List<Block> blocks = new ArrayList<>();
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
            return new PemFile(path, List.copyOf(blocks));
        } catch (IOException e) {
            throw TlsFailure.unreadable(path, e);
        }
    }

    /// Every certificate of the file: the server's own first, then those that vouch for it.
    List<X509Certificate> certificates() throws TlsFailure {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label.equals("CERTIFICATE")) {
                    var der = new ByteArrayInputStream(block.decoded());
                    certificates.add((X509Certificate) factory.generateCertificate(der));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsFailure(
                    "'" + path + "' has a certificate that cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TlsFailure(
                    "'"
                            + path
                            + "' has no certificate (expected PEM: -----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    /// The private key of the file.
    PrivateKey privateKey() throws TlsFailure {
        for (Block block : blocks) {
            Optional<byte[]> pkcs8 = pkcs8(block);
            if (pkcs8.isPresent()) {
                return decode(pkcs8.get());
            }
        }
        throw new TlsFailure(
                "'" + path + "' has no private key (expected PEM: -----BEGIN PRIVATE KEY-----)");
    }

    /// The private key in a block, or nothing in one of a certificate or of parameters, which may
    /// stand in the same file.
    private Optional<byte[]> pkcs8(Block block) throws TlsFailure {
        try {
            return switch (block.label) {
                case "PRIVATE KEY" -> Optional.of(block.decoded());
                case "RSA PRIVATE KEY" -> {
                    if (block.hasEncryptedBody()) {
                        throw needsConversion("an encrypted private key");
                    }
                    yield Optional.of(RsaKey.toPkcs8(block.decoded()));
                }
                case "ENCRYPTED PRIVATE KEY" -> throw needsConversion("an encrypted private key");
                case "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
                        throw needsConversion(
                                "a private key in an old format (" + block.label + ")");
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            throw unreadableKey(e.getMessage(), e);
        }
    }

    private PrivateKey decode(byte[] pkcs8) throws TlsFailure {
        return KEY_ALGORITHMS.stream()
                .flatMap(algorithm -> tryDecode(algorithm, pkcs8).stream())
                .findFirst()
                .orElseThrow(() -> unreadableKey("expected RSA, EC or Ed25519", null));
    }

    private static Optional<PrivateKey> tryDecode(String algorithm, byte[] pkcs8) {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private TlsFailure unreadableKey(@Nullable String why, @Nullable Throwable cause) {
        return new TlsFailure(
                "'" + path + "' has a private key that cannot be read (" + why + ")", cause);
    }

    private TlsFailure needsConversion(String what) {
        return new TlsFailure(
                "'"
                        + path
                        + "' has "
                        + what
                        + "; make a plain one of it: openssl pkcs8 -topk8 -nocrypt -in "
                        + path
                        + " -out key.pem");
    }
}
