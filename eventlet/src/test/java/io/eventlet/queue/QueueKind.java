// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import java.util.Comparator;

/// The orders in which queues give their items, for what holds of all of them.
enum QueueKind {
    FIFO,
    LIFO,
    PRIORITY;

    <T extends Comparable<T>> GreenQueue<T> bounded(int capacity) {
        return switch (this) {
            case FIFO -> GreenQueue.bounded(capacity);
            case LIFO -> GreenQueue.lifo(capacity);
            case PRIORITY -> GreenQueue.priority(Comparator.naturalOrder(), capacity);
        };
    }

    <T extends Comparable<T>> GreenQueue<T> unbounded() {
        return switch (this) {
            case FIFO -> GreenQueue.unbounded();
            case LIFO -> GreenQueue.lifo();
            case PRIORITY -> GreenQueue.priority(Comparator.naturalOrder());
        };
    }
}
