// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import org.jspecify.annotations.Nullable;

/// A permit of a key, for a thread or a task.
final class KeyPermit<K> {
    final KeyPermits<K> permits;
    final @Nullable LimitedTask<K> task; // null for a thread
    final Thread holder; // once it is held
    // guarded by lock:
    boolean held;
    @Nullable KeyPermit<K> previous; // in the list of those that are held
    @Nullable KeyPermit<K> next;

    /// One for the calling thread.
    KeyPermit(KeyPermits<K> permits) {
        this.permits = permits;
        task = null;
        holder = Thread.currentThread();
    }

    KeyPermit(KeyPermits<K> permits, LimitedTask<K> task) {
        this.permits = permits;
        this.task = task;
        holder = task.member().thread();
    }
}
