// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;

/// Where a queue keeps its items, and which of them is the first. Guarded by the queue's lock.
interface Store<T> {
    /// Adds an item; if it throws, nothing has been added.
    void add(T item);

    /// Adds an item that was taken, before its equals.
    void addFirst(T item);

    /// Takes the first item; null if there is none.
    @Nullable T poll();

    /// The first item, which stays; null if there is none.
    @Nullable T peek();

    int size();

    /// A copy, in the order in which the items would be taken.
    List<T> toList();

    /// Removes the items that a test picks; asks it once about each.
    boolean removeIf(Predicate<? super T> which);
}
