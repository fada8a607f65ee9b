// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Short sections under a lock.
public final class Locks {
    private Locks() {}

    public static <T extends @Nullable Object> T call(ReentrantLock lock, Supplier<T> section) {
        lock.lock();
        try {
            return section.get();
        } finally {
            lock.unlock();
        }
    }
}
