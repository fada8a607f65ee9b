// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/// The least first, by an order; of equal ones the one that came first.
final class PriorityStore<T> implements Store<T> {
    private record Entry<T>(T item, long number) {}

    private final Comparator<? super T> order;
    private final PriorityQueue<Entry<T>> entries;
    private long added;

    PriorityStore(Comparator<? super T> order) {
        this.order = order;
        this.entries = new PriorityQueue<>(this::compare);
    }

    private int compare(Entry<T> a, Entry<T> b) {
        int byOrder = order.compare(a.item, b.item);
        return byOrder != 0 ? byOrder : Long.compare(a.number, b.number);
    }

    /// Throws what the order throws of an item that it cannot compare, even if it is the only one.
    @Override
    public void add(T item) {
        var entry = new Entry<>(item, added);
        if (entries.isEmpty()) {
            int ignored = compare(entry, entry);
        }
        entries.add(entry);
        added++;
    }

    @Override
    public @Nullable T poll() {
        return item(entries.poll());
    }

    @Override
    public @Nullable T peek() {
        return item(entries.peek());
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
        return entries.stream().sorted(this::compare).map(Entry::item).toList();
    }

    @Override
    public boolean removeIf(Predicate<? super T> which) {
        return entries.removeIf(entry -> which.test(entry.item));
    }
}
