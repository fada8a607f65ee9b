// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.wait.Interrupts;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;

/// A task of a [GreenExecutor] that begins later, once or again and again: each time in a green
/// thread of its own, which is made beforehand and started by a timer.
final class DelayedTask<T extends @Nullable Object> extends FutureTask<T>
        implements RunnableScheduledFuture<T> {
    private final GreenExecutor executor;
    private final long periodNanos; // 0 for once
    private final boolean afterEnd; // whether a period begins with the end of a run
    private volatile long due; // by the clock of the hub
    private volatile @Nullable GreenThread<?> next; // that waits to begin, or the last that did

    DelayedTask(GreenExecutor executor, Callable<T> task, long periodNanos, boolean afterEnd) {
        super(task);
        this.executor = executor;
        this.periodNanos = periodNanos;
        this.afterEnd = afterEnd;
    }

    /// What its next thread runs.
    Callable<@Nullable Void> work() {
        return Body.callable(this::runNow);
    }

    /// Called before the thread is started, by who starts it: the nanoseconds after which.
    long waits(GreenThread<?> thread, long firstNanos) {
        long now = now(thread);
        if (next == null) {
            due = now + firstNanos;
        } else {
            due = (afterEnd ? now : due) + periodNanos;
        }
        next = thread;
        return Math.max(0, due - now);
    }

    private static long now(GreenThread<?> thread) {
        return thread.body.hubClock().nanoTime();
    }

    private void runNow() {
        if (!executor.began(this, Objects.requireNonNull(GreenThread.current()))) {
            return;
        }
        if (!isPeriodic()) {
            run();
        } else if (runAndReset()) {
            repeat();
        }
    }

    private void repeat() {
        try {
            if (executor.repeat(this)) {
                return;
            }
        } catch (RejectedExecutionException e) {
            // the hub has been closed, as the executor may be
        } catch (Throwable e) {
            setException(e);
            return;
        }
        boolean ignored = cancel(false);
    }

    /// Called when a thread has ended. What that failed with is no error of the task's, but of what
    /// should have begun it: it will not begin any more.
    void ended(GreenThread<?> thread) {
        var error = thread == next && !thread.isCancelled() ? thread.failure() : null;
        if (error != null) {
            setException(error);
        }
    }

    /// Keeps it from beginning, once it is no more among those that are to.
    void stopWaiting() {
        var waiting = next;
        if (waiting != null) {
            boolean ignored = waiting.cancel();
        }
    }

    @Override
    protected void done() {
        if (isCancelled()) {
            executor.forget(this);
        }
    }

    /// Nobody waits for the result of a periodic task, which never comes.
    @Override
    protected void setException(Throwable error) {
        super.setException(error);
        var cause = Interrupts.cause(error);
        if (isPeriodic() && !Lifecycle.isSilent(cause)) {
            UncaughtErrors.report(Thread.currentThread(), cause);
        }
    }

    @Override
    public boolean isPeriodic() {
        return periodNanos > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        var thread = next;
        return thread == null ? 0 : unit.convert(due - now(thread), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return other instanceof DelayedTask<?> task
                ? Long.compare(due - task.due, 0)
                : Long.compare(
                        getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public String toString() {
        return super.toString() + " of " + executor;
    }
}
