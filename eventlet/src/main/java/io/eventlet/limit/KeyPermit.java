// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import org.jspecify.annotations.Nullable;

/// A permit of a key, for a thread or a task.
class KeyPermit<K> {
    final KeyPermits<K> permits;
    @Nullable Thread holder; // who has it, once it is had
    // guarded by lock:
    boolean held;
    @Nullable KeyPermit<K> previous; // in the list of those that are held
    @Nullable KeyPermit<K> next;

    KeyPermit(KeyPermits<K> permits) {
        this.permits = permits;
    }
}
