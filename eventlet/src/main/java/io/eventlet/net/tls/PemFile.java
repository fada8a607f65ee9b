// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// A file of PEM (RFC 7468): blocks of base64 with labels, and text between them.
final class PemFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([\\s\\S]*?)-----END \\1-----");
    private static final String ENCRYPTED = "ENCRYPTED ";
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};

    private final Path file;
    private final List<Block> blocks;

    private record Block(String label, String base64) {}

    private PemFile(Path file, List<Block> blocks) {
        this.file = file;
        this.blocks = blocks;
    }

    static PemFile of(Path file) throws IOException {
        var blocks = new ArrayList<Block>();
        var found = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (found.find()) {
            boolean hasFields = found.group(2).contains(":"); // the old form of what is encrypted
            var label = hasFields ? ENCRYPTED + found.group(1) : found.group(1);
            blocks.add(new Block(label, found.group(2)));
        }
        return new PemFile(file, blocks);
    }

    private byte[] decoded(Block block) throws IOException {
        try {
            return Base64.getMimeDecoder().decode(block.base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s has a block that is no base64".formatted(file), e);
        }
    }

    /// At least one.
    List<X509Certificate> certificates() throws IOException {
        var all = new ArrayList<X509Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (var block : blocks) {
                if (block.label.equals("CERTIFICATE")) {
                    var bytes = new ByteArrayInputStream(decoded(block));
                    all.add((X509Certificate) factory.generateCertificate(bytes));
                }
            }
        } catch (CertificateException e) {
            throw new IOException("%s has a certificate that is broken".formatted(file), e);
        }
        if (all.isEmpty()) {
            throw new IOException("%s has no certificate".formatted(file));
        }
        return all;
    }

    /// The first key: for a certificate with this public one, whose algorithm it has.
    PrivateKey key(PublicKey ofCertificate) throws IOException {
        for (var block : blocks) {
            if (block.label.startsWith(ENCRYPTED)) {
                throw new IOException(
                        "%s has a key that is encrypted: decrypt it, or use a keystore"
                                .formatted(file));
            }
            var encoded = pkcs8(block, ofCertificate);
            if (encoded != null) {
                try {
                    return KeyFactory.getInstance(ofCertificate.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(encoded));
                } catch (GeneralSecurityException e) {
                    throw new IOException(
                            "%s has no key of the certificate's algorithm, %s"
                                    .formatted(file, ofCertificate.getAlgorithm()),
                            e);
                }
            }
        }
        throw new IOException("%s has no private key".formatted(file));
    }

    /// The older forms, PKCS #1 and SEC 1, become PKCS #8 (RFC 5208, 5) by what says their
    /// algorithm, which the public key says too.
    private byte @Nullable [] pkcs8(Block block, PublicKey publicKey) throws IOException {
        return switch (block.label) {
            case "PRIVATE KEY" -> decoded(block);
            case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    der(
                            SEQUENCE,
                            VERSION_0,
                            algorithm(publicKey.getEncoded()),
                            der(OCTET_STRING, decoded(block)));
            default -> null;
        };
    }

    /// The first part of a `SubjectPublicKeyInfo`, which is a sequence in a sequence.
    private static byte[] algorithm(byte[] info) {
        int begin = content(info, 0);
        int end = content(info, begin) + length(info, begin);
        return Arrays.copyOfRange(info, begin, end);
    }

    /// Where what stands at a place has its content, behind its tag and its length.
    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) throws IOException {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.write(part);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length < 0x80) {
            all.write(length);
        } else if (length < 0x100) {
            all.write(0x81);
            all.write(length);
        } else {
            all.write(0x82);
            all.write(length >> 8);
            all.write(length);
        }
        content.writeTo(all);
        return all.toByteArray();
    }
}
