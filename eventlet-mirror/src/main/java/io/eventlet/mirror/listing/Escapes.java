// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Escapes in URLs, as texts whose characters are bytes.
final class Escapes {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Escapes() {}

    static String of(int c) {
        return "%" + HEX.toHexDigits((byte) c);
    }

    /// Whether a percent sign is the beginning of an escape.
    static boolean isOne(String text, int i) {
        return i + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(i + 1))
                && HexFormat.isHexDigit(text.charAt(i + 2));
    }

    /// The bytes that are meant.
    static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%' && isOne(text, i)) {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /// With escapes for bytes that are no ASCII; a character that is no byte becomes those of its
    /// UTF-8.
    static String ascii(String bytes) {
        var result = new StringBuilder(bytes.length());
        bytes.codePoints()
                .forEach(c -> {
                    if (c < 0x80) {
                        result.append((char) c);
                    } else if (c <= 0xff) {
                        result.append(of(c));
                    } else {
                        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                            result.append(of(b));
                        }
                    }
                });
        return result.toString();
    }

    /// As [#ascii], with escapes also for all that means anything in a URL.
    static String all(String bytes) {
        var result = new StringBuilder(bytes.length());
        for (char c : ascii(bytes.replace("%", "%25")).toCharArray()) {
            boolean isPlain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            result.append(isPlain || "-._~%".indexOf(c) >= 0 ? String.valueOf(c) : of(c));
        }
        return result.toString();
    }
}
