// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/// What a hub is to run next, first in first out: a plain queue for its own thread, an inbox for
/// all others.
class RunQueue {
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>(1024); // hub only
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
        inbox.drain(this::add);
        return ready.size();
    }

    @Nullable Runnable poll() {
        return ready.pollFirst();
    }

    /// Takes all there is, what others have sent last.
    void drain(Consumer<Runnable> into) {
        ready.forEach(into);
        ready.clear();
        inbox.drain(into);
    }

    List<Runnable> toList() {
        return List.copyOf(ready);
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }
}
