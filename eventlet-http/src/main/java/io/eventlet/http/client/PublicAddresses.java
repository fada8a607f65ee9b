// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/// Tells addresses of the public internet from others, by the registries of special-purpose
/// addresses (RFC 6890).
final class PublicAddresses {
    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        return switch (a) {
            case 0, 10, 127 -> false;
            case 100 -> b < 64 || b > 127; // shared, RFC 6598
            case 169 -> b != 254;
            case 172 -> b < 16 || b > 31;
            case 192 -> b != 168 && !(b == 0 && (c == 0 || c == 2)) && !(b == 88 && c == 99);
            case 198 -> b != 18 && b != 19 && !(b == 51 && c == 100);
            case 203 -> !(b == 0 && c == 113);
            default -> a < 224; // multicast and reserved above
        };
    }

    private static boolean isPublic6(byte[] bytes) {
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) { // NAT64
            return isPublic4(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (startsWith(bytes, 0x20, 0x02)) { // 6to4
            return isPublic4(Arrays.copyOfRange(bytes, 2, 6));
        }
        return (bytes[0] & 0xe0) == 0x20 // all that is global unicast
                && !startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8)
                && !(startsWith(bytes, 0x20, 0x01) && (bytes[2] & 0xfe) == 0)
                && !startsWith(bytes, 0x3f, 0xff);
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
