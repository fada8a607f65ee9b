// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A run queue that draws who of those that are ready goes next: each order is one that a program
/// has to cope with.
final class DrawnRunQueue extends RunQueue {
    private final RandomGenerator random;
    private final List<Runnable> ready = new ArrayList<>(); // hub only
    private @Nullable Runnable next; // hub only: nothing to draw

    DrawnRunQueue(RandomGenerator random) {
        this.random = random;
    }

    @Override
    void add(Runnable task) {
        ready.add(task);
    }

    @Override
    void moveLastToFront() {
        if (next != null) {
            ready.add(next);
        }
        next = ready.removeLast();
    }

    @Override
    int size() {
        return ready.size() + (next == null ? 0 : 1);
    }

    @Override
    int beginTurn() {
        inbox.drain(this::add);
        return size();
    }

    @Override
    @Nullable Runnable poll() {
        if (next != null) {
            var first = next;
            next = null;
            return first;
        }
        if (ready.isEmpty()) {
            return null;
        }
        int last = ready.size() - 1;
        int drawn = random.nextInt(ready.size());
        var task = ready.get(drawn);
        ready.set(drawn, ready.get(last));
        ready.remove(last);
        return task;
    }

    @Override
    void drain(Consumer<Runnable> into) {
        if (next != null) {
            into.accept(next);
            next = null;
        }
        while (!ready.isEmpty()) { // the last first, which moves none: any order will do
            into.accept(ready.getLast());
            ready.removeLast();
        }
        inbox.drain(into);
    }

    @Override
    List<Runnable> toList() {
        var all = new ArrayList<>(ready);
        if (next != null) {
            all.addFirst(next);
        }
        return all;
    }

    @Override
    boolean isEmpty() {
        return size() == 0;
    }
}
