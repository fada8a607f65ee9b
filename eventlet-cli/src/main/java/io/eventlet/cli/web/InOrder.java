// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.ThrowingFunction;
import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/// The results of a function for the items of a sequence, in the order of the items. A pool limits
/// how many run at once; a window, wider than that, limits how many have been begun beyond the
/// oldest whose result was not taken, so that one that is slow does not hold up the others. For one
/// thread.
public final class InOrder<T> implements AutoCloseable {
    private final GreenQueue<GreenThread<T>> begun;
    private final GreenThread<?> feeder;

    private InOrder(GreenQueue<GreenThread<T>> begun, GreenThread<?> feeder) {
        this.begun = begun;
        this.feeder = feeder;
    }

    /// Begins, in a green thread that draws the items.
    public static <A, T> InOrder<T> of(
            GreenPool pool, int window, Iterator<A> items, ThrowingFunction<A, T> body) {
        var begun = GreenQueue.<GreenThread<T>>bounded(window);
        var feeder =
                GreenThread.spawn(() -> {
                    try {
                        while (items.hasNext()) {
                            A item = items.next();
                            begun.put(pool.spawn(() -> body.apply(item)));
                        }
                    } finally {
                        begun.close();
                    }
                });
        return new InOrder<>(begun, feeder);
    }

    /// The next result, waiting for it; null behind the last. What the function threw is the cause
    /// of a [io.eventlet.TaskFailed], and so is what the sequence threw, at its end.
    public @Nullable T next() {
        GreenThread<T> oldest;
        try {
            oldest = begun.get();
        } catch (QueueClosed e) {
            feeder.await();
            return null;
        }
        return oldest.await();
    }

    /// Begins no more. Those that have been begun go on.
    @Override
    public void close() {
        feeder.kill();
    }
}
