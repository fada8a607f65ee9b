// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.wait.Held;
import io.eventlet.wait.Named;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;

/// Who wants to know when a green thread ends. Most have none, so it is made when first needed.
final class Watchers implements Held, Named {
    /// In place of the watchers of a thread that ended without any.
    static final Watchers NONE = new Watchers(new Object());

    /// What those bring who wait for the outcome, and not just for the end.
    static final Object FOR_OUTCOME = "the outcome";

    private final Object owner;
    final ReentrantLock lock = new ReentrantLock();
    final WaitQueue waiters;
    final Links links = new Links(); // guarded by lock
    boolean told; // guarded by lock: the thread has ended and all links have run

    boolean awaited; // before it begins: whoever started it asks for the outcome in any case

    volatile @Nullable Future<?> delay; // of a thread that is to start later
    volatile @Nullable Thread spawner; // without whom it is not to start

    Watchers(Object owner) {
        this.owner = owner;
        waiters = new WaitQueue(lock, this);
    }

    @Override
    public Collection<Thread> holders() {
        return owner instanceof GreenThread<?> green ? List.of(green.thread()) : List.of();
    }

    @Override
    public boolean isEndedByHoldersOnly() {
        return true;
    }

    @Override
    public String toString() {
        return owner.toString();
    }

    /// Wakes who waits for the end; whether any of them waits for the outcome. Under the lock.
    boolean wakeAll() {
        boolean seen = awaited;
        told = true;
        for (var waiter = waiters.claim(); waiter != null; waiter = waiters.claim()) {
            seen |= waiter.item() == FOR_OUTCOME;
            waiters.wake(waiter, null);
        }
        return seen;
    }
}
