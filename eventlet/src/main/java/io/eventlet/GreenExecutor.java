// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Interrupts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// An executor each of whose tasks is a green thread of one hub: at once, after a delay, or
/// periodically. For libraries that ask for an `ExecutorService` or a `ScheduledExecutorService`.
///
/// ```java
/// try (var executor = GreenExecutor.named("poll-")) {
///     executor.scheduleWithFixedDelay(this::poll, 0, 5, TimeUnit.SECONDS);
///     serve();
/// }
/// ```
///
/// It has no limit, so that no task waits for another's end; [GreenPool] is an executor with one.
/// Its threads are called by its prefix and a number, and inherit no scoped values. Delays go by
/// the clock of the hub.
///
/// It keeps the contract of `ScheduledThreadPoolExecutor` as that is made: after [#shutdown()]
/// tasks that have a delay are still run, and periodic ones are not; one that fails is not run
/// again. In addition, the error of a periodic task is reported at once, as is that of [#execute].
/// Where the hub is closed, tasks are rejected, and periodic ones are cancelled when they would be
/// run again. A task whose thread cannot be started fails. Thread-safe.
public final class GreenExecutor extends AbstractExecutorService
        implements ScheduledExecutorService {
    private final Hub hub;
    private final String prefix;
    private final AtomicLong count = new AtomicLong();
    private final Event<@Nullable Void> terminated = new Event<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<GreenThread<?>> running = new LinkedHashSet<>(); // under lock
    private final Set<DelayedTask<?>> delayed = new LinkedHashSet<>(); // under lock
    private boolean shutdown; // under lock

    private GreenExecutor(Hub hub, String prefix) {
        this.hub = Objects.requireNonNull(hub);
        this.prefix = Objects.requireNonNull(prefix);
    }

    /// One on the hub of the caller.
    public static GreenExecutor named(String prefix) {
        return on(Hub.current(), prefix);
    }

    /// One on a hub.
    public static GreenExecutor on(Hub hub, String prefix) {
        return new GreenExecutor(hub, prefix);
    }

    // ---- tasks that begin at once

    /// Runs a command in a green thread; never blocks. An error is reported at once.
    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command);
        var ignored = start(Body.callable(command::run), true);
    }

    /// Runs a task in a green thread; never blocks.
    @Override
    public <T extends @Nullable Object> GreenThread<T> submit(Callable<T> task) {
        return start(Objects.requireNonNull(task), false);
    }

    /// As [#submit(Callable)], without a result.
    @Override
    public GreenThread<?> submit(Runnable task) {
        Objects.requireNonNull(task);
        return start(Body.callable(task::run), false);
    }

    @Override
    public <T extends @Nullable Object> GreenThread<T> submit(Runnable task, T result) {
        Objects.requireNonNull(task);
        return submit(() -> {
            task.run();
            return result;
        });
    }

    private <T extends @Nullable Object> GreenThread<T> start(
            Callable<? extends T> work, boolean detached) {
        GreenThread<T> green = newThread(work, detached);
        try {
            boolean isAccepted = Locks.call(lock, () -> !shutdown && running.add(green));
            if (!isAccepted) {
                throw rejection();
            }
            green.link(this::ended);
            return green.start();
        } catch (Throwable e) { // it never begins
            ended(green);
            throw e;
        }
    }

    private RejectedExecutionException rejection() {
        return new RejectedExecutionException(this + " has been shut down");
    }

    private <T extends @Nullable Object> GreenThread<T> newThread(
            Callable<? extends T> work, boolean detached) {
        try {
            var named = Inheritance.onlyName(prefix + count.incrementAndGet());
            return new GreenThread<T>(hub, named, work, detached);
        } catch (IllegalStateException e) {
            throw new RejectedExecutionException(this + " cannot run it: " + e.getMessage(), e);
        }
    }

    private void ended(GreenThread<?> thread) {
        change(() -> running.remove(thread));
    }

    /// Changes what it has to do, and tells who waits if nothing is left.
    private void change(Runnable change) {
        boolean isDone =
                Locks.call(
                        lock,
                        () -> {
                            change.run();
                            return isDone();
                        });
        if (isDone) {
            boolean ignored = terminated.trySend(null);
        }
    }

    private boolean isDone() {
        return shutdown && running.isEmpty() && delayed.isEmpty();
    }

    // ---- tasks that begin later

    /// Runs a command after a delay; one that is not positive has it run at once.
    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Objects.requireNonNull(command);
        return this.<@Nullable Void>schedule(Body.callable(command::run), delay, unit);
    }

    /// Runs a task after a delay; one that is not positive has it run at once.
    @Override
    public <T extends @Nullable Object> ScheduledFuture<T> schedule(
            Callable<T> task, long delay, TimeUnit unit) {
        return begin(
                new DelayedTask<T>(this, Objects.requireNonNull(task), 0, false),
                unit.toNanos(delay));
    }

    /// Runs a command after a delay, and again each period after it was due; late runs follow each
    /// other at once, and never at the same time. Ends with the first run that fails.
    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return begin(periodic(command, period, unit, false), unit.toNanos(initialDelay));
    }

    /// Runs a command after a delay, and again a delay after the end of each run. Ends with the
    /// first run that fails.
    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return begin(periodic(command, delay, unit, true), unit.toNanos(initialDelay));
    }

    private DelayedTask<?> periodic(
            Runnable command, long period, TimeUnit unit, boolean afterEnd) {
        Objects.requireNonNull(command);
        if (period <= 0) {
            throw new IllegalArgumentException("a period must be positive: " + period);
        }
        return new DelayedTask<@Nullable Void>(
                this, Body.callable(command::run), unit.toNanos(period), afterEnd);
    }

    private <F extends DelayedTask<?>> F begin(F task, long delayNanos) {
        if (!startLater(task, Math.max(0, delayNanos))) {
            throw rejection();
        }
        return task;
    }

    /// Has a periodic task run again: false if no more is.
    boolean repeat(DelayedTask<?> task) {
        return startLater(task, 0);
    }

    /// Has a task run later, false if it is not accepted: the first time after so many nanoseconds,
    /// and then when it is due.
    private boolean startLater(DelayedTask<?> task, long firstNanos) {
        var green = newThread(task.work(), false);
        long nanos = task.waits(green, firstNanos);
        green.link(thread -> ended(task, thread));
        try {
            if (!Locks.call(lock, () -> !shutdown && delayed.add(task))) {
                return false;
            }
            var ignored = green.startAfter(Duration.ofNanos(nanos), null);
        } catch (Throwable e) { // nothing starts it
            change(() -> delayed.remove(task));
            throw e;
        }
        if (task.isCancelled()) { // before it was among those that wait
            forget(task);
        }
        return true;
    }

    /// Called by a task on the thread that it waited for: false if it is not to run.
    boolean began(DelayedTask<?> task, GreenThread<?> thread) {
        return Locks.call(lock, () -> delayed.remove(task) && running.add(thread));
    }

    /// Called when a thread of a task has ended, or cannot begin.
    private void ended(DelayedTask<?> task, GreenThread<?> thread) {
        task.ended(thread);
        change(() -> {
            running.remove(thread);
            if (task.isDone()) { // it has never begun
                delayed.remove(task);
            }
        });
    }

    /// Called when a task is cancelled: it does not wait any more.
    void forget(DelayedTask<?> task) {
        change(() -> delayed.remove(task));
        task.stopWaiting();
    }

    // ---- its end

    /// From now on tasks are rejected. Those that run go on, those with a delay will be run, and
    /// periodic ones are cancelled.
    @Override
    public void shutdown() {
        List<DelayedTask<?>> periodic = new ArrayList<>();
        change(() -> {
            shutdown = true;
            delayed.stream().filter(DelayedTask::isPeriodic).forEach(periodic::add);
        });
        periodic.forEach(task -> task.cancel(false));
    }

    /// As [#shutdown()]; kills the tasks that run, and gives back those whose delay has not passed,
    /// which will not be run.
    @Override
    public List<Runnable> shutdownNow() {
        List<DelayedTask<?>> waiting = new ArrayList<>();
        List<GreenThread<?>> threads = new ArrayList<>();
        change(() -> {
            shutdown = true;
            waiting.addAll(delayed);
            delayed.clear();
            threads.addAll(running);
        });
        waiting.forEach(DelayedTask::stopWaiting);
        threads.forEach(GreenThread::kill);
        return List.copyOf(waiting);
    }

    @Override
    public boolean isShutdown() {
        return Locks.call(lock, () -> shutdown);
    }

    @Override
    public boolean isTerminated() {
        return Locks.call(lock, this::isDone);
    }

    /// Waits until it has been shut down and nothing is left to run. A task must not call it.
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            var ignored = terminated.await(Duration.ofNanos(Math.max(0, unit.toNanos(timeout))));
            return true;
        } catch (LimitExpired e) {
            return false;
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        }
    }

    /// Shuts it down and waits until nothing is left to run. If that wait is ended, by a kill, a
    /// timeout or an interrupt, the tasks are killed and their end is awaited before it is passed
    /// on.
    @Override
    public void close() {
        Closing.close(
                this,
                terminated::await,
                () -> {
                    var ignored = shutdownNow();
                });
    }

    @Override
    public String toString() {
        return Locks.call(
                lock,
                () ->
                        "executor '%s' on %s, %d running, %d later%s"
                                .formatted(
                                        prefix,
                                        hub,
                                        running.size(),
                                        delayed.size(),
                                        shutdown ? ", shut down" : ""));
    }
}
