// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.Named;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waits;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// Lets threads do something one after another, in the order in which they came. Not reentrant.
///
/// Costs a few bytes until two threads meet. It is made by what it is about, of which it tells in
/// dumps, since a field for that would be one more.
abstract class Turn extends AtomicInteger implements Named {
    private static final long serialVersionUID = 1;
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final int CONTENDED = 2; // taken, and somebody may wait

    private transient volatile @Nullable Waiters waiters; // made when two meet

    private record Waiters(ReentrantLock lock, WaitQueue queue) {}

    /// What it is the turn to do, and to which thing.
    @Override
    public abstract String toString();

    /// Waits for the turn; false if the deadline passed before.
    boolean await(long deadline) {
        if (compareAndSet(FREE, TAKEN)) {
            return true;
        }
        var known = waiters();
        WaitQueue.Waiter waiter;
        known.lock.lock();
        try {
            if (getAndSet(CONTENDED) == FREE) {
                return true;
            }
            waiter = known.queue.add(null);
        } finally {
            known.lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// Takes the turn if nobody has it; never waits.
    boolean tryTake() {
        return compareAndSet(FREE, TAKEN);
    }

    void await() {
        boolean ignored = await(Waits.NEVER);
    }

    /// Hands the turn to the thread that has waited longest.
    void pass() {
        if (compareAndSet(TAKEN, FREE)) {
            return;
        }
        var known = waiters();
        known.lock.lock();
        try {
            if (!known.queue.wake(null)) {
                set(FREE);
            }
        } finally {
            known.lock.unlock();
        }
    }

    private Waiters waiters() {
        var known = waiters;
        if (known == null) {
            synchronized (this) {
                known = waiters;
                if (known == null) {
                    var lock = new ReentrantLock();
                    waiters = known = new Waiters(lock, new WaitQueue(lock, this));
                }
            }
        }
        return known;
    }
}
