// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.lang.Locks;
import io.eventlet.wait.Held;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/// The permits of a pool: who has one, who waits for one, who waits for all to be given back.
public final class Permits implements Held {
    /*
     * Nobody waits while a permit is free: whoever gives one back, or adds one, gives it to the
     * first in the queue, a thread or a member that is to start, before anybody else can have it.
     *
     * A member that would wait for a permit of its own pool may lend its own: the borrower is a
     * member without a permit, which gives that back when it ends. A lender that goes on before
     * that leaves the permit to the borrower, and there is one too many until somebody ends.
     *
     * Locks: that of who uses this, a Mapping, a DagGraph, a KeyedLimit, may be held when this one
     * is taken, never the other way round. So nothing of theirs is called under it.
     */
    private static final Object REJECTED = "rejected"; // handed to who waits at the shutdown

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue spawners = new WaitQueue(lock, this);
    private final WaitQueue idlers = new WaitQueue(lock, this);
    private volatile int size; // written under lock
    private volatile boolean shutdown; // written under lock
    private volatile boolean awaited; // written under lock: whether anyone waits for a permit
    // guarded by lock:
    private int running; // permits that members have, or who is about to start one
    private final Members members = new Members();
    private final Set<Member> borrowers = new HashSet<>(); // of the permit of another member
    private final List<Member> rejected = new ArrayList<>(0); // those that waited, at the shutdown
    private final Set<PermitListener> listeners = Collections.newSetFromMap(new WeakHashMap<>(2));

    Permits(int size) {
        this.size = ensureSize(size);
    }

    public static Permits of(PermitPool pool) {
        return pool.permits;
    }

    private static int ensureSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("the size of a pool must not be negative: " + size);
        }
        return size;
    }

    // ---- taking and giving back

    /// Whether the caller runs in this pool.
    public boolean isMember() {
        return Strand.current() instanceof Member caller
                && caller.permits == this
                && !caller.hasEnded(); // or a link runs
    }

    /// Takes a permit, waiting for it; false if the caller, a member, would wait for itself.
    public boolean take() {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            ensureOpen();
            if (isFree()) {
                running++;
                return true;
            }
            if (isMember()) {
                return false;
            }
            waiter = spawners.add(null);
            awaited = true;
        } finally {
            lock.unlock();
        }
        try {
            boolean ignored = waiter.await(Waits.NEVER);
        } catch (Throwable e) { // it has left the queue
            noteLeft();
            throw e;
        }
        if (waiter.item() == REJECTED) {
            throw rejection();
        }
        return true;
    }

    /// Starts a member with a permit that was taken.
    public void start(Member member) {
        lock.lock();
        try {
            begin(member);
        } finally {
            lock.unlock();
        }
    }

    /// Starts a member as soon as a permit is free, without waiting for it; the waiter that stands
    /// in the queue for it, or null if it has started. It is cancelled if the pool is shut down
    /// before.
    public WaitQueue.@Nullable Waiter startWhenFree(Member member) {
        lock.lock();
        try {
            ensureOpen();
            member.permits = this;
            if (isFree()) {
                running++;
                begin(member);
                return null;
            }
            awaited = true;
            return spawners.addAction(() -> {
                if (shutdown) {
                    rejected.add(member);
                } else {
                    begin(member);
                }
            });
        } finally {
            lock.unlock();
        }
    }

    /// Takes a member that waits to be started out of the queue; false if it has been started.
    public boolean withdraw(WaitQueue.Waiter waiter) {
        boolean left = waiter.leave();
        noteLeft();
        return left;
    }

    /// Starts a member with the permit of the caller, who waits now, until [#takeBack].
    public void lend(Member borrower) {
        lock.lock();
        try {
            ensureOpen();
            borrowers.add(borrower);
            begin(borrower);
        } finally {
            lock.unlock();
        }
    }

    /// The caller goes on with its permit, or another one if the borrower has not ended.
    public void takeBack(Member borrower) {
        lock.lock();
        try {
            if (borrowers.remove(borrower)) {
                running++;
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(Member member) {
        member.permits = this;
        members.add(member);
        member.start();
    }

    /// Called when a member has ended, or one that was to be.
    public void remove(Member member) {
        lock.lock();
        try {
            if (!members.remove(member)) {
                return; // it never got a permit
            }
            if (borrowers.isEmpty() || !borrowers.remove(member)) {
                giveBack();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives a permit back.
    public void giveBack() {
        lock.lock();
        try {
            running--;
            admit();
        } finally {
            lock.unlock();
        }
    }

    private boolean isFree() {
        return running < size && spawners.isEmpty();
    }

    private void admit() {
        while (running < size && !spawners.isEmpty()) {
            running++;
            boolean ignored = spawners.wake(null);
        }
        tellOfTheQueue();
    }

    private void noteLeft() {
        lock.lock();
        try {
            tellOfTheQueue();
        } finally {
            lock.unlock();
        }
    }

    private void tellOfTheQueue() {
        boolean nowAwaited = !spawners.isEmpty();
        if (awaited != nowAwaited) {
            awaited = nowAwaited;
        }
        if (isIdle()) {
            idlers.wakeAll(null);
        }
    }

    private boolean isIdle() {
        return running == 0 && spawners.isEmpty();
    }

    /// Whether anyone waits for a permit, apart from the caller's own worker that may do so too.
    public boolean isAwaitedByOthers(boolean byOwn) {
        return awaited && waiting() > (byOwn ? 1 : 0);
    }

    // ---- as many as there are

    public int size() {
        return size;
    }

    public int running() {
        return Locks.call(lock, () -> running);
    }

    public int free() {
        return Locks.call(lock, () -> size - running);
    }

    public int waiting() {
        return Locks.call(lock, spawners::size);
    }

    public List<Member> members() {
        return Locks.call(lock, members::toList);
    }

    public void resize(int newSize) {
        ensureSize(newSize);
        List<PermitListener> told;
        lock.lock();
        try {
            told = newSize > size ? List.copyOf(listeners) : List.of();
            size = newSize;
            admit();
        } finally {
            lock.unlock();
        }
        told.forEach(PermitListener::onMorePermits);
    }

    /// Has somebody told when there may be more permits. Does not keep it.
    public void add(PermitListener listener) {
        lock.lock();
        try {
            ensureOpen();
            listeners.add(listener);
        } finally {
            lock.unlock();
        }
    }

    // ---- until nobody is left

    /// Waits until no member is left and nobody waits to become one: false if the deadline passed.
    public boolean awaitIdle(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            ensureNotMember();
            if (isIdle()) {
                return true;
            }
            waiter = idlers.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// Waits until that is for ever.
    public boolean awaitTermination(long deadline) {
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                ensureNotMember();
                if (isTerminated()) {
                    return true;
                }
                waiter = idlers.add(null);
            } finally {
                lock.unlock();
            }
            if (!waiter.await(deadline)) {
                return false;
            }
        }
    }

    private void ensureNotMember() {
        if (isMember()) {
            throw new IllegalStateException(
                    Strand.current() + " is a member of the pool and would wait for itself");
        }
    }

    /// Rejects who comes from now on, and who waits.
    public void shutdown() {
        List<Member> cancelled;
        lock.lock();
        try {
            shutdown = true;
            spawners.wakeAll(REJECTED);
            cancelled = List.copyOf(rejected);
            rejected.clear();
            tellOfTheQueue();
        } finally {
            lock.unlock();
        }
        cancelled.forEach(Member::cancel);
    }

    public boolean isShutdown() {
        return shutdown;
    }

    public boolean isTerminated() {
        return Locks.call(lock, () -> shutdown && isIdle());
    }

    private void ensureOpen() {
        if (shutdown) {
            throw rejection();
        }
    }

    private RejectedExecutionException rejection() {
        return new RejectedExecutionException("the " + this + " has been shut down");
    }

    @Override
    public List<Thread> holders() {
        return members().stream().<Thread>map(Member::thread).toList();
    }

    @Override
    public String toString() {
        return Locks.call(
                lock,
                () ->
                        "pool of "
                                + size
                                + " with "
                                + running
                                + " running and "
                                + spawners.size()
                                + " waiting");
    }
}
