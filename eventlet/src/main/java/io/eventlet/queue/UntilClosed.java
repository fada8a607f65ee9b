// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.NoSuchElementException;

/// Takes the items of a queue one after the other; ends when it is closed and nothing is left. For
/// one thread.
final class UntilClosed<T> implements Iterator<T> {
    private final Handover<T> inside;
    private @Nullable T next; // taken, and not yet given out

    UntilClosed(Handover<T> inside) {
        this.inside = inside;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = inside.getUntilClosed();
        }
        return next != null;
    }

    @Override
    public T next() {
        T item = next == null ? inside.getUntilClosed() : next;
        if (item == null) {
            throw new NoSuchElementException("the queue is closed, and nothing is left in it");
        }
        next = null;
        return item;
    }
}
