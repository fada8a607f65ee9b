// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.syntax;

import java.nio.charset.StandardCharsets;

/// What HTTP says of single bytes (RFC 9110, 5.5 and 5.6.2; RFC 9112, 2.2).
public final class Bytes {
    public static final byte CR = '\r';
    public static final byte LF = '\n';

    private static final byte TEXT = 1; // may stand in a line: VCHAR, SP, HTAB, obs-text
    private static final byte TOKEN = 2;
    private static final byte TARGET = 4; // visible ASCII, but for what delimits a URI
    private static final byte[] KINDS = new byte[256];

    static {
        for (int b = 0; b < 256; b++) {
            boolean visible = b > 0x20 && b < 0x7f;
            if (visible || b == ' ' || b == '\t' || b >= 0x80) {
                KINDS[b] |= TEXT;
            }
            if (visible && "\"(),/:;<=>?@[\\]{}".indexOf(b) < 0) {
                KINDS[b] |= TOKEN;
            }
            if (visible && "#<>\"\\".indexOf(b) < 0) {
                KINDS[b] |= TARGET;
            }
        }
    }

    private Bytes() {}

    public static boolean isText(byte b) {
        return (KINDS[b & 0xff] & TEXT) != 0;
    }

    public static boolean isTarget(byte b) {
        return (KINDS[b & 0xff] & TARGET) != 0;
    }

    public static boolean isToken(byte b) {
        return (KINDS[b & 0xff] & TOKEN) != 0;
    }

    /// Whether it is a token: one character or more, none of them a delimiter.
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7f || !isToken((byte) c)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /// Whether it may be the value of a field as it stands: Latin-1 without control characters, and
    /// without white space around it.
    public static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xff || !isText((byte) c)) {
                return false;
            }
        }
        return text.isEmpty()
                || (!isBlank(text.charAt(0)) && !isBlank(text.charAt(text.length() - 1)));
    }

    public static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    /// The value of a hexadecimal digit, or -1.
    public static int hex(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int small = c | 0x20;
        return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
    }

    public static int small(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }

    /// Whether a text of ASCII is there, whatever the case of its letters.
    public static boolean matches(byte[] in, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (small(in[from + i]) != small(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    public static String text(byte[] in, int from, int to) {
        return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
