// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.net.InetAddress;
import java.util.Arrays;

/// Addresses that begin alike: `10.0.0.0/8`, `::1`.
final class AddressRange {
    private final byte[] prefix;
    private final int bits;

    private AddressRange(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /// Throws an `IllegalArgumentException` that names what is not an address or a range of them.
    static AddressRange of(String text) {
        int slash = text.indexOf('/');
        try {
            var bytes =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= bytes.length * 8) {
                return new AddressRange(bytes, bits);
            }
        } catch (IllegalArgumentException e) { // is said below
        }
        throw new IllegalArgumentException(
                "neither an address nor a range such as 10.0.0.0/8: " + text);
    }

    boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        int whole = bits / 8;
        if (bytes.length != prefix.length || !Arrays.equals(bytes, 0, whole, prefix, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0
                || (bytes[whole] & 0xff) >> (8 - rest) == (prefix[whole] & 0xff) >> (8 - rest);
    }
}
