// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/// An item of a [ResourcePool] that is lent, until this is closed.
///
/// It is given back once, however often and by how many threads this is closed or discarded. Any
/// thread may do so.
public final class Lease<T> implements AutoCloseable {
    private final ResourcePool<T, ?> pool;
    private final AtomicReference<Stock.@Nullable Place<T>> place;

    Lease(ResourcePool<T, ?> pool, Stock.Place<T> place) {
        this.pool = pool;
        this.place = new AtomicReference<>(place);
    }

    /// The item; throws `IllegalStateException` once it has been given back.
    public T get() {
        var held = place.get();
        T item = held == null ? null : held.item;
        if (held == null || item == null) {
            throw new IllegalStateException("the item has been given back to a " + pool);
        }
        var caller = Thread.currentThread();
        if (held.holder != caller) { // it was handed on
            held.holder = caller;
        }
        return item;
    }

    /// Gives the item back to the pool. Blocks only if the item is one too many, or too old, or the
    /// pool is closed, while it is destroyed; what ends that is thrown, and the place is free.
    @Override
    public void close() {
        var held = place.getAndSet(null);
        if (held != null) {
            pool.giveBack(held);
        }
    }

    /// Has the item destroyed, as it is broken, and gives its place back; blocks meanwhile.
    public void discard() {
        var held = place.getAndSet(null);
        if (held != null) {
            pool.discard(held);
        }
    }

    @Override
    public String toString() {
        var held = place.get();
        return held == null ? "lease that has ended" : "lease of " + held.item;
    }
}
