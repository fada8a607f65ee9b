// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What other threads give a hub to run: lock-free, first in first out. It knows too whether the
/// hub sleeps, and who has to wake it.
final class Inbox extends AtomicReference<Inbox.@Nullable Entry> {
    /*
     * Others push an entry, then ask wake(); the hub says sleep(), which looks for entries last:
     * both with full fences, so one of them sees the other.
     */
    private static final long serialVersionUID = 1;

    private volatile boolean asleep;

    /// Tasks, newest first; turned round in place when they are taken, which needs no memory.
    static final class Entry {
        private final Runnable task;
        private @Nullable Entry next;

        Entry(Runnable task) {
            this.task = task;
        }
    }

    void push(Runnable task) {
        var entry = new Entry(task);
        do {
            entry.next = get();
        } while (!compareAndSet(entry.next, entry));
    }

    /// Called by the hub before it waits; false if it must not, because there is an entry.
    boolean sleep() {
        asleep = true;
        return isEmpty();
    }

    /// Takes the hub for awake from now on; true if it slept: who has pushed wakes it up then. Once
    /// is enough.
    boolean wake() {
        if (!asleep) {
            return false;
        }
        asleep = false;
        return true;
    }

    /// Whether the hub sleeps, with nothing sent to it.
    boolean isSleeping() {
        return asleep && isEmpty();
    }

    boolean isEmpty() {
        return get() == null;
    }

    /// Takes all there is, oldest first.
    void drain(Consumer<Runnable> into) {
        if (isEmpty()) { // a volatile read: after `closed` was set it must not be an old one
            return;
        }
        Entry oldest = null;
        for (var entry = getAndSet(null); entry != null; ) {
            var next = entry.next;
            entry.next = oldest;
            oldest = entry;
            entry = next;
        }
        for (; oldest != null; oldest = oldest.next) {
            into.accept(oldest.task);
        }
    }
}
