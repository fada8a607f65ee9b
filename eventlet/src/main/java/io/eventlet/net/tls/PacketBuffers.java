// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Buffers for packets of TLS, lent to connections for as long as there is something in them, so
/// that an idle connection has none. Thread-safe.
final class PacketBuffers {
    /// The most that a packet takes, unless a peer makes larger ones than the standard allows.
    static final int PACKET = 16_709;

    /// Three packets, so that a large transfer makes one system call for several.
    static final int SIZE = 3 * PACKET;

    private static final int KEPT = 64;

    private static final ConcurrentLinkedQueue<byte[]> FREE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger FREE_COUNT = new AtomicInteger();

    private PacketBuffers() {}

    /// A buffer of at least a size, with whatever was in it.
    static byte[] take(int atLeast) {
        if (atLeast > SIZE) {
            return new byte[atLeast];
        }
        var buffer = FREE.poll();
        if (buffer == null) {
            return new byte[SIZE];
        }
        FREE_COUNT.decrementAndGet();
        return buffer;
    }

    static void giveBack(byte[] buffer) {
        if (buffer.length != SIZE) {
            return;
        }
        if (FREE_COUNT.incrementAndGet() <= KEPT) {
            FREE.add(buffer);
        } else {
            FREE_COUNT.decrementAndGet();
        }
    }
}
