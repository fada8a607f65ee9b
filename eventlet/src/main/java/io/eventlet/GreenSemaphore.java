// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Clause;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waitable;
import io.eventlet.hub.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A number of permits that threads take and give back, first come first served.
///
/// A permit given back goes to the thread that has waited longest, never to one that comes by. A
/// thread that gives up waiting, or is killed, has not taken one. Thread-safe, from green and other
/// threads. See [CappedSemaphore] for one whose `release()` waits.
public final class GreenSemaphore implements Waitable {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue waiters = new WaitQueue(lock, this);
    private final WaitQueue watchers = new WaitQueue(lock, this); // who take nothing
    private final int bound; // how many permits there may be
    private int permits; // guarded by lock

    public GreenSemaphore(int permits) {
        this(permits, Integer.MAX_VALUE);
    }

    private GreenSemaphore(int permits, int bound) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits must not be negative: " + permits);
        }
        this.permits = permits;
        this.bound = bound;
    }

    /// A semaphore that never has more permits than at first: giving back one that was not taken
    /// throws `IllegalStateException`.
    public static GreenSemaphore bounded(int permits) {
        return new GreenSemaphore(permits, permits);
    }

    /// Takes a permit, waiting until there is one. What ends the wait is thrown: the cause of a
    /// kill or a timeout, or [io.eventlet.hub.Cancelled] for an interrupt.
    public void acquire() {
        boolean ignored = acquire(Waits.NEVER);
    }

    /// Takes a permit, waiting at most a time; false if there was none.
    public boolean acquire(Duration limit) {
        return acquire(
                Waits.deadlineAfter(Durations.ensureNotNegative(limit, "the limit of a wait")));
    }

    private boolean acquire(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (permits > 0) { // nobody waits then
                permits--;
                return true;
            }
            waiter = waiters.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// Takes a permit if there is one; never waits.
    public boolean tryAcquire() {
        lock.lock();
        try {
            if (permits == 0) {
                return false;
            }
            permits--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The taking of a permit, as a clause of a [Select].
    public <R extends @Nullable Object> Clause<R> onAcquire(Supplier<? extends R> then) {
        Objects.requireNonNull(then);
        return new LockedClause<>(
                lock, waiters, null, () -> permits > 0, () -> permits--, _ -> then.get());
    }

    /// Has an action run when there is a permit that nobody waits for; it takes none.
    @Override
    public WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        return Locks.call(lock, () -> permits == 0 ? watchers.addAction(action) : null);
    }

    /// Gives a permit back, or one more unless the semaphore is [bounded][#bounded(int)]; never
    /// waits.
    public void release() {
        lock.lock();
        try {
            if (permits == bound) {
                throw new IllegalStateException(
                        "released too often: there would be %d permits, and the bound is %d"
                                .formatted(permits + 1L, bound));
            }
            if (!waiters.wake(null)) {
                permits++;
                watchers.wakeAll(null);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The permits that can be taken now.
    public int available() {
        return Locks.call(lock, () -> permits);
    }

    /// The threads that wait now.
    public int waiting() {
        return Locks.call(lock, waiters::size);
    }

    @Override
    public String toString() {
        return "semaphore with %d permits and %d waiting".formatted(available(), waiting());
    }
}
