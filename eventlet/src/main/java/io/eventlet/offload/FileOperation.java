// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.Event;
import io.eventlet.ThrowingSupplier;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// An operation on a file, whose caller may leave before it ends.
final class FileOperation<T> {
    private enum State {
        NEW,
        RUNS,
        ENDED,
        LEFT, // by its caller, and it still runs
        DROPPED // never to be run
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final Event<Boolean> end = new Event<>();
    private final ThrowingSupplier<T, IOException> work;
    private final Consumer<? super T> unwanted;
    private volatile @Nullable T result;

    /// @param unwanted takes the result that its caller does not get
    FileOperation(ThrowingSupplier<T, IOException> work, Consumer<? super T> unwanted) {
        this.work = work;
        this.unwanted = unwanted;
    }

    /// Waits for the result.
    T call(Offload threads) throws IOException {
        boolean got = false;
        try {
            T ours = threads.call(this::run);
            got = true;
            return ours;
        } finally {
            if (!got) {
                leave();
            }
        }
    }

    private void leave() {
        if (state.compareAndSet(State.NEW, State.DROPPED)
                || state.compareAndSet(State.RUNS, State.LEFT)) {
            return;
        }
        var there = result;
        if (there != null) {
            unwanted.accept(there);
        }
    }

    private T run() throws IOException {
        if (!state.compareAndSet(State.NEW, State.RUNS)) {
            throw new IOException("nobody waits for it any more");
        }
        try {
            T now = work.get();
            result = now;
            if (!state.compareAndSet(State.RUNS, State.ENDED)) {
                unwanted.accept(now);
            }
            return now;
        } finally {
            state.compareAndSet(State.RUNS, State.ENDED);
            end.send(true);
        }
    }

    boolean hasNotBegun() {
        return state.get() == State.DROPPED;
    }

    /// Whether it went on when its caller left.
    boolean isLeft() {
        return state.get() == State.LEFT;
    }

    void awaitEnd() {
        boolean ignored = end.await();
    }
}
