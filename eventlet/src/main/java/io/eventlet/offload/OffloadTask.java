// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.ThrowingSupplier;
import io.eventlet.wait.Held;
import io.eventlet.wait.Named;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;

/// What a caller has moved to a thread of an [Offload], and waits for.
final class OffloadTask<T extends @Nullable Object> implements Held, Named {
    private static final int MOST_NOTES = 8; // on an error that is thrown again and again

    private final Workers workers;
    private final @Nullable OffloadTask<?> outer; // in which the caller is
    private final WaitQueue caller;
    private final WaitQueue.Waiter waiter;
    private final Thread callerThread = Thread.currentThread();
    private @Nullable ThrowingSupplier<? extends T, ?> body; // dropped when it begins
    private @Nullable T value; // by the worker, until the caller is woken
    private @Nullable Throwable error; // by the worker, until the caller is woken
    final long asked = System.nanoTime();
    // guarded by the lock of the workers:
    @Nullable Worker worker; // that runs it
    long begun;

    /// Made by the caller, under the lock.
    OffloadTask(
            Workers workers,
            ReentrantLock lock,
            @Nullable OffloadTask<?> outer,
            ThrowingSupplier<? extends T, ?> body) {
        this.workers = workers;
        this.outer = outer;
        this.body = body;
        caller = new WaitQueue(lock, this);
        waiter = caller.add(null);
    }

    /// Whether this, or a task that waits for it, is one of some workers.
    boolean isWithin(Workers some) {
        for (OffloadTask<?> task = this; task != null; task = task.outer) {
            if (task.workers == some) {
                return true;
            }
        }
        return false;
    }

    /// Runs it on a worker, whatever it throws.
    void run() {
        var begunBody = body;
        body = null;
        try {
            value = begunBody == null ? null : begunBody.get();
        } catch (Throwable e) {
            error = e;
        }
    }

    void fail(Throwable cause) {
        body = null;
        error = cause;
    }

    boolean hasFailed() {
        return error != null;
    }

    @Nullable Throwable error() {
        return error;
    }

    /// Waits until it has ended, or gives it up: what ends the wait is thrown.
    void await() {
        try {
            boolean ignored = waiter.await(Waits.NEVER);
        } catch (Throwable e) {
            workers.abandon(this);
            throw e;
        }
    }

    /// Called when it has ended, under the lock: false if nobody waits for it any more.
    boolean wakeCaller() {
        return caller.wake(null);
    }

    /// Its result, or its error with a note of who had it done, so that both stack traces show.
    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T allows it
    <X extends Exception> T result() throws X {
        var failure = error;
        if (failure == null) {
            return value;
        }
        if (notes(failure) < MOST_NOTES) {
            failure.addSuppressed(new AskedHere(workers, callerThread));
        }
        if (failure instanceof Error e) {
            throw e;
        }
        throw (X) failure;
    }

    private static long notes(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).filter(AskedHere.class::isInstance).count();
    }

    /// Where the caller of a task that has failed is.
    private static final class AskedHere extends Exception {
        private static final long serialVersionUID = 1;

        AskedHere(Workers workers, Thread caller) {
            super("offloaded to '%s' by %s".formatted(workers.name(), caller));
        }
    }

    /// Who runs it; while it waits for a thread, all that are busy.
    @Override
    public Collection<Thread> holders() {
        return workers.holders(this);
    }

    /// Not while it waits for a thread, since there may be more of those.
    @Override
    public boolean isEndedByHoldersOnly() {
        return worker != null; // perhaps not the latest news
    }

    @Override
    public boolean isDoneOutside() {
        return true;
    }

    @Override
    public String toString() {
        var running = worker; // perhaps not the latest news
        return "task of offload '%s'%s"
                .formatted(workers.name(), running == null ? "" : " on " + running.getName());
    }
}
