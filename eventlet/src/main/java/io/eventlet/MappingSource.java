// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Objects;

/// Where the items of a [Mapping] come from. It has one user at a time, the leader, or, when nobody
/// leads, whoever closes it.
final class MappingSource<A extends @Nullable Object> {
    private final Iterator<? extends A> items;
    private @Nullable Runnable closer; // under the mapping's lock; null when it has been taken

    MappingSource(Iterator<? extends A> items, @Nullable Runnable closer) {
        this.items = Objects.requireNonNull(items);
        this.closer = closer;
    }

    boolean hasNext() {
        return items.hasNext();
    }

    A next() {
        return items.next();
    }

    /// What closes it; null if that has been given out, or there is none. Called under the lock.
    @Nullable Runnable takeCloser() {
        var taken = closer;
        closer = null;
        return taken;
    }

    /// Closes it after it has ended: with what it failed with, or what closing it does. Null if
    /// neither.
    static @Nullable Throwable close(@Nullable Throwable error, @Nullable Runnable closer) {
        if (closer == null) {
            return error;
        }
        try {
            closer.run();
            return error;
        } catch (Throwable e) {
            if (error == null) {
                return e;
            }
            if (e != error) {
                error.addSuppressed(e);
            }
            return error;
        }
    }
}
