// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What other threads give a hub to run: lock-free, first in first out.
final class Inbox extends AtomicReference<Inbox.@Nullable Letter> {
    private static final long serialVersionUID = 1;

    /// Tasks, newest first.
    record Letter(Runnable task, @Nullable Letter older) {}

    void push(Runnable task) {
        Letter head;
        do {
            head = get();
        } while (!compareAndSet(head, new Letter(task, head)));
    }

    boolean isEmpty() {
        return get() == null;
    }

    /// Takes all there is, oldest first.
    void drain(Consumer<Runnable> into) {
        if (isEmpty()) { // a volatile read: after `closed` was set it must not be an old one
            return;
        }
        Letter reversed = null;
        for (var letter = getAndSet(null); letter != null; letter = letter.older) {
            reversed = new Letter(letter.task, reversed);
        }
        for (; reversed != null; reversed = reversed.older) {
            into.accept(reversed.task);
        }
    }
}
