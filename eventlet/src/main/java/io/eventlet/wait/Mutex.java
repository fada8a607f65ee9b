// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/// Lets threads do something one after another, in the order in which they came. Not reentrant.
///
/// Costs a few bytes until two threads meet. It is made by what it is about, of which it tells in
/// dumps, since a field for that would be one more.
public abstract class Mutex extends AtomicReference<@Nullable Object> implements Held, Named {
    /*
     *   null: free ──▶ the thread that has it ──▶ its Waiters: taken, and somebody may wait
     */
    private static final long serialVersionUID = 1;

    private transient volatile @Nullable Waiters waiters; // made when two meet

    /// Who waits, and who has the mutex meanwhile.
    private static final class Waiters {
        final ReentrantLock lock = new ReentrantLock();
        final WaitQueue queue;
        volatile @Nullable Thread holder; // null while it is handed on

        Waiters(Mutex mutex) {
            queue = new WaitQueue(lock, mutex);
        }
    }

    /// What one thread at a time does, and with which thing.
    @Override
    public abstract String toString();

    /// Takes the mutex, waiting for it; false if the deadline passed before.
    public boolean acquire(long deadline) {
        var caller = Thread.currentThread();
        if (compareAndSet(null, caller)) {
            return true;
        }
        var known = waiters();
        WaitQueue.Waiter waiter;
        known.lock.lock();
        try {
            var before = getAndSet(known);
            if (before == null) {
                known.holder = caller;
                return true;
            }
            if (before instanceof Thread holder) {
                known.holder = holder;
            }
            waiter = known.queue.add(null);
        } finally {
            known.lock.unlock();
        }
        if (!waiter.await(deadline)) {
            return false;
        }
        known.holder = caller;
        return true;
    }

    /// Takes the mutex if nobody has it; never waits.
    public boolean tryAcquire() {
        return compareAndSet(null, Thread.currentThread());
    }

    public void acquire() {
        boolean ignored = acquire(Waits.NEVER);
    }

    /// Hands the mutex, which the caller has, to the thread that has waited longest.
    public void release() {
        if (compareAndSet(Thread.currentThread(), null)) {
            return;
        }
        var known = waiters();
        known.lock.lock();
        try {
            known.holder = null;
            if (!known.queue.wake(null)) {
                set(null);
            }
        } finally {
            known.lock.unlock();
        }
    }

    @Override
    public Collection<Thread> holders() {
        var now = get();
        var holder = now instanceof Waiters known ? known.holder : now;
        return holder instanceof Thread thread ? List.of(thread) : List.of();
    }

    @Override
    public boolean isEndedByHoldersOnly() {
        return true;
    }

    private Waiters waiters() {
        var known = waiters;
        if (known == null) {
            synchronized (this) {
                known = waiters;
                if (known == null) {
                    waiters = known = new Waiters(this);
                }
            }
        }
        return known;
    }
}
