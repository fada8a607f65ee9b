// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Origin;
import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.UncaughtErrors;

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

    /// What stands in the place of the task of a cancelled timer.
    private static final Runnable CANCELLED =
            new Runnable() {
                @Override
                public void run() {}
            };

    /// Times further apart than this could not be compared by difference.
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    /// How often one is fired again for want of memory: for ten seconds. One that needs more than
    /// there ever will be is not fired for ever.
    private static final int MOST_FAILURES = 1000;

    private final Timers timers;
    private short failures; // whoever fires it
    long deadline; // hub only, once it is added
    long sequence; // hub only
    final boolean endsWait; // of a thread, which is no business of its own
    private volatile @Nullable Runnable task; // null when done
    private volatile @Nullable Runnable onCancel; // of who fires it in place of its hub
    private final @Nullable Origin origin; // while somebody looks for what is left over

    /// A timer for a time from now, at most 146 years.
    Timer(Timers timers, Runnable task, long nanos) {
        this(timers, task, nanos, false);
    }

    Timer(Timers timers, Runnable task, long nanos, boolean endsWait) {
        this.timers = timers;
        this.endsWait = endsWait;
        origin = endsWait ? null : Origin.ifWanted();
        this.task = task;
        deadline = timers.clock().nanoTime() + Math.clamp(nanos, 0, LONGEST_NANOS);
    }

    /// Earlier, or as early and added before. Times are compared by difference.
    boolean isBefore(Timer other) {
        long difference = deadline - other.deadline;
        return difference < 0 || (difference == 0 && sequence - other.sequence < 0);
    }

    /// The green thread that it wakes or starts; null if it does something else, or is done.
    @Nullable Thread thread() {
        var now = task;
        return now == null || now == CANCELLED ? null : VirtualThreads.behind(now);
    }

    /// Whether it was set on a hub, which may have been closed since.
    boolean isOfHub() {
        return timers != SystemTimers.BY_THE_SYSTEM;
    }

    /// Who has set it; null if that was not noted.
    @Nullable Origin origin() {
        return origin;
    }

    boolean isDead() {
        var now = task;
        return now == null || now == CANCELLED;
    }

    /// What has become of one that was to be fired.
    enum Fired {
        DONE,
        CANCELLED,
        /// It needs memory that there is not: it is to be fired again.
        AGAIN
    }

    /// Does it, unless it has been cancelled.
    Fired fire() {
        var due = finish(null);
        if (due == null) {
            return Fired.CANCELLED;
        }
        try {
            due.run();
        } catch (OutOfMemoryError e) {
            if (failures++ == 0) {
                UncaughtErrors.reportLater(Thread.currentThread(), e);
            }
            if (failures == MOST_FAILURES) {
                return Fired.DONE;
            }
            task = due;
            return Fired.AGAIN;
        } catch (Throwable e) { // the loop that fires it has to go on
            UncaughtErrors.reportLater(Thread.currentThread(), e);
        }
        return Fired.DONE;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (finish(CANCELLED) == null) {
            return false;
        }
        timers.noteCancelled();
        var told = onCancel;
        if (told != null) {
            told.run();
        }
        return true;
    }

    /// Has it told of a cancellation, which may have come already.
    void onCancel(Runnable told) {
        onCancel = told;
        if (isCancelled()) {
            told.run();
        }
    }

    /// Puts something in the place of the task, and returns the task if it was the first to do so.
    private @Nullable Runnable finish(@Nullable Runnable instead) {
        var found = task;
        return found != null && found != CANCELLED && TASK.compareAndSet(this, found, instead)
                ? found
                : null;
    }

    @Override
    public boolean isCancelled() {
        return task == CANCELLED;
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

    @Override
    public String toString() {
        return "timer that is due in " + getDelay(TimeUnit.MILLISECONDS) + " ms";
    }
}
