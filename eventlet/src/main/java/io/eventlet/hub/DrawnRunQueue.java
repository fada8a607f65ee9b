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

    DrawnRunQueue(RandomGenerator random) {
        this.random = random;
    }

    @Override
    void add(Runnable task) {
        ready.add(task);
    }

    @Override
    int beginTurn() {
        inbox.drain(this::add);
        return ready.size();
    }

    @Override
    @Nullable Runnable poll() {
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
        ready.forEach(into);
        ready.clear();
        inbox.drain(into);
    }

    @Override
    List<Runnable> toList() {
        return List.copyOf(ready);
    }

    @Override
    boolean isEmpty() {
        return ready.isEmpty();
    }
}
