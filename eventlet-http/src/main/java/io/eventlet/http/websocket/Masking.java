// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The masking of payloads, RFC 6455, 5.3, eight bytes at a time. A key is an int as it is sent,
/// the most significant byte first; a phase is how many bytes of the payload came before.
final class Masking {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long TWICE = 0x1_0000_0001L;

    private Masking() {}

    /// Masks or unmasks a part of an array.
    static void apply(int key, long phase, byte[] bytes, int offset, int length) {
        copy(key, phase, bytes, offset, bytes, offset, length);
    }

    /// Masks or unmasks a part of an array into another, or onto itself.
    static void copy(
            int key, long phase, byte[] from, int offset, byte[] to, int toOffset, int length) {
        int turned = Integer.rotateRight(Integer.reverseBytes(key), (int) (phase & 3) * Byte.SIZE);
        long mask = Integer.toUnsignedLong(turned) * TWICE;
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            LONGS.set(to, toOffset + i, (long) LONGS.get(from, offset + i) ^ mask);
        }
        for (; i < length; i++) {
            to[toOffset + i] = (byte) (from[offset + i] ^ (turned >>> ((i & 3) * Byte.SIZE)));
        }
    }
}
