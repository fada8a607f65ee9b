// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The least first, by an order; of equal ones the one that came first.
final class PriorityStore<T> implements Store<T> {
    private record Entry<T>(T item, long number) {}

    /*
     * A tree, since to take out of it compares nothing: an order that cannot compare some of its
     * items fails in a put, where a heap would lose an item in a get.
     */
    private final Comparator<? super T> order;
    private final TreeSet<Entry<T>> entries;
    private long added;
    private long putBack;

    PriorityStore(Comparator<? super T> order) {
        this.order = order;
        this.entries = new TreeSet<>(this::compare);
    }

    private int compare(Entry<T> a, Entry<T> b) {
        int byOrder = order.compare(a.item, b.item);
        return byOrder != 0 ? byOrder : Long.compare(a.number, b.number);
    }

    /// Throws what the order throws of an item that it cannot compare, even if it is the only one.
    @Override
    public void add(T item) {
        entries.add(new Entry<>(item, added));
        added++;
    }

    @Override
    public void addFirst(T item) {
        entries.add(new Entry<>(item, -1 - putBack));
        putBack++;
    }

    @Override
    public @Nullable T poll() {
        return item(entries.pollFirst());
    }

    @Override
    public @Nullable T peek() {
        return entries.isEmpty() ? null : entries.getFirst().item;
    }

    private static <T> @Nullable T item(@Nullable Entry<T> entry) {
        return entry == null ? null : entry.item;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public List<T> toList() {
        return entries.stream().map(Entry::item).toList();
    }

    @Override
    public boolean removeIf(Predicate<? super T> which) {
        return entries.removeIf(entry -> which.test(entry.item));
    }
}
