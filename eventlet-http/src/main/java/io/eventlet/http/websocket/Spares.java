// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Things that are dear to make, for whoever needs one for a while: so that a connection that waits
/// holds none. Keeps a few, without a lock; those who find none make one.
final class Spares<T> {
    /// How many bytes an array of [#BUFFERS] has.
    static final int BUFFER = 1 << 14;

    static final Spares<byte[]> BUFFERS = new Spares<>(() -> new byte[BUFFER], _ -> {});

    /// Of 256 KiB each, outside the heap.
    static final Spares<Deflater> DEFLATERS =
            new Spares<>(() -> new Deflater(Deflater.DEFAULT_COMPRESSION, true), Deflater::end);

    /// Of 40 KiB each, outside the heap.
    static final Spares<Inflater> INFLATERS = new Spares<>(() -> new Inflater(true), Inflater::end);

    private static final int PLACES = 8;
    private static final int LOOKS = 4;

    private final AtomicReferenceArray<@Nullable T> places = new AtomicReferenceArray<>(PLACES);
    private final Supplier<T> make;
    private final Consumer<T> drop;

    private Spares(Supplier<T> make, Consumer<T> drop) {
        this.make = make;
        this.drop = drop;
    }

    T take() {
        int first = first();
        for (int i = 0; i < LOOKS; i++) {
            T found = places.getAndSet(first + i, null);
            if (found != null) {
                return found;
            }
        }
        return make.get();
    }

    void give(T spare) {
        int first = first();
        for (int i = 0; i < LOOKS; i++) {
            if (places.compareAndSet(first + i, null, spare)) {
                return;
            }
        }
        drop.accept(spare);
    }

    /// Where to look first: carriers are few, but nobody says which it is.
    private int first() {
        long id = Thread.currentThread().threadId();
        return (int) (id & 1) * LOOKS;
    }
}
