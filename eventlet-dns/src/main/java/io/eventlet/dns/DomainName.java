// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Names of the DNS as text: lower case, ASCII, without the dot at the end.
final class DomainName {
    static final int LONGEST = 253; // RFC 1035 2.3.4: 255 octets with the lengths of the labels
    private static final int LONGEST_LABEL = 63;

    private DomainName() {}

    /// The name that somebody has written, with its dot at the end if it has one; null if it is
    /// none.
    static @Nullable String parse(String written) {
        String name = written;
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
            try {
                name = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        String labels = withoutDot(name);
        return isName(labels) ? name.toLowerCase(Locale.ROOT) : null;
    }

    static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean isName(String labels) {
        if (labels.isEmpty() || labels.length() > LONGEST) {
            return false;
        }
        int length = 0;
        for (int i = 0; i <= labels.length(); i++) {
            if (i == labels.length() || labels.charAt(i) == '.') {
                if (length == 0 || length > LONGEST_LABEL) {
                    return false;
                }
                length = 0;
            } else if (labels.charAt(i) <= ' ' || labels.charAt(i) == '\\') {
                return false;
            } else {
                length++;
            }
        }
        return true;
    }

    /// Whether a name can be that of a host: what a server says need not be.
    static boolean isHostName(String name) {
        return isName(name)
                && name.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= '0' && c <= '9')
                                        || c == '-'
                                        || c == '_'
                                        || c == '.');
    }

    static int dots(String name) {
        return (int) name.chars().filter(c -> c == '.').count();
    }

    /// The name under which the DNS has the name of an address (RFC 1035 3.5, RFC 3596 2.5).
    static String ofAddress(byte[] address) {
        var name = new StringBuilder();
        if (address.length == 4) {
            for (int i = 3; i >= 0; i--) {
                name.append(address[i] & 0xff).append('.');
            }
            return name.append("in-addr.arpa").toString();
        }
        for (int i = address.length - 1; i >= 0; i--) {
            name.append(Character.forDigit(address[i] & 0xf, 16)).append('.');
            name.append(Character.forDigit((address[i] >> 4) & 0xf, 16)).append('.');
        }
        return name.append("ip6.arpa").toString();
    }
}
