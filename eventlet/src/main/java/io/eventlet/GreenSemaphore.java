// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Choice;
import io.eventlet.wait.Enlisting;
import io.eventlet.wait.Names;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A number of permits that threads take and give back, first come first served.
///
/// A permit given back goes to the thread that has waited longest, never to one that comes by. A
/// thread that gives up waiting, or is killed, has not taken one. Thread-safe, from green and other
/// threads. See [CappedSemaphore] for one whose `release()` waits.
@SuppressWarnings("exports") // what waits for it is nobody's business
public final class GreenSemaphore extends ReadySource implements Waitable {
    /*
     * What is left, if it is not negative, can be taken and given back without the lock. AWAITED
     * means that there is none and somebody may stand in a queue: it comes and goes under the lock
     * only, so that who gives back a permit under it knows who waits.
     *
     *   somebody waits, or watches  =>  AWAITED
     */
    private static final int AWAITED = -1;

    private static final VarHandle LEFT;

    static {
        try {
            LEFT = MethodHandles.lookup().findVarHandle(GreenSemaphore.class, "left", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue waiters = new WaitQueue(lock, this);
    private final WaitQueue watchers = new WaitQueue(lock, this); // who take nothing
    private final int bound; // how many permits there may be
    private volatile int left; // permits, or AWAITED

    public GreenSemaphore(int permits) {
        this(permits, Integer.MAX_VALUE);
    }

    private GreenSemaphore(int permits, int bound) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits must not be negative: " + permits);
        }
        this.left = permits;
        this.bound = bound;
    }

    /// A semaphore that never has more permits than at first: giving back one that was not taken
    /// throws `IllegalStateException`.
    public static GreenSemaphore bounded(int permits) {
        return new GreenSemaphore(permits, permits);
    }

    /// Takes a permit, waiting until there is one. What ends the wait is thrown: the cause of a
    /// kill or a timeout, or [io.eventlet.errors.Cancelled] for an interrupt.
    public void acquire() {
        boolean ignored = acquire(Waits.NEVER);
    }

    /// Takes a permit, waiting at most a time; false if there was none.
    public boolean acquire(Duration limit) {
        return acquire(
                Waits.deadlineAfter(Durations.ensureNotNegative(limit, "the limit of a wait")));
    }

    private boolean acquire(long deadline) {
        if (tryAcquire()) {
            return true;
        }
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            while (!isAwaited()) {
                if (tryAcquire()) {
                    return true;
                }
            }
            waiter = waiters.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// Takes a permit if there is one; never waits.
    public boolean tryAcquire() {
        int now = left;
        while (now > 0) { // nobody waits then
            if (LEFT.compareAndSet(this, now, now - 1)) {
                return true;
            }
            now = left;
        }
        return false;
    }

    /// Has who gives back a permit look for who waits; false if there is one to take. Under the
    /// lock.
    private boolean isAwaited() {
        return left == AWAITED || LEFT.compareAndSet(this, 0, AWAITED);
    }

    /// The taking of a permit, as a clause of a [Select].
    public <R extends @Nullable Object> Clause<R> onAcquire(Supplier<? extends R> then) {
        return new Acquiring<>(this, Objects.requireNonNull(then));
    }

    /// Has an action run when there is a permit that nobody waits for; it takes none.
    @Override
    protected WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        return Locks.call(lock, () -> isAwaited() ? watchers.addAction(action) : null);
    }

    /// Gives a permit back, or one more unless the semaphore is [bounded][#bounded(int)]; never
    /// waits.
    public void release() {
        boolean given;
        do {
            int now = left;
            if (now == bound || bound == 0) {
                throw new IllegalStateException(
                        "released too often: there would be %d permits, and the bound is %d"
                                .formatted(bound + 1L, bound));
            }
            given = now == AWAITED ? handOn() : LEFT.compareAndSet(this, now, now + 1);
        } while (!given);
    }

    /// Gives a permit to who waits, or to nobody; false if nobody was awaiting one any more.
    private boolean handOn() {
        lock.lock();
        try {
            if (left != AWAITED) {
                return false;
            }
            if (!waiters.wake(null)) {
                left = 1;
                watchers.wakeAll(null);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The permits that can be taken now.
    public int available() {
        return Math.max(0, left);
    }

    /// The threads that wait now.
    public int waiting() {
        return Locks.call(lock, waiters::size);
    }

    @Override
    public String toString() {
        return "semaphore with %d permits and %d waiting".formatted(available(), waiting());
    }

    private record Acquiring<R extends @Nullable Object>(
            GreenSemaphore semaphore, Supplier<? extends R> then)
            implements Clause<R>, Enlisting<R> {
        @Override
        public WaitQueue.@Nullable Waiter enlist(Choice choice) {
            semaphore.lock.lock();
            try {
                while (!semaphore.isAwaited()) {
                    if (semaphore.tryAcquire()) {
                        if (choice.hold()) {
                            choice.done(null);
                        } else {
                            semaphore.release();
                        }
                        return null;
                    }
                }
                return semaphore.waiters.add(choice, null);
            } finally {
                semaphore.lock.unlock();
            }
        }

        @Override
        public R result(@Nullable Object permit) {
            return then.get();
        }

        @Override
        public String toString() {
            return Names.of(semaphore);
        }
    }
}
