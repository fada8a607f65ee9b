// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/// By age: the oldest first, or the newest.
final class DequeStore<T> implements Store<T> {
    private final boolean newestFirst;
    private final ArrayDeque<T> items = new ArrayDeque<>(); // in the order of their taking

    private DequeStore(boolean newestFirst) {
        this.newestFirst = newestFirst;
    }

    static <T> DequeStore<T> oldestFirst() {
        return new DequeStore<>(false);
    }

    static <T> DequeStore<T> newestFirst() {
        return new DequeStore<>(true);
    }

    @Override
    public void add(T item) {
        if (newestFirst) {
            items.addFirst(item);
        } else {
            items.addLast(item);
        }
    }

    @Override
    public void addFirst(T item) {
        items.addFirst(item);
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
