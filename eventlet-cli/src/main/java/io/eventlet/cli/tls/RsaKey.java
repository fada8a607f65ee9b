// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/// The wrapping that makes an RSA key of the old kind (PKCS #1, RFC 8017) one of the new kind (PKCS
/// #8, RFC 5958), which is what the JDK reads.
final class RsaKey {
    /// INTEGER 0, then the algorithm identifier of rsaEncryption.
    private static final byte[] VERSION_AND_ALGORITHM =
            HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private RsaKey() {}

    static byte[] toPkcs8(byte[] pkcs1) {
        var inner = new ByteArrayOutputStream();
        inner.writeBytes(VERSION_AND_ALGORITHM);
        inner.writeBytes(element(OCTET_STRING, pkcs1));
        return element(SEQUENCE, inner.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                out.write(content.length >> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
