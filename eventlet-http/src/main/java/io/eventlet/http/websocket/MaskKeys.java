// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;

/// Keys for masking that nobody can foresee (RFC 6455, 10.3): from the secure source, which is
/// asked for many at a time, since it is slow.
final class MaskKeys {
    private static final int KEYS = 512;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final byte[] BYTES = new byte[KEYS * Integer.BYTES]; // under lock
    private static int at = BYTES.length; // under lock

    private MaskKeys() {}

    static int next() {
        LOCK.lock();
        try {
            if (at == BYTES.length) {
                RANDOM.nextBytes(BYTES);
                at = 0;
            }
            int key = 0;
            for (int i = 0; i < Integer.BYTES; i++) {
                key = (key << Byte.SIZE) | (BYTES[at] & 0xff);
                BYTES[at++] = 0; // used once, and kept nowhere
            }
            return key;
        } finally {
            LOCK.unlock();
        }
    }

    /// Bytes for a handshake.
    static byte[] bytes(int count) {
        var bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
