// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What other threads give a hub to run: lock-free, first in first out. It knows too whether the
/// hub sleeps, and who has to wake it.
final class Inbox extends AtomicReference<Inbox.@Nullable Letter> {
    /*
     * Others push a letter, then ask wake(); the hub says sleep(), which looks for letters last:
     * both with full fences, so one of them sees the other.
     */
    private static final long serialVersionUID = 1;

    private volatile boolean asleep;

    /// Tasks, newest first; turned round in place when they are taken, which needs no memory.
    static final class Letter {
        private final Runnable task;
        private @Nullable Letter next;

        Letter(Runnable task) {
            this.task = task;
        }
    }

    void push(Runnable task) {
        var letter = new Letter(task);
        do {
            letter.next = get();
        } while (!compareAndSet(letter.next, letter));
    }

    /// Called by the hub before it waits; false if it must not, because there is a letter.
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
        Letter oldest = null;
        for (var letter = getAndSet(null); letter != null; ) {
            var next = letter.next;
            letter.next = oldest;
            oldest = letter;
            letter = next;
        }
        for (; oldest != null; oldest = oldest.next) {
            into.accept(oldest.task);
        }
    }
}
