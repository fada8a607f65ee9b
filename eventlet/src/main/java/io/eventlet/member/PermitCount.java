// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.wait.WaitQueue;

import java.util.concurrent.locks.ReentrantLock;

/// How many permits are taken of those that a pool has: nobody waits while one is free. Guarded by
/// the lock of the [Permits], but for what is read without.
final class PermitCount {
    private final WaitQueue queue;
    private volatile int size; // written under the lock
    private volatile boolean awaited; // written under the lock: whether anyone waits for one
    private int taken; // by members, or who is about to start one

    PermitCount(ReentrantLock lock, Permits owner, int size) {
        queue = new WaitQueue(lock, owner);
        this.size = size;
    }

    // ---- taking one

    /// Takes a permit if one is free.
    boolean tryTake() {
        if (taken < size && queue.isEmpty()) {
            taken++;
            return true;
        }
        return false;
    }

    /// Puts the caller into the queue. It has a permit when it is woken.
    WaitQueue.Waiter stand() {
        var waiter = queue.add(null);
        awaited = true;
        return waiter;
    }

    /// Puts an action into the queue, which is run with a permit taken for it.
    WaitQueue.Waiter stand(Runnable action) {
        awaited = true;
        return queue.addAction(action);
    }

    /// Takes one whether one is free or not: there may be one too many for a while.
    void exceed() {
        taken++;
    }

    // ---- giving one back

    /// Gives one back, for [#admit] to give away.
    void putBack() {
        taken--;
    }

    /// Gives those that are free to the first in the queue.
    void admit() {
        while (taken < size && !queue.isEmpty()) {
            taken++;
            boolean ignored = queue.wake(null);
        }
    }

    /// Has all leave the queue, without a permit.
    void turnAway(Object answer) {
        queue.wakeAll(answer);
    }

    /// Called when somebody may have left the queue.
    void noteQueue() {
        boolean nowAwaited = !queue.isEmpty();
        if (awaited != nowAwaited) {
            awaited = nowAwaited;
        }
    }

    // ---- as many as there are

    /// Has so many from now on, for [#admit] to give away.
    void resize(int newSize) {
        size = newSize;
    }

    int taken() {
        return taken;
    }

    int waiting() {
        return queue.size();
    }

    /// Whether none is taken, and nobody waits for one.
    boolean isIdle() {
        return taken == 0 && queue.isEmpty();
    }

    /// Read without the lock too.
    int size() {
        return size;
    }

    /// Whether anyone waits for one. Read without the lock too.
    boolean isAwaited() {
        return awaited;
    }

    @Override
    public String toString() {
        return "of " + size + " with " + taken + " running and " + queue.size() + " waiting";
    }
}
