// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/// An item of a [ResourcePool] that is lent, until this is closed.
///
/// It is given back once, however often and by how many threads this is closed or discarded. Any
/// thread may do so.
public final class Lease<T> implements AutoCloseable {
    private final ResourcePool<T, ?> pool;
    private final AtomicReference<Entries.@Nullable Entry<T>> entry;

    Lease(ResourcePool<T, ?> pool, Entries.Entry<T> entry) {
        this.pool = pool;
        this.entry = new AtomicReference<>(entry);
    }

    /// The item; throws `IllegalStateException` once it has been given back.
    public T get() {
        var held = entry.get();
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
    /// pool is closed, while it is destroyed; what ends that is thrown, and it counts no more.
    @Override
    public void close() {
        var held = entry.getAndSet(null);
        if (held != null) {
            pool.giveBack(held);
        }
    }

    /// Has the item destroyed, as it is broken, and lets another one be made; blocks meanwhile.
    public void discard() {
        var held = entry.getAndSet(null);
        if (held != null) {
            pool.discard(held);
        }
    }

    @Override
    public String toString() {
        var held = entry.get();
        return held == null ? "lease that has ended" : "lease of " + held.item;
    }
}
