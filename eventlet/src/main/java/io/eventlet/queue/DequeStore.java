// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/// First in, first out.
final class FifoStore<T> implements Store<T> {
    private final ArrayDeque<T> items = new ArrayDeque<>();

    @Override
    public void add(T item) {
        items.addLast(item);
    }

    @Override
    public @Nullable T poll() {
        return items.pollFirst();
    }

    @Override
    public @Nullable T peek() {
        return items.peekFirst();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public List<T> toList() {
        return List.copyOf(items);
    }

    @Override
    public boolean removeIf(Predicate<? super T> which) {
        return items.removeIf(which);
    }
}
