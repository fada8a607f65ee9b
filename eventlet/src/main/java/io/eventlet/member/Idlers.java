// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.wait.Held;
import io.eventlet.wait.Named;
import io.eventlet.wait.Names;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Those that wait until a pool has no members any more. Nobody can end that for the members.
final class Idlers implements Held, Named {
    private final Permits permits;
    private final ReentrantLock lock; // that of the permits
    private final WaitQueue waiters; // under lock

    Idlers(Permits permits, ReentrantLock lock) {
        this.permits = permits;
        this.lock = lock;
        waiters = new WaitQueue(lock, this);
    }

    /// Waits until the pool had none once, unless something holds already, which is asked under the
    /// lock: false if the deadline passed. A member would wait for itself: that is an
    /// `IllegalStateException`.
    boolean await(long deadline, BooleanSupplier isSo) {
        if (permits.isMember()) {
            throw new IllegalStateException(
                    Strand.current() + " is a member of the pool and would wait for itself");
        }
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (isSo.getAsBoolean()) {
                return true;
            }
            waiter = waiters.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// Called under the lock, when the pool has none.
    void wakeAll() {
        waiters.wakeAll(null);
    }

    @Override
    public List<Thread> holders() {
        return permits.holders();
    }

    @Override
    public boolean isEndedByHoldersOnly() {
        return true;
    }

    @Override
    public String toString() {
        return Names.of(permits);
    }
}
