// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Cancellation;
import io.eventlet.hub.Cancelled;
import io.eventlet.hub.Clause;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.hub.Interrupts;
import io.eventlet.hub.Strand;
import io.eventlet.hub.UncaughtErrors;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waitable;
import io.eventlet.hub.Waits;
import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.member.Draft;
import io.eventlet.member.Member;
import io.eventlet.member.Outcome;
import io.eventlet.poll.Parking;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
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
public final class GreenThread<T extends @Nullable Object> implements Future<T>, Waitable {
    /*
     * phase:  SCHEDULED ──begin()──▶ BEGUN ──▶ ENDED ──▶ outcome is set
     *             │                   ▲ │
     *             │                   │ ▼
     *             │                  KILLING, while the thread is interrupted
     *             └────kill()──▶ CANCELLED ──▶ outcome is set
     *
     * Who ends it sets the outcome first and then takes the watchers, who add themselves first and
     * then look at the outcome, so that one of them sees the other. A kill that comes when the body
     * has ended is too late: it must not hit a link instead.
     */
    private static final int SCHEDULED = 0;
    private static final int BEGUN = 1;
    private static final int KILLING = 2;
    private static final int ENDED = 3;
    private static final int CANCELLED = 4;

    private static final VarHandle PHASE;
    private static final VarHandle WATCHERS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            PHASE = lookup.findVarHandle(GreenThread.class, "phase", int.class);
            WATCHERS = lookup.findVarHandle(GreenThread.class, "watchers", Watchers.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Body<?> body;
    private final Thread thread;
    private final boolean detached; // nobody will ask for its outcome
    private volatile int phase;
    private volatile @Nullable Outcome outcome;
    private volatile @Nullable Watchers watchers;

    GreenThread(Hub hub, Inheritance inheritance, Callable<? extends T> work, boolean detached) {
        this.detached = detached;
        var made = new Body<>(this, hub, Objects.requireNonNull(work));
        body = made;
        thread = hub.newThread(inheritance, made, made);
    }

    /// One that its spawner runs itself: see [#runInline].
    private GreenThread(GreenThread<?> spawner, boolean detached) {
        this.detached = detached;
        body = spawner.body;
        thread = spawner.thread;
        phase = BEGUN;
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

    GreenThread<T> start() {
        body.hub().startThread(thread);
        return this;
    }

    GreenThread<T> startAfter(Duration delay, @Nullable Thread spawner) {
        var known = watchers();
        known.spawner = spawner;
        var hub = body.hub();
        var later = thread; // which a dump finds in the timer
        known.delay = hub.schedule(() -> hub.startThread(later), Waits.nanos(delay));
        return this;
    }

    // ---- for the calling thread

    /// The green thread that runs the caller; null on another thread.
    public static @Nullable GreenThread<?> current() {
        return Strand.current() instanceof Body<?> body ? body.green() : null;
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
        Waits.PARKING.giveWay();
        Waits.ensureNotCancelled();
    }

    /// As a member of a pool.
    Member member() {
        return body;
    }

    // ---- the life of the thread

    boolean begin() {
        var known = watchers;
        if (known != null && known.spawner != null && !known.spawner.isAlive()) {
            cancel();
            return false;
        }
        return PHASE.compareAndSet(this, SCHEDULED, BEGUN);
    }

    void run(Callable<? extends T> work) {
        Outcome ended;
        try {
            ended = Outcome.Value.of(work.call());
        } catch (Throwable e) {
            ended = new Outcome.Failure(Interrupts.cause(e), thread);
        }
        leave(BEGUN, ENDED);
        body.prepareToEnd();
        end(ended);
    }

    /// Changes the phase, once it is one of a kill no more; false if it was another one.
    private boolean leave(int from, int to) {
        while (!PHASE.compareAndSet(this, from, to)) {
            if (phase != KILLING && phase != from) {
                return false;
            }
            Thread.yield(); // to the killer, who may be a green thread that had to wait
        }
        return true;
    }

    /// Runs a body on the caller, a green thread, as one that has ended when this returns. What the
    /// caller is cancelled with meanwhile is not the body's, but the caller's: it is thrown.
    static <T extends @Nullable Object> GreenThread<T> runInline(
            GreenThread<?> caller, Callable<? extends T> work, boolean detached) {
        var green = new GreenThread<T>(caller, detached);
        Outcome ended;
        try {
            ended = Outcome.Value.of(work.call());
        } catch (Throwable e) {
            var cause = Interrupts.cause(e);
            if (caller.body.hasDelivered(cause)) {
                throw Waits.rethrow(cause);
            }
            ended = new Outcome.Failure(cause, green.thread);
        }
        green.end(ended);
        return green;
    }

    private void end(Outcome ended) {
        outcome = ended;
        if (body.green() == this) { // else it ran inline, as part of another one
            body.end();
        }
        boolean watched = false;
        if (watchers != null || !WATCHERS.compareAndSet(this, null, Watchers.NONE)) {
            watched = tell(Objects.requireNonNull(watchers));
        }
        if (ended instanceof Outcome.Failure failure && !watched && !isSilent(failure.peek())) {
            if (detached) {
                failure.report();
            } else {
                body.forget(this, thread); // which the report will name
                failure.reportUnlessSeen(this);
            }
        }
    }

    /// Runs the links, those that links add included, then wakes who waits; false if nobody did.
    private boolean tell(Watchers known) {
        while (true) {
            Consumer<?> link;
            known.lock.lock();
            try {
                link = known.links.poll();
                if (link == null) {
                    return known.wakeAll();
                }
            } finally {
                known.lock.unlock();
            }
            follow(link);
        }
    }

    @SuppressWarnings("unchecked")
    private void follow(Consumer<?> link) {
        try {
            ((Consumer<GreenThread<T>>) link).accept(this);
        } catch (Throwable e) { // of one link; the others run all the same
            UncaughtErrors.report(Thread.currentThread(), e);
        }
    }

    static boolean isSilent(Throwable error) {
        return error instanceof Cancelled && !(error instanceof TimeoutExpired);
    }

    private Watchers watchers() {
        var known = watchers;
        if (known == null) {
            var made = new Watchers(this);
            var there = (Watchers) WATCHERS.compareAndExchange(this, null, made);
            known = there == null ? made : there;
        }
        return known;
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
            return waiter == null || waiter.await(deadline);
        }
        return true;
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
                _ -> then.apply(result(outcome)));
    }

    @Override
    public WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        var known = watchers();
        return Locks.call(
                known.lock, () -> outcome == null ? known.waiters.addAction(action) : null);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T allows it
    private T result(@Nullable Outcome ended) {
        return switch (Objects.requireNonNull(ended)) {
            case Outcome.Value value -> (T) value.value();
            case Outcome.Failure failure -> throw new TaskFailed(this + " failed", failure.error());
        };
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
                        || Locks.call(known.lock, () -> known.told || !known.links.add(link));
        if (late) {
            link.accept(this);
        }
    }

    /// Takes a link back: false if it was not there, or has been called.
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
    /// It may catch it and go on: then this has not killed it. The caller gives way, so that a
    /// thread of the same hub has dealt with it when this returns. The links of one that has not
    /// begun run here, on the caller.
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

    private void killWith(java.util.function.Supplier<? extends Throwable> cause) {
        if (isDead() || cancelWith(cause)) {
            return;
        }
        if (!leave(BEGUN, KILLING)) {
            return; // it has ended meanwhile
        }
        try {
            boolean ignored = new Cancellation(body, cause).fire();
        } finally {
            phase = BEGUN;
        }
        if (Thread.currentThread() == thread) {
            throw Waits.raise();
        }
        if (body.hub() == Hub.current()) {
            Waits.PARKING.giveWay();
        }
    }

    /// Keeps it from beginning, and runs its links on the caller; no effect, and false, once it has
    /// begun.
    public boolean cancel() {
        return cancelWith(() -> new GreenThreadKilled(this + " was cancelled before it began"));
    }

    private boolean cancelWith(java.util.function.Supplier<? extends Throwable> cause) {
        if (!PHASE.compareAndSet(this, SCHEDULED, CANCELLED)) {
            return false;
        }
        var known = watchers;
        if (known != null && known.delay != null) {
            known.delay.cancel(false);
        }
        end(new Outcome.Failure(cause.get(), thread));
        return true;
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
        int now = phase;
        return now != SCHEDULED && now != CANCELLED;
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
