// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.poll.Parking;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Threads that wait for the same thing, first come first served.
///
/// It stands under every primitive that blocks. Its owner guards it, and what is waited for, with
/// one lock:
///
/// ```java
/// lock.lock();
/// try {
///     if (permits > 0) { permits--; return; }
///     waiter = waiters.add(null);
/// } finally {
///     lock.unlock();
/// }
/// waiter.await(deadline);
/// ```
///
/// A waiter that expires or is cancelled has left the queue and was not woken; one that was woken
/// returns, whatever happened to it since. So nothing that was handed over gets lost.
///
/// Guarded by the owner's lock; [Waiter#await] is called without it.
public final class WaitQueue {
    private final ReentrantLock lock;
    private final Object owner;
    private @Nullable Waiter first; // guarded by lock
    private @Nullable Waiter last; // guarded by lock
    private int size; // guarded by lock

    /// A queue of the given owner, which shows as what its waiters are blocked on.
    public WaitQueue(ReentrantLock lock, Object owner) {
        this.lock = lock;
        this.owner = owner;
    }

    /// A thread in the queue, one that waits in others as well, or an action.
    public static final class Waiter {
        private static final int WAITING = 0;
        private static final int WOKEN = 1;
        private static final int GONE = 2;

        private final WaitQueue queue;
        private final Object target; // a Thread, a Choice, or a Runnable
        private @Nullable Object item; // guarded by the queue's lock until woken
        private volatile int state; // written under the queue's lock
        private @Nullable Waiter previous; // guarded by the queue's lock
        private @Nullable Waiter next; // guarded by the queue's lock

        private Waiter(WaitQueue queue, Object target, @Nullable Object item) {
            this.queue = queue;
            this.target = target;
            this.item = item;
        }

        /// What the waiter brought, or what it was handed by who woke it.
        public @Nullable Object item() {
            return item;
        }

        /// Waits until woken: true; false if the deadline passed before. Throws the cause when the
        /// thread is cancelled before it is woken. The caller does not hold the lock.
        public boolean await(long deadline) {
            return await(deadline, Waits::doNothing);
        }

        /// As [#await(long)]; does something each time before it parks, woken for nothing too.
        public boolean await(long deadline, Runnable beforeParking) {
            boolean again = false;
            while (state == WAITING) {
                try {
                    beforeParking.run();
                } catch (Throwable e) {
                    if (queue.remove(this)) {
                        throw e;
                    }
                    return true;
                }
                if (state != WAITING) { // that may have waited, and so was woken in our place
                    return true;
                }
                var outcome = Waits.park(queue.owner, deadline, again);
                again = true;
                if (outcome != Parking.Outcome.UNPARKED && queue.remove(this)) {
                    if (outcome == Parking.Outcome.EXPIRED) {
                        return false;
                    }
                    throw Waits.raise();
                }
            }
            return true;
        }

        /// Leaves the queue; false if it was woken before.
        public boolean leave() {
            return queue.remove(this);
        }

        /// Whether it stands here for a choice that has been made elsewhere.
        private boolean isVoid() {
            return target instanceof Choice choice && !choice.isOpen();
        }

        private void go() {
            if (target instanceof Thread thread) {
                LockSupport.unpark(thread);
            } else if (target instanceof Choice choice) {
                LockSupport.unpark(choice.thread());
            } else {
                ((Runnable) target).run();
            }
        }
    }

    /// Puts the calling thread at the end, with something it brings.
    public Waiter add(@Nullable Object item) {
        return append(new Waiter(this, Thread.currentThread(), item));
    }

    /// Puts the thread of a choice at the end, with something it brings.
    public Waiter add(Choice choice, @Nullable Object item) {
        return append(new Waiter(this, choice, item));
    }

    /// Puts an action at the end, to be run, under the lock, by whoever wakes it.
    public Waiter addAction(Runnable action) {
        return append(new Waiter(this, action, null));
    }

    private Waiter append(Waiter waiter) {
        assert lock.isHeldByCurrentThread();
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        size++;
        return waiter;
    }

    /// What the first waiter brought; null if there is none.
    public @Nullable Object peek() {
        var waiter = head();
        return waiter == null ? null : waiter.item;
    }

    /// Wakes the first waiter and hands it an item; false if nobody waits.
    public boolean wake(@Nullable Object item) {
        var waiter = claim();
        if (waiter == null) {
            return false;
        }
        wake(waiter, item);
        return true;
    }

    /// Takes out the first waiter, who is to be woken by [#wake(Waiter, Object)] before the lock is
    /// given up; null if nobody waits.
    public @Nullable Waiter claim() {
        assert lock.isHeldByCurrentThread();
        while (first != null) {
            var waiter = first;
            unlink(waiter);
            if (!(waiter.target instanceof Choice choice) || choice.claim(waiter)) {
                return waiter;
            }
            waiter.state = Waiter.GONE;
        }
        return null;
    }

    /// Wakes a waiter that was claimed and hands it an item.
    public void wake(Waiter claimed, @Nullable Object item) {
        assert lock.isHeldByCurrentThread();
        claimed.item = item;
        claimed.state = Waiter.WOKEN;
        claimed.go();
    }

    public void wakeAll(@Nullable Object item) {
        while (wake(item)) {}
    }

    public int size() {
        assert lock.isHeldByCurrentThread();
        return size;
    }

    public boolean isEmpty() {
        return head() == null;
    }

    /// Whether nobody waits but, perhaps, the thread of a choice.
    public boolean isEmptyBut(Choice choice) {
        var waiter = head();
        while (waiter != null && (waiter.target == choice || waiter.isVoid())) {
            waiter = waiter.next;
        }
        return waiter == null;
    }

    /// What it is a queue for, as dumps name it.
    @Override
    public String toString() {
        return Names.of(owner);
    }

    private @Nullable Waiter head() {
        assert lock.isHeldByCurrentThread();
        while (first != null && first.isVoid()) {
            first.state = Waiter.GONE;
            unlink(first);
        }
        return first;
    }

    private boolean remove(Waiter waiter) {
        lock.lock();
        try {
            if (waiter.state != Waiter.WAITING) {
                return false;
            }
            unlink(waiter);
            waiter.state = Waiter.GONE;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void unlink(Waiter waiter) {
        if (waiter.previous == null) {
            first = waiter.next;
        } else {
            waiter.previous.next = waiter.next;
        }
        if (waiter.next == null) {
            last = waiter.previous;
        } else {
            waiter.next.previous = waiter.previous;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
    }
}
