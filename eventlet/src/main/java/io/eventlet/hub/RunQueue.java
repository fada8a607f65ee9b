// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Ring;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// What a hub is to run next, first in first out: a plain ring for its own thread, an inbox for all
/// others.
class RunQueue {
    private final Ring<Runnable> ready = new Ring<>(); // hub only
    private final Consumer<Runnable> adding = this::add; // made beforehand: see Inbox
    final Inbox inbox = new Inbox();

    /// Adds a task from the hub's own thread.
    void add(Runnable task) {
        ready.addLast(task);
    }

    /// Puts the task that was added last in front of all others.
    void moveLastToFront() {
        ready.addFirst(ready.removeLast());
    }

    /// How many are ready, but for those that others have sent since the turn began.
    int size() {
        return ready.size();
    }

    /// Takes in what others have sent, and returns how many are ready now.
    int beginTurn() {
        inbox.drain(adding);
        return ready.size();
    }

    @Nullable Runnable poll() {
        return ready.pollFirst();
    }

    /// Takes all there is, what others have sent last. One that cannot be taken stays, and what is
    /// behind it.
    void drain(Consumer<Runnable> into) {
        for (int n = ready.size(); n > 0; n--) {
            var task = ready.pollFirst();
            if (task != null) {
                give(task, into);
            }
        }
        inbox.drain(into);
    }

    private void give(Runnable task, Consumer<Runnable> into) {
        boolean given = false;
        try {
            into.accept(task);
            given = true;
        } finally {
            if (!given) {
                ready.addFirst(task);
            }
        }
    }

    List<Runnable> toList() {
        return ready.toList();
    }

    boolean isEmpty() {
        return ready.size() == 0;
    }
}
