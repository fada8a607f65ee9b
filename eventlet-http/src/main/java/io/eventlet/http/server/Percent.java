// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.syntax.Bytes;

import java.nio.charset.StandardCharsets;

/// Percent-encoding (RFC 3986, 2.1), as UTF-8.
final class Percent {
    private static final String UNRESERVED = "-._~";

    private Percent() {}

    /// Decodes; `plusIsSpace` as in the values of HTML forms. A `%` that two digits do not follow
    /// stays.
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
            return text;
        }
        var in = text.getBytes(StandardCharsets.UTF_8);
        var out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%'
                    && i + 2 < in.length
                    && Bytes.hex(in[i + 1]) >= 0
                    && Bytes.hex(in[i + 2]) >= 0) {
                out[length++] = (byte) (Bytes.hex(in[i + 1]) << 4 | Bytes.hex(in[i + 2]));
                i += 2;
            } else {
                out[length++] = plusIsSpace && in[i] == '+' ? (byte) ' ' : in[i];
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }

    /// Encodes one segment of a path: all but what is unreserved.
    static String encode(String segment) {
        var encoded = new StringBuilder();
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || (b > 0 && UNRESERVED.indexOf(b) >= 0)) {
                encoded.append((char) b);
            } else {
                encoded.append("%%%02X".formatted(b));
            }
        }
        return encoded.toString();
    }
}
