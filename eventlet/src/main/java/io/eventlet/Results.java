// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// The results of a [Mapping], from when an item is taken to when its result is: in the order of
/// the items, or in that of their coming. Guarded by the mapping's lock.
final class Results {
    /// The place of one item's result.
    static final class Cell {
        @Nullable Object value; // of who works on it, until done
        @Nullable Throwable error; // of who works on it, until done
        boolean ofSource; // no item's, but that of the source itself
        private boolean done;
    }

    private final boolean ordered;
    private final WaitQueue consumers;
    private final ArrayDeque<Cell> cells = new ArrayDeque<>(); // of items in order, or those done
    private int outstanding; // items taken whose results have not been
    private @Nullable Cell last; // the source's failure, to be taken when all others have been
    private boolean failFast;
    private @Nullable Cell failure; // the first one, when failing fast

    Results(ReentrantLock lock, Object owner, boolean ordered) {
        this.ordered = ordered;
        consumers = new WaitQueue(lock, owner);
    }

    /// How many items have been taken whose results have not.
    int outstanding() {
        return outstanding;
    }

    /// Makes the place of an item that has been taken.
    void reserve(Cell cell) {
        outstanding++;
        if (ordered) {
            cells.add(cell);
        }
    }

    /// Puts the result of an item in its place.
    void publish(Cell cell) {
        cell.done = true;
        noteFailure(cell);
        if (!ordered) {
            cells.add(cell);
        }
        if (!ordered || cells.peek() == cell || failure != null) {
            wakeConsumers();
        }
    }

    /// Adds a failure after all that have been taken.
    void addFailure(Throwable error) {
        var cell = new Cell();
        cell.error = error;
        cell.ofSource = true;
        cell.done = true;
        last = cell;
        outstanding++;
        noteFailure(cell);
    }

    void failFast() {
        failFast = true;
        cells.forEach(this::noteFailure);
        if (last != null) {
            noteFailure(last);
        }
    }

    private void noteFailure(Cell cell) {
        if (failFast && failure == null && cell.done && cell.error != null) {
            failure = cell;
        }
    }

    /// Whether there is something to take.
    boolean isReady() {
        var first = cells.peek();
        return failure != null
                || (first != null && first.done)
                || (last != null && outstanding == 1);
    }

    /// Whether what is to be taken is a failure that ends it all.
    boolean hasFailedFast() {
        return failure != null;
    }

    Cell take() {
        outstanding--;
        if (failure != null) {
            return failure;
        }
        var cell = cells.poll();
        return cell != null ? cell : Objects.requireNonNull(last);
    }

    void clear() {
        cells.clear();
        last = null;
        outstanding = 0;
        failure = null;
    }

    /// Puts the caller among those who wait for a change.
    WaitQueue.Waiter addConsumer() {
        return consumers.add(null);
    }

    void wakeConsumers() {
        consumers.wakeAll(null);
    }
}
