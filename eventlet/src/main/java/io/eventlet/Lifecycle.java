// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.diagnosis.Deadlocks;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.member.LiveReports;
import io.eventlet.member.Outcome;
import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// How a green thread begins, runs and ends: what is behind a [GreenThread], which is how others
/// have to do with it.
abstract sealed class Lifecycle<T extends @Nullable Object> extends ReadySource
        permits GreenThread {
    /*
     * phase:  SCHEDULED ──begin()──▶ BEGUN ──▶ ENDED ──▶ outcome is set
     *             │                   ▲ │
     *             │                   │ ▼
     *             │                  BEGUN + how many kill it, while its strand is told
     *             └────kill()──▶ CANCELLED ──▶ outcome is set
     *
     * Who ends it sets the outcome first and then takes the watchers, who add themselves first and
     * then look at the outcome, so that one of them sees the other. A kill that comes when the body
     * has ended is too late: it must not hit a link instead.
     */
    private static final int TURNS_TO_NOTICE = 4;

    private static final int SCHEDULED = 0;
    private static final int ENDED = 1;
    private static final int CANCELLED = 2;
    private static final int BEGUN = 3; // or more

    private static final VarHandle PHASE;
    private static final VarHandle WATCHERS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            PHASE = lookup.findVarHandle(Lifecycle.class, "phase", int.class);
            WATCHERS = lookup.findVarHandle(Lifecycle.class, "watchers", Watchers.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        Deadlocks.watch(); // hubs know nothing of it
        Objects.requireNonNull(Outcome.Failure.WITHOUT_MEMORY); // loaded while there is memory
    }

    final Body<?> body;
    final Thread thread;
    private final boolean detached; // nobody will ask for its outcome
    private volatile int phase;
    volatile @Nullable Outcome outcome;
    volatile @Nullable Watchers watchers;

    Lifecycle(Hub hub, Inheritance inheritance, Callable<? extends T> work, boolean detached) {
        this.detached = detached;
        var made = new Body<>(self(), hub, Objects.requireNonNull(work));
        body = made;
        thread = made.newThread(inheritance);
    }

    /// That of one that its spawner runs itself: see [#runInline].
    Lifecycle(Lifecycle<?> spawner, boolean detached) {
        this.detached = detached;
        body = spawner.body;
        thread = spawner.thread;
        phase = BEGUN;
    }

    private GreenThread<T> self() {
        return (GreenThread<T>) this;
    }

    // ---- its beginning

    final GreenThread<T> start() {
        body.start();
        return self();
    }

    /// Has it begin after a time, unless the spawner, if there is one given, has ended by then.
    final GreenThread<T> startAfter(Duration delay, @Nullable Thread spawner) {
        var known = watchers();
        known.spawner = spawner;
        var timer = body.startLater(Waits.nanos(delay), this::failToStart);
        known.delay = timer;
        if (phase == CANCELLED) { // meanwhile, by somebody who saw no timer
            timer.cancel(false);
        }
        return self();
    }

    /// Called by a timer, where no link may run.
    private void failToStart(Throwable error) {
        ForkJoinPool.commonPool().execute(() -> cancelWith(() -> error));
    }

    /// Called on its thread: false if it is not to run.
    final boolean begin() {
        var known = watchers;
        if (known != null && known.spawner != null && !known.spawner.isAlive()) {
            boolean ignored = self().cancel();
            return false;
        }
        return PHASE.compareAndSet(this, SCHEDULED, BEGUN);
    }

    final void run(Callable<? extends T> work) {
        Outcome ended;
        try {
            body.enter();
            ended = Outcome.Value.of(work.call());
        } catch (Throwable e) {
            ended = failure(e);
        }
        awaitKillers();
        body.prepareToEnd();
        end(ended);
    }

    private Outcome.Failure failure(Throwable error) {
        try {
            return new Outcome.Failure(Interrupts.causeOfEnd(error, null), thread);
        } catch (OutOfMemoryError e) { // it has to end all the same: others wait for that
            return Outcome.Failure.WITHOUT_MEMORY;
        }
    }

    /// Ends the phase in which it can be killed. Whoever kills it may be a green thread that has to
    /// wait in doing so.
    private void awaitKillers() {
        if (!PHASE.compareAndSet(this, BEGUN, ENDED)) {
            Waits.awaitSoon(() -> PHASE.compareAndSet(this, BEGUN, ENDED));
        }
    }

    /// Runs a body on the caller, its spawner. What that is cancelled with meanwhile is not the
    /// body's: it is thrown.
    final void runInline(Callable<? extends T> work) {
        var before = body.lastEnd();
        Outcome ended;
        try {
            ended = Outcome.Value.of(work.call());
        } catch (Throwable e) {
            var cause = Interrupts.causeOfEnd(e, before);
            if (body.hasDelivered(cause)) {
                throw Waits.rethrow(cause);
            }
            ended = new Outcome.Failure(cause, thread);
        }
        end(ended);
    }

    // ---- its end

    private void end(Outcome ended) {
        if (detached && ended instanceof Outcome.Failure failure && !isSilent(failure.peek())) {
            LiveReports.begin(); // whoever waits for its pool may end the program
            try {
                tellEnd(ended);
            } finally {
                LiveReports.end();
            }
        } else {
            tellEnd(ended);
        }
    }

    private void tellEnd(Outcome ended) {
        outcome = ended;
        boolean watched = false;
        if (body.green() == this) { // else it ran inline, as part of another one
            body.end();
        }
        if (watchers != null || !WATCHERS.compareAndSet(this, null, Watchers.NONE)) {
            watched = tell(Objects.requireNonNull(watchers));
        }
        if (ended instanceof Outcome.Failure failure && !watched) {
            noteUnseen(failure);
        }
    }

    /// Reports a failure that nobody waited for, now or when nobody can ask for it any more.
    final void noteUnseen(Outcome.Failure failure) {
        if (isSilent(failure.peek())) {
            return;
        }
        if (detached) {
            failure.report();
        } else {
            body.forget(self(), thread); // which the report will name
            failure.reportUnlessSeen();
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
            ((Consumer<GreenThread<T>>) link).accept(self());
        } catch (Throwable e) { // of one link; the others run all the same
            UncaughtErrors.report(Thread.currentThread(), e);
        }
    }

    static boolean isSilent(Throwable error) {
        return error instanceof Cancelled && !(error instanceof TimeoutExpired);
    }

    final Watchers watchers() {
        var known = watchers;
        if (known == null) {
            var made = new Watchers(this);
            var there = (Watchers) WATCHERS.compareAndExchange(this, null, made);
            known = there == null ? made : there;
        }
        return known;
    }

    // ---- ending it

    /// Ends its wait, or its next one; if it has not begun it never will.
    final void killWith(Supplier<? extends Throwable> cause) {
        end(cause, new Cancellation(body, cause));
    }

    /// Ends its wait with what has ended that of the caller: a limit, or a kill.
    final Cancellation passOn(Throwable cause, boolean isEnd) {
        Supplier<Throwable> known = () -> cause;
        var passed = isEnd ? new Cancellation(body, known) : Cancellation.limit(body, known);
        end(known, passed);
        return passed;
    }

    private void end(Supplier<? extends Throwable> cause, Cancellation cancellation) {
        if (outcome != null || cancelWith(cause)) {
            return;
        }
        if (!beginKill()) {
            return; // it has ended meanwhile
        }
        try {
            boolean ignored = cancellation.fire();
        } finally {
            PHASE.getAndAdd(this, -1);
        }
        if (Thread.currentThread() == thread) {
            throw Waits.raise();
        }
        if (body.hub() == Hub.current()) {
            letItNotice();
        }
    }

    private boolean beginKill() {
        int now = phase;
        while (now >= BEGUN) {
            if (PHASE.compareAndSet(this, now, now + 1)) {
                return true;
            }
            now = phase;
        }
        return false;
    }

    /// One that waits in code of others is interrupted first, by a green thread of its hub.
    private void letItNotice() {
        int turns = 0;
        do {
            Waits.PARKING.yieldNow();
        } while (++turns < TURNS_TO_NOTICE && outcome == null && body.awaitsInterrupt());
    }

    /// Keeps it from beginning; false once it has begun.
    final boolean cancelWith(Supplier<? extends Throwable> cause) {
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

    /// Whether it has begun; also true when it has ended since.
    final boolean hasBegun() {
        int now = phase;
        return now != SCHEDULED && now != CANCELLED;
    }
}
