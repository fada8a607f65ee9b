// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts who uses something just now that may be closed at any moment: whoever is last gives it
/// back.
final class Visitors {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger inside = new AtomicInteger();

    /// Whether it may be used; then [#leave] comes afterwards.
    boolean enter() {
        int before;
        do {
            before = inside.get();
            if (before < 0) {
                return false;
            }
        } while (!inside.compareAndSet(before, before + 1));
        return true;
    }

    /// Whether the caller has to give it back.
    boolean leave() {
        return inside.decrementAndGet() == CLOSED;
    }

    /// Lets nobody in any more. Whether the caller has to give it back.
    boolean close() {
        return inside.getAndUpdate(n -> n < 0 ? n : n + CLOSED) == 0;
    }
}
