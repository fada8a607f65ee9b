// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Whether bytes that come in pieces are UTF-8 (RFC 3629), known at the first byte that is not: no
/// overlong forms, no surrogates, nothing beyond U+10FFFF.
final class Utf8Check {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private int missing; // bytes of a character that has begun
    private int least; // the next of them
    private int most;

    void reset() {
        missing = 0;
    }

    /// Whether no character has begun that has not ended.
    boolean isComplete() {
        return missing == 0;
    }

    /// Whether these may follow.
    boolean accepts(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            if (missing == 0) {
                at = skipAscii(bytes, at, end);
                if (at < end && !begins(bytes[at++] & 0xff)) {
                    return false;
                }
            } else {
                int b = bytes[at++] & 0xff;
                if (b < least || b > most) {
                    return false;
                }
                missing--;
                least = 0x80;
                most = 0xbf;
            }
        }
        return true;
    }

    private static int skipAscii(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /// Whether a character of several bytes may begin so; table 3-7 of the Unicode standard.
    private boolean begins(int b) {
        if (b < 0xc2 || b > 0xf4) {
            return false;
        }
        least = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
        most = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
        missing = b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
        return true;
    }
}
