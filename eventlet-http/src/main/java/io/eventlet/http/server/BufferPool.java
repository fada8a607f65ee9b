// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Arrays of one size that connections share, because most of them are idle. Holds a bounded number
/// and makes more when asked. Thread-safe, without a lock.
final class BufferPool {
    private static final int SLOTS = 256;

    private final int size;
    private final AtomicReferenceArray<byte @Nullable []> slots = new AtomicReferenceArray<>(SLOTS);
    private int hint; // a guess: where the last one was put; races only make it a worse one

    BufferPool(int size) {
        this.size = size;
    }

    byte[] take() {
        int start = hint;
        for (int i = 0; i < 4; i++) {
            int at = (start - i) & (SLOTS - 1);
            if (slots.getPlain(at) != null) {
                var found = slots.getAndSet(at, null);
                if (found != null) {
                    hint = (at - 1) & (SLOTS - 1);
                    return found;
                }
            }
        }
        return new byte[size];
    }

    /// Drops what is of another size, or too many.
    void give(byte[] buffer) {
        if (buffer.length == size) {
            int at = (hint + 1) & (SLOTS - 1);
            hint = at;
            slots.set(at, buffer);
        }
    }
}
