// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// What the JDK knows of a hub: the scheduler of its virtual threads.
///
/// It has no threads of its own. Whatever it is given, by whichever method, becomes ready on the
/// hub; the methods that wait for a result are left as they are, since no scheduler is asked for
/// those.
abstract class HubScheduler extends ForkJoinPool {
    /*
     * A subclass of ForkJoinPool because only such a scheduler is asked for timers too. Which
     * method gets the tasks is the JDK's choice: VirtualThread of JDK 25 calls execute(Runnable),
     * that of JDK 27 submit(ForkJoinTask.adapt(task)); both keep externalSubmit and lazySubmit for
     * carriers of their own. What would fall through to the pool would run on a worker of the pool,
     * beside the hub and without an error.
     */
    HubScheduler() {
        super(1);
    }

    /// Makes a task ready, from whichever thread: never rejects, never blocks, never runs it
    /// inline.
    abstract void makeReady(Runnable task);

    /// Has a task, which ends the timed wait of a thread, run at a time from now.
    abstract ScheduledFuture<?> scheduleWait(Runnable task, long nanos);

    @Override
    public final void execute(Runnable task) {
        makeReady(task);
    }

    @Override
    public final void execute(ForkJoinTask<?> task) {
        makeReady(runnable(task));
    }

    @Override
    public final <T> ForkJoinTask<T> submit(ForkJoinTask<T> task) {
        makeReady(runnable(task));
        return task;
    }

    @Override
    public final <T> ForkJoinTask<T> externalSubmit(ForkJoinTask<T> task) {
        return submit(task);
    }

    @Override
    public final <T> ForkJoinTask<T> lazySubmit(ForkJoinTask<T> task) {
        return submit(task);
    }

    @Override
    public final ForkJoinTask<?> submit(Runnable task) {
        ForkJoinTask<?> adapted =
                task instanceof ForkJoinTask<?> itself ? itself : ForkJoinTask.adapt(task);
        return submit(adapted);
    }

    @Override
    public final <T> ForkJoinTask<T> submit(Runnable task, T result) {
        return submit(ForkJoinTask.adapt(task, result));
    }

    @Override
    public final <T> ForkJoinTask<T> submit(Callable<T> task) {
        return submit(ForkJoinTask.adapt(task));
    }

    @Override
    public final ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return scheduleWait(task, unit.toNanos(delay));
    }

    /// Runs a task where it is called, and throws what the task throws: an adapted one does so by
    /// its own `run`, on threads of every kind.
    private static Runnable runnable(ForkJoinTask<?> task) {
        return task instanceof Runnable itself ? itself : task::invoke;
    }
}
