// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.wait.WaitQueue;

import java.util.concurrent.locks.ReentrantLock;

/// The count of the items that were put and are not done, and who waits until it is zero.
///
/// Guarded by the queue's lock; [#await] takes it itself.
final class Unfinished {
    private final ReentrantLock lock;
    private final WaitQueue joiners;
    private int count; // guarded by lock

    Unfinished(ReentrantLock lock, Object owner) {
        this.lock = lock;
        this.joiners = new WaitQueue(lock, owner);
    }

    int count() {
        return count;
    }

    void add() {
        count++;
    }

    void done() {
        if (count == 0) {
            throw new IllegalStateException("taskDone() was called more often than items were put");
        }
        drop(1);
    }

    /// Takes back so many that nobody will work on; some may have been called done before.
    void drop(int items) {
        count = Math.max(0, count - items);
        if (count == 0) {
            joiners.wakeAll(null);
        }
    }

    /// Waits until all are done; false if the deadline passed before.
    boolean await(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (count == 0) {
                return true;
            }
            waiter = joiners.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }
}
