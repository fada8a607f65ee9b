// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Something to be done at a time, unless it is cancelled before.
///
/// It has no result: as a future it only knows whether it has been done or cancelled.
final class Timer implements ScheduledFuture<@Nullable Object> {
    private static final VarHandle TASK;

    static {
        try {
            TASK = MethodHandles.lookup().findVarHandle(Timer.class, "task", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Timers timers;
    final long deadline;
    long sequence; // hub only
    private volatile @Nullable Runnable task; // null when done or cancelled
    private boolean cancelled; // written before task

    Timer(Timers timers, Runnable task, long deadline) {
        this.timers = timers;
        this.task = task;
        this.deadline = deadline;
    }

    /// Earlier, or as early and added before. Times are compared by difference.
    boolean isBefore(Timer other) {
        long difference = deadline - other.deadline;
        return difference < 0 || (difference == 0 && sequence - other.sequence < 0);
    }

    boolean isDead() {
        return task == null;
    }

    /// Does it, unless it has been cancelled: then false.
    boolean fire() {
        var due = (Runnable) TASK.getAndSet(this, null);
        if (due == null) {
            return false;
        }
        due.run();
        return true;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (TASK.getAndSet(this, null) == null) {
            return false;
        }
        cancelled = true;
        timers.noteCancelled();
        return true;
    }

    @Override
    public boolean isCancelled() {
        return isDead() && cancelled;
    }

    @Override
    public boolean isDone() {
        return isDead();
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(deadline - timers.clock().nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public @Nullable Object get() {
        throw new UnsupportedOperationException("a timer has no result");
    }

    @Override
    public @Nullable Object get(long timeout, TimeUnit unit) {
        return get();
    }
}
