// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.lang.Durations;
import io.eventlet.member.Member;
import io.eventlet.member.PermitPool;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// A limit on how many green threads run at once: spawning blocks while the pool is full.
///
/// ```java
/// var pool = new GreenPool(100);
/// for (byte[] body : pool.imap(url -> fetch(url), urls)) {
///     System.out.println("got body " + body.length);
/// }
/// ```
///
/// Whoever waits for a permit gets it in the order of the calls. A member of a full pool that
/// spawns into it runs the body itself, inline, and one that waits for other work in it lends its
/// permit to that, so that nested use cannot deadlock. As an executor it is one whose `submit` and
/// `execute` block when it is full. Thread-safe.
@SuppressWarnings("exports") // who has permits is nobody's business
public final class GreenPool extends PermitPool {
    static final int DEFAULT_SIZE = 1000;

    private final AtomicBoolean killed = new AtomicBoolean(); // since it was shut down

    /// A pool of 1000.
    public GreenPool() {
        this(DEFAULT_SIZE);
    }

    /// A pool of the given size; with 0, spawning blocks until it is resized.
    public GreenPool(int size) {
        this(null, size);
    }

    private GreenPool(@Nullable String name, int size) {
        super(name, size);
    }

    /// As [#GreenPool(int)], with a name for dumps and errors, which its members have as well.
    public static GreenPool named(String name, int size) {
        return new GreenPool(Objects.requireNonNull(name), size);
    }

    // ---- spawning

    /// Runs a body in a green thread of the pool; blocks while the pool is full. What ends that
    /// wait is thrown: the cause of a kill or a timeout, or [Cancelled] for an interrupt. Throws
    /// `RejectedExecutionException` if the pool has been shut down, or the caller's hub closed.
    public <T extends @Nullable Object> GreenThread<T> spawn(Callable<? extends T> body) {
        return spawn(body, false);
    }

    /// Runs a body without a result in a green thread of the pool; blocks while the pool is full.
    public GreenThread<@Nullable Void> spawn(Task body) {
        return spawn(Body.callable(body), false);
    }

    /// As [#spawn(Task)] for a body whose outcome nobody wants: an error is reported at once.
    public GreenThread<@Nullable Void> spawnN(Task body) {
        return spawn(Body.callable(body), true);
    }

    private <T extends @Nullable Object> GreenThread<T> spawn(
            Callable<? extends T> body, boolean detached) {
        Objects.requireNonNull(body);
        if (permits().take()) {
            return startMember(body, detached);
        }
        var caller = Objects.requireNonNull(GreenThread.current());
        if (!caller.body.beginInline()) {
            return runBeside(body, detached);
        }
        try {
            return GreenThread.runInline(caller, body, detached);
        } finally {
            caller.body.endInline();
        }
    }

    /// Starts a member with the permit that was taken.
    private <T extends @Nullable Object> GreenThread<T> startMember(
            Callable<? extends T> body, boolean detached) {
        GreenThread<T> green;
        try {
            green = newMember(body, detached);
        } catch (Throwable e) {
            permits().giveBack();
            throw e;
        }
        permits().start(green.member());
        return green;
    }

    private <T extends @Nullable Object> GreenThread<T> newMember(
            Callable<? extends T> body, boolean detached) {
        var hub = Hub.current();
        try {
            return new GreenThread<T>(hub, permits().inheritance(), body, detached);
        } catch (IllegalStateException e) {
            if (!hub.isOpen()) {
                throw new RejectedExecutionException(this + " cannot spawn: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /// As if it ran inline, for a member that runs many bodies inside one another: on a stack of
    /// its own, with the permit of the caller, who waits for its end.
    private <T extends @Nullable Object> GreenThread<T> runBeside(
            Callable<? extends T> body, boolean detached) {
        GreenThread<T> green = this.<T>newMember(body, detached).inPlaceOfCaller();
        permits().lend(green.member());
        try {
            green.joinAsCaller();
        } finally {
            permits().takeBack(green.member());
        }
        return green;
    }

    // ---- what it does with many items

    /// Applies a function to each item at once, as far as the pool has permits, and gives the
    /// results in the order of the items. See [Imap].
    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imap(
            ThrowingFunction<? super A, ? extends R> function, Iterable<? extends A> items) {
        return imap(function, items.iterator());
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imap(
            ThrowingFunction<? super A, ? extends R> function, Iterator<? extends A> items) {
        return new Imap<>(new Mapping<>(permits(), function, items, null, true));
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imap(
            ThrowingFunction<? super A, ? extends R> function, Stream<? extends A> items) {
        return new Imap<>(new Mapping<>(permits(), function, items.iterator(), items::close, true));
    }

    /// As [#imap(ThrowingFunction, Iterable)] over pairs of two sources, until the shorter ends.
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            Imap<R> imap(
                    ThrowingBiFunction<? super A, ? super B, ? extends R> function,
                    Iterable<? extends A> first,
                    Iterable<? extends B> second) {
        return starmap(function, Pairs.of(first, second));
    }

    /// As [#imap(ThrowingFunction, Iterable)], with the results as they come.
    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imapUnordered(
            ThrowingFunction<? super A, ? extends R> function, Iterable<? extends A> items) {
        return imapUnordered(function, items.iterator());
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imapUnordered(
            ThrowingFunction<? super A, ? extends R> function, Iterator<? extends A> items) {
        return new Imap<>(new Mapping<>(permits(), function, items, null, false));
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imapUnordered(
            ThrowingFunction<? super A, ? extends R> function, Stream<? extends A> items) {
        return new Imap<>(
                new Mapping<>(permits(), function, items.iterator(), items::close, false));
    }

    /// As [#imap(ThrowingFunction, Iterable)] with pairs of arguments.
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            Imap<R> starmap(
                    ThrowingBiFunction<? super A, ? super B, ? extends R> function,
                    Iterable<? extends Map.Entry<? extends A, ? extends B>> items) {
        return imap(pair -> function.apply(pair.getKey(), pair.getValue()), items);
    }

    /// Applies a function to each item and waits for all; the first failure in the order of the
    /// items is thrown, and the rest is stopped.
    public <A extends @Nullable Object, R extends @Nullable Object> List<R> map(
            ThrowingFunction<? super A, ? extends R> function, Iterable<? extends A> items) {
        var results = new ArrayList<R>();
        try (Imap<R> imap = imap(function, items)) {
            for (R result : imap) {
                results.add(result);
            }
        }
        return results;
    }

    // ---- its size and its members

    /// Waits until no member is left and nobody waits to spawn one. A member must not call it. What
    /// ends the wait is thrown, as by [#spawn(Callable)]; the members go on.
    public void waitall() {
        boolean ignored = permits().awaitIdle(Waits.NEVER);
    }

    /// As [#waitall()], for at most a time: false if there still were members.
    public boolean waitall(Duration limit) {
        return permits()
                .awaitIdle(
                        Waits.deadlineAfter(
                                Durations.ensureNotNegative(limit, "the limit of a wait")));
    }

    /// Changes the size. If it grows, who waits for a permit gets it; if it shrinks, members go on
    /// to their end, and [#free()] is negative until enough have.
    public void resize(int newSize) {
        permits().resize(newSize);
    }

    /// How many may run at once.
    public int size() {
        return permits().size();
    }

    /// How many run now.
    public int running() {
        return permits().running();
    }

    /// How many more may run now. Negative after a resize to less than run, and for a moment when a
    /// member that had lent its permit goes on before it has it back.
    public int free() {
        return permits().free();
    }

    /// How many wait for a permit.
    public int waiting() {
        return permits().waiting();
    }

    /// Kills all members; if the caller is one, that one last.
    public void kill() {
        var caller = Strand.current();
        var members = permits().members();
        for (var member : members) {
            if (member != caller) {
                member.kill();
            }
        }
        if (caller instanceof Member member && members.contains(member)) {
            member.kill();
        }
    }

    @Override
    public String toString() {
        return permits().toString();
    }

    // ---- as an executor of java.util.concurrent

    /// Runs a command in the pool; blocks while the pool is full. An error is reported at once.
    @Override
    public void execute(Runnable command) {
        var ignored = spawnN(command::run);
    }

    /// As [#spawn(Callable)].
    @Override
    public <T extends @Nullable Object> GreenThread<T> submit(Callable<T> task) {
        return spawn(task);
    }

    /// As [#spawn(Task)].
    @Override
    public GreenThread<?> submit(Runnable task) {
        return spawn((Task) task::run);
    }

    @Override
    public <T extends @Nullable Object> GreenThread<T> submit(Runnable task, T result) {
        return spawn(() -> {
            task.run();
            return result;
        });
    }

    /// Runs all tasks and waits until they have ended.
    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return Invocations.all(permits(), tasks, Waits.NEVER);
    }

    /// Runs all tasks and waits until they have ended, for at most a time, the wait for permits
    /// included: those that have not are cancelled then.
    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        return Invocations.all(permits(), tasks, deadlineAfter(timeout, unit));
    }

    /// Runs tasks until one of them succeeds, and stops the others.
    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        try {
            return Invocations.any(permits(), tasks, Waits.NEVER);
        } catch (TimeoutException e) {
            throw new AssertionError("there is no limit", e);
        }
    }

    /// As [#invokeAny(Collection)], for at most a time, the wait for a permit included.
    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return Invocations.any(permits(), tasks, deadlineAfter(timeout, unit));
    }

    private static long deadlineAfter(long timeout, TimeUnit unit) {
        return Waits.deadlineAfter(Math.max(0, unit.toNanos(timeout)));
    }

    /// From now on spawning is rejected, for those who wait for a permit too. The members go on to
    /// their end. An [Imap] gives the results of the items that it has taken; then it throws the
    /// rejection, at the place of the next item.
    @Override
    public void shutdown() {
        permits().shutdown();
    }

    /// As [#shutdown()], and kills the members. What waited for a permit was not accepted, so that
    /// nothing is left to be listed.
    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        killed.set(true);
        kill();
        return List.of();
    }

    /// Shuts it down and waits until no member is left. If that wait is ended, by a kill, a timeout
    /// or an interrupt, the members are killed, unless [#shutdownNow()] has done so before, and
    /// their end is awaited before it is passed on.
    @Override
    public void close() {
        Closing.close(
                this,
                () -> {
                    boolean ignored = permits().awaitTermination(Waits.NEVER);
                },
                this::killUnlessKilled);
    }

    /// Kills the members of a pool that takes no more, each once: clean-up after the first kill is
    /// not ended by a second.
    private void killUnlessKilled() {
        if (killed.compareAndSet(false, true)) {
            kill();
        }
    }

    @Override
    public boolean isShutdown() {
        return permits().isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return permits().isTerminated();
    }

    /// Waits until the pool has been shut down and no member is left. A member must not call it.
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return permits().awaitTermination(deadlineAfter(timeout, unit));
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        }
    }
}
