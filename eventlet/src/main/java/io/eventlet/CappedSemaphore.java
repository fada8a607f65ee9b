// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Choice;
import io.eventlet.wait.Enlisting;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A number of permits with two ends: taking waits while there are none, giving back waits while
/// there are as many as there may be.
///
/// With a cap of 0 the two meet: each `release()` waits for an `acquire()`. First come, first
/// served on both sides. A thread that gives up waiting, or is killed, has neither taken a permit
/// nor given one. Thread-safe, from green and other threads. [GreenSemaphore#bounded(int)] refuses
/// what this lets wait.
@SuppressWarnings("exports") // what waits for it is nobody's business
public final class CappedSemaphore extends ReadySource implements Waitable {
    private final int cap;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue acquirers = new WaitQueue(lock, this); // only while permits == 0
    private final WaitQueue releasers = new WaitQueue(lock, this); // only while permits == cap
    private final WaitQueue watchers = new WaitQueue(lock, this); // who take nothing
    private int permits; // guarded by lock

    /// A semaphore with some permits, which never are more than the cap.
    public CappedSemaphore(int permits, int cap) {
        if (permits < 0 || permits > cap) {
            throw new IllegalArgumentException(
                    "permits must be from 0 to the cap: %d of %d".formatted(permits, cap));
        }
        this.permits = permits;
        this.cap = cap;
    }

    /// Takes a permit, waiting until there is one. What ends the wait is thrown: the cause of a
    /// kill or a timeout, or [io.eventlet.errors.Cancelled] for an interrupt.
    public void acquire() {
        boolean ignored = acquire(Waits.NEVER);
    }

    /// Takes a permit, waiting at most a time; false if there was none.
    public boolean acquire(Duration limit) {
        return acquire(deadline(limit));
    }

    /// Takes a permit if there is one, or somebody waits to give one; never waits.
    public boolean tryAcquire() {
        return Locks.call(lock, this::take);
    }

    private boolean acquire(long deadline) {
        return await(this::take, acquirers, deadline);
    }

    /// Does one side's part at once, or waits until the other side has done it.
    private boolean await(BooleanSupplier part, WaitQueue side, long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (part.getAsBoolean()) {
                return true;
            }
            waiter = side.add(null);
            tellOfGiver(side);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    private void tellOfGiver(WaitQueue side) {
        if (side == releasers) {
            watchers.wakeAll(null);
        }
    }

    private boolean take() {
        if (releasers.wake(null)) {
            return true; // what that one gives is what this one takes
        }
        if (permits == 0) {
            return false;
        }
        permits--;
        return true;
    }

    /// Gives a permit, waiting until there is room for it. What ends the wait is thrown, as by
    /// [#acquire()].
    public void release() {
        boolean ignored = release(Waits.NEVER);
    }

    /// Gives a permit, waiting at most a time; false if there was no room.
    public boolean release(Duration limit) {
        return release(deadline(limit));
    }

    /// Gives a permit if there is room, or somebody waits for one; never waits.
    public boolean tryRelease() {
        return Locks.call(lock, this::give);
    }

    private boolean release(long deadline) {
        return await(this::give, releasers, deadline);
    }

    private boolean give() {
        if (acquirers.wake(null)) {
            return true;
        }
        if (permits == cap) {
            return false;
        }
        permits++;
        watchers.wakeAll(null);
        return true;
    }

    // ---- as one of several things to do

    /// The taking of a permit, as a clause of a [Select].
    public <R extends @Nullable Object> Clause<R> onAcquire(Supplier<? extends R> then) {
        return new Part<>(
                choice -> permits > 0 || !releasers.isEmptyBut(choice),
                this::take,
                acquirers,
                Objects.requireNonNull(then));
    }

    /// The giving of a permit, as a clause of a [Select].
    public <R extends @Nullable Object> Clause<R> onRelease(Supplier<? extends R> then) {
        return new Part<>(
                choice -> permits < cap || !acquirers.isEmptyBut(choice),
                this::give,
                releasers,
                Objects.requireNonNull(then));
    }

    /// Has an action run when there is a permit that nobody waits for, or somebody waits to give
    /// one; it takes none.
    @Override
    protected WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        return Locks.call(
                lock,
                () -> permits > 0 || !releasers.isEmpty() ? null : watchers.addAction(action));
    }

    private final class Part<R extends @Nullable Object> implements Clause<R>, Enlisting<R> {
        private final Predicate<Choice> canBeDone;
        private final BooleanSupplier part;
        private final WaitQueue side;
        private final Supplier<? extends R> then;

        Part(
                Predicate<Choice> canBeDone,
                BooleanSupplier part,
                WaitQueue side,
                Supplier<? extends R> then) {
            this.canBeDone = canBeDone;
            this.part = part;
            this.side = side;
            this.then = then;
        }

        @Override
        public WaitQueue.@Nullable Waiter enlist(Choice choice) {
            lock.lock();
            try {
                if (!canBeDone.test(choice)) {
                    var waiter = side.add(choice, null);
                    tellOfGiver(side);
                    return waiter;
                }
                if (choice.hold()) {
                    if (part.getAsBoolean()) {
                        choice.done(null);
                    } else { // who it would have met has chosen something else
                        choice.again();
                    }
                }
                return null;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public R result(@Nullable Object permit) {
            return then.get();
        }
    }

    // ---- what there is

    private static long deadline(Duration limit) {
        return Waits.deadlineAfter(Durations.ensureNotNegative(limit, "the limit of a wait"));
    }

    /// The permits that can be taken now, but for those that somebody waits to give.
    public int available() {
        return Locks.call(lock, () -> permits);
    }

    /// How many permits there may be.
    public int cap() {
        return cap;
    }

    /// The threads that wait to take a permit.
    public int acquiring() {
        return Locks.call(lock, acquirers::size);
    }

    /// The threads that wait to give one.
    public int releasing() {
        return Locks.call(lock, releasers::size);
    }

    @Override
    public String toString() {
        return "semaphore with %d of at most %d permits, %d acquiring, %d releasing"
                .formatted(available(), cap, acquiring(), releasing());
    }
}
