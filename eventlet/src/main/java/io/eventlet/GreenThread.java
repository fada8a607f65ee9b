// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.member.Ahead;
import io.eventlet.member.Draft;
import io.eventlet.member.Loan;
import io.eventlet.member.Member;
import io.eventlet.member.Outcome;
import io.eventlet.poll.Parking;
import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/// A green thread, and the result it will have: what [Eventlet#spawn(Callable)] returns.
///
/// ```java
/// var answer = Eventlet.spawn(() -> 6 * 7);
/// answer.link(t -> System.out.println("done"));
/// System.out.println(answer.await());
/// ```
///
/// Results and errors may be asked for as often as one likes. An error that nobody asks for is
/// reported once, when nobody can any more. Thread-safe.
public final class GreenThread<T extends @Nullable Object> extends Lifecycle<T>
        implements Future<T>, Waitable {
    GreenThread(Hub hub, Inheritance inheritance, Callable<? extends T> work, boolean detached) {
        super(hub, inheritance, work, detached);
    }

    /// One that its spawner runs itself: see [#runInline].
    private GreenThread(GreenThread<?> spawner, boolean detached) {
        super(spawner, detached);
    }

    // ---- making one

    /// Runs a body in a green thread: see [Eventlet#spawn(Callable)].
    public static <T extends @Nullable Object> GreenThread<T> spawn(Callable<? extends T> body) {
        return spawnOn(Hub.current(), body);
    }

    /// As [#spawn(Callable)], without a result.
    public static GreenThread<@Nullable Void> spawn(Task body) {
        return spawn(Body.callable(body));
    }

    /// As [#spawn(Callable)], with a name for dumps and logs; what it spawns has it as well.
    public static <T extends @Nullable Object> GreenThread<T> spawn(
            String name, Callable<? extends T> body) {
        var named = Inheritance.named(Objects.requireNonNull(name));
        return new GreenThread<T>(Hub.current(), named, body, false).start();
    }

    /// As [#spawn(String, Callable)], without a result.
    public static GreenThread<@Nullable Void> spawn(String name, Task body) {
        return spawn(name, Body.callable(body));
    }

    /// Runs a body in a green thread of another hub.
    public static <T extends @Nullable Object> GreenThread<T> spawnOn(
            Hub hub, Callable<? extends T> body) {
        return new GreenThread<T>(hub, Inheritance.ofCaller(), body, false).start();
    }

    /// As [#spawnOn(Hub, Callable)], without a result.
    public static GreenThread<@Nullable Void> spawnOn(Hub hub, Task body) {
        return spawnOn(hub, Body.callable(body));
    }

    /// Runs a body whose outcome nobody wants: an error is reported at once.
    public static GreenThread<@Nullable Void> spawnN(Task body) {
        var work = Body.callable(body);
        return new GreenThread<@Nullable Void>(Hub.current(), Inheritance.ofCaller(), work, true)
                .start();
    }

    /// Runs a body after a time, unless the spawner, if there is one given, has ended by then.
    static <T extends @Nullable Object> GreenThread<T> spawnAfter(
            Duration delay, Callable<? extends T> body, @Nullable Thread spawner) {
        Durations.ensureNotNegative(delay, "a delay");
        return new GreenThread<T>(Hub.current(), Inheritance.ofCaller(), body, false)
                .startAfter(delay, spawner);
    }

    /// One that does not begin yet. For other packages of this library: nobody else has a draft.
    @SuppressWarnings("exports") // so that it is so
    public static <T extends @Nullable Object> GreenThread<T> unstarted(Draft<T> draft) {
        var green =
                new GreenThread<T>(
                        draft.hub(), draft.inheritance(), draft.work(), draft.isDetached());
        draft.become(green.body);
        return green;
    }

    /// Runs a body on the caller, a green thread, as one that has ended when this returns. What the
    /// caller is cancelled with meanwhile is not the body's, but the caller's: it is thrown.
    static <T extends @Nullable Object> GreenThread<T> runInline(
            GreenThread<?> caller, Callable<? extends T> work, boolean detached) {
        var green = new GreenThread<T>(caller, detached);
        green.runInline(work);
        return green;
    }

    /// Called before it begins, by who will call [#joinAsCaller].
    GreenThread<T> inPlaceOfCaller() {
        watchers().awaited = true;
        return this;
    }

    /// Waits until it has ended, in place of the caller: what that is cancelled with meanwhile is
    /// passed on to it, and thrown if that ends it. If it ends without having met that, the caller
    /// meets it in its next wait.
    void joinAsCaller() {
        var caller = Objects.requireNonNull(Strand.current());
        var passedOn = new IdentityHashMap<Throwable, Cancellation>(2);
        while (true) {
            try {
                boolean ignored = hasEnded(Waits.NEVER, null);
                break;
            } catch (Throwable e) {
                passedOn.put(e, passOn(e, caller.hasDeliveredEnd(e)));
            }
        }
        var failure = outcome instanceof Outcome.Failure failed ? failed : null;
        var ended = failure == null ? null : failure.peek();
        passedOn.forEach((error, passed) -> {
            if (error != ended && !passed.hasThrown(error)) {
                boolean ignored = caller.giveBack(error);
            }
        });
        if (failure == null) {
            return;
        }
        if (passedOn.containsKey(ended)) {
            throw Waits.rethrow(failure.error());
        }
        noteUnseen(failure);
    }

    // ---- for the calling thread

    /// The green thread that runs the caller; null on another thread.
    public static @Nullable GreenThread<?> current() {
        if (!(Strand.current() instanceof Body<?> body)) {
            return null;
        }
        body.noteKnown();
        return body.green();
    }

    /// Waits for a time: see [Eventlet#sleep(Duration)].
    public static void sleep(Duration duration) {
        Durations.ensureNotNegative(duration, "a sleep");
        if (duration.isZero()) {
            GreenThread.yield();
            return;
        }
        long deadline = Waits.deadlineAfter(duration);
        boolean again = false;
        while (true) {
            var ending = Waits.park("sleep", deadline, again);
            again = true;
            if (ending == Parking.Outcome.EXPIRED) {
                return;
            }
            if (ending == Parking.Outcome.CANCELLED) {
                throw Waits.raise();
            }
        }
    }

    /// Lets others run first: see [Eventlet#yield()].
    @SuppressWarnings("NamedLikeContextualKeyword") // as Thread.yield()
    public static void yield() {
        Waits.ensureNotCancelled();
        Waits.PARKING.yieldNow();
        Waits.ensureNotCancelled();
    }

    /// As a member of a pool.
    Member member() {
        return body;
    }

    // ---- asking for the outcome

    /// Waits until it has ended and returns its result; throws [TaskFailed] with what it threw.
    /// What ends the wait itself is thrown as it is: the cause of a kill or a timeout of the
    /// caller, or [Cancelled] for an interrupt.
    public T await() {
        return result(outcomeBy(Waits.NEVER));
    }

    /// As [#await()], for at most a time; throws [LimitExpired] after that.
    public T await(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        var ended = outcomeBy(Waits.deadlineAfter(limit));
        if (ended == null) {
            throw new LimitExpired(this + " has not ended", limit);
        }
        return result(ended);
    }

    private @Nullable Outcome outcomeBy(long deadline) {
        return hasEnded(deadline, Watchers.FOR_OUTCOME) ? outcome : null;
    }

    boolean hasEnded(long deadline, @Nullable Object purpose) {
        if (outcome == null) {
            var known = watchers();
            var waiter =
                    Locks.call(
                            known.lock, () -> outcome != null ? null : known.waiters.add(purpose));
            return waiter == null || Loan.await(waiter, deadline, ahead());
        }
        return true;
    }

    /// What may be ahead of its beginning; null if it has begun, or waits for no permit.
    private @Nullable Ahead ahead() {
        return hasBegun() ? null : body.ahead();
    }

    /// What may be ahead of those among some things that are green threads.
    static @Nullable Ahead ahead(Collection<?> things) {
        var all = new ArrayList<Ahead>(0);
        for (var thing : things) {
            var one = thing instanceof GreenThread<?> green ? green.ahead() : null;
            if (one != null) {
                all.add(one);
            }
        }
        return Ahead.of(all);
    }

    /// Waits until it has ended, however: an error is not thrown, and counts as not seen.
    public void join() {
        boolean ignored = hasEnded(Waits.NEVER, null);
    }

    /// As [#join()], for at most a time: false if it has not ended then.
    public boolean join(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        return hasEnded(Waits.deadlineAfter(limit), null);
    }

    /// Its end, as a clause of a [Select]: the result, made into something. What it threw is thrown
    /// as by [#await()].
    public <R extends @Nullable Object> Clause<R> onEnd(Function<? super T, ? extends R> then) {
        Objects.requireNonNull(then);
        var known = watchers();
        return new LockedClause<>(
                known.lock,
                known.waiters,
                Watchers.FOR_OUTCOME,
                this::isDead,
                () -> null,
                ahead(),
                _ -> then.apply(result(outcome)));
    }

    @SuppressWarnings("exports") // for this module alone
    @Override
    protected WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        var known = watchers();
        return Locks.call(
                known.lock, () -> outcome == null ? known.waiters.addAction(action) : null);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T allows it
    private T result(@Nullable Outcome ended) {
        if (ended instanceof Outcome.Failure failure) { // no switch: docs/performance.md
            throw new TaskFailed(this + " failed", failure.error());
        }
        return (T) ((Outcome.Value) Objects.requireNonNull(ended)).value();
    }

    /// A future for code that composes such: it completes as this ends, with the result or with
    /// what was thrown, and is cancelled if this was killed. Cancelling it kills this, whatever the
    /// argument. What depends on it runs on the thread that ends, unless it is told where.
    ///
    /// A failure counts as seen: what becomes of it is the future's.
    public CompletableFuture<T> toCompletableFuture() {
        var future = new ThreadFuture<T>(this);
        link(ended -> {
            try {
                future.complete(ended.await());
            } catch (TaskFailed e) {
                future.fail(Objects.requireNonNull(e.getCause()));
            }
        });
        return future;
    }

    /// Has it called when the thread has ended: on it, before who waits goes on, in the order of
    /// the calls; at once, by the caller, if it has ended already. Those of a thread that never
    /// begins are called by whoever keeps it from beginning. A link of a pool's member is no member
    /// any more: if it spawns into the pool it may have to wait for a permit, and those who wait
    /// for the thread wait for the link. Who asks when it has ended but its links still run does
    /// not wait for them.
    public void link(Consumer<? super GreenThread<T>> link) {
        Objects.requireNonNull(link);
        var known = watchers();
        boolean late =
                known == Watchers.NONE
                        || Locks.call(known.lock, () -> known.told || !add(known, link));
        if (late) {
            link.accept(this);
        }
    }

    private static boolean add(Watchers known, Consumer<?> link) {
        known.links.add(link);
        return true;
    }

    /// Takes a link back, the very one that was given: false if it was not there, or has been
    /// called.
    public boolean unlink(Consumer<? super GreenThread<T>> link) {
        var known = watchers;
        return known != null
                && known != Watchers.NONE
                && Locks.call(known.lock, () -> known.links.remove(link));
    }

    // ---- ending it

    /// Ends its wait, or its next one, with a [GreenThreadKilled]; if it has not begun it never
    /// will. Does nothing if it has ended. One that kills itself gets it here.
    ///
    /// It may catch it and go on: then this has not killed it. The caller yields, four times at
    /// most: a thread of the same hub that waits has mostly dealt with it when this returns, and
    /// [#join()] waits for its end. The links of one that has not begun run here, on the caller.
    public void kill() {
        killWith(() -> new GreenThreadKilled(this + " was killed"));
    }

    /// As [#kill()], with a `RuntimeException` or an `Error` of the caller's.
    public void kill(Throwable cause) {
        if (!(cause instanceof RuntimeException || cause instanceof Error)) {
            throw new IllegalArgumentException(
                    "a green thread is killed with an unchecked exception, not with "
                            + Objects.requireNonNull(cause, "the cause of a kill"));
        }
        killWith(() -> cause);
    }

    /// Keeps it from beginning because it cannot be started: that is what it ends with.
    boolean fail(Throwable error) {
        return cancelWith(() -> error);
    }

    /// Keeps it from beginning, and runs its links on the caller; no effect, and false, once it has
    /// begun.
    public boolean cancel() {
        return cancelWith(() -> new GreenThreadKilled(this + " was cancelled before it began"));
    }

    // ---- what it is

    /// What it ended with by throwing it, which counts as seen now; null if it has not.
    @Nullable Throwable failure() {
        return outcome instanceof Outcome.Failure failure ? failure.error() : null;
    }

    /// Whether it has ended, or never will begin.
    public boolean isDead() {
        return outcome != null;
    }

    /// Whether it has begun; also true when it has ended since.
    public boolean isStarted() {
        return hasBegun();
    }

    public String name() {
        return thread.getName();
    }

    /// The virtual thread it is.
    public Thread thread() {
        return thread;
    }

    /// The hub it runs on.
    public Hub hub() {
        return body.hub();
    }

    @Override
    public String toString() {
        String name = thread.getName();
        return "green thread #" + thread.threadId() + (name.isEmpty() ? "" : " '" + name + "'");
    }

    // ---- as a future of java.util.concurrent

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return futureResult(awaitInterruptibly(Waits.NEVER));
    }

    @Override
    public T get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        var ended = awaitInterruptibly(Waits.deadlineAfter(Math.max(0, unit.toNanos(timeout))));
        if (ended == null) {
            throw new TimeoutException(this + " has not ended");
        }
        return futureResult(ended);
    }

    private @Nullable Outcome awaitInterruptibly(long deadline) throws InterruptedException {
        try {
            return outcomeBy(deadline);
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        }
    }

    private T futureResult(@Nullable Outcome ended) throws ExecutionException {
        if (ended instanceof Outcome.Failure failure) {
            if (isSilent(failure.error())) {
                var cancelled = new CancellationException(failure.error().getMessage());
                cancelled.initCause(failure.error());
                throw cancelled;
            }
            throw new ExecutionException(failure.error());
        }
        return result(ended);
    }

    /// Cancels it if it has not begun, else kills it if that is allowed; false if neither, or if it
    /// has ended. A killed thread may take a while to end.
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (isDead()) {
            return false;
        }
        if (cancel()) {
            return true;
        }
        if (mayInterruptIfRunning) {
            kill();
        }
        return mayInterruptIfRunning;
    }

    @Override
    public boolean isCancelled() {
        return outcome instanceof Outcome.Failure failure && isSilent(failure.peek());
    }

    @Override
    public boolean isDone() {
        return isDead();
    }
}
