// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Held;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waits;
import io.eventlet.lang.Locks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/// The places of a pool: who has one, who waits for one, who waits for all to be left.
final class Places implements Held {
    /*
     * Nobody waits while there is room: whoever leaves a place, or adds one, gives it to the first
     * in the queue, thread or worker of an imap, before anybody else can have it.
     *
     * A member that would wait for a place to be left in its own pool may lend its own: the
     * borrower is a member without a place, which gives the place back when it ends. A lender that
     * goes on before that leaves the place to the borrower, and there is one too many until
     * somebody ends.
     *
     * Locks: that of a Mapping may be held when this one is taken, never the other way round.
     */
    private static final Object REJECTED = "rejected"; // handed to who waits at the shutdown

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue spawners = new WaitQueue(lock, this);
    private final WaitQueue idlers = new WaitQueue(lock, this);
    private volatile int size; // written under lock
    private volatile boolean shutdown; // written under lock
    private volatile boolean awaited; // written under lock: whether anyone waits for a place
    // guarded by lock:
    private int running; // members with a place, and places given to who is about to start one
    private @Nullable GreenThread<?> members; // the first of a list
    private final List<GreenThread<?>> rejected = new ArrayList<>(0); // workers, at the shutdown
    private final Set<Mapping<?, ?>> mappings = Collections.newSetFromMap(new WeakHashMap<>(2));

    Places(int size) {
        this.size = ensureSize(size);
    }

    private static int ensureSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("the size of a pool must not be negative: " + size);
        }
        return size;
    }

    // ---- taking and leaving

    /// Whether the caller runs in this pool.
    boolean isMember() {
        var current = GreenThread.current();
        return current != null && current.places == this && !current.isDead(); // or a link runs
    }

    /// Takes a place, waiting for it; false if the caller, a member, would wait for itself.
    boolean enter() {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            ensureOpen();
            if (hasRoom()) {
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

    /// Starts a member in a place that was entered.
    void start(GreenThread<?> member) {
        lock.lock();
        try {
            begin(member);
        } finally {
            lock.unlock();
        }
    }

    /// Starts a member as soon as there is a place, without waiting for it; the waiter that stands
    /// in the queue for it, or null if it has started. It is cancelled if the pool is shut down
    /// before.
    WaitQueue.@Nullable Waiter startWhenFree(GreenThread<?> member) {
        lock.lock();
        try {
            ensureOpen();
            if (hasRoom()) {
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
    boolean withdraw(WaitQueue.Waiter waiter) {
        boolean left = waiter.leave();
        noteLeft();
        return left;
    }

    /// Starts a member in the place of the caller, who waits now, until [#takeBack].
    void lend(GreenThread<?> borrower) {
        lock.lock();
        try {
            ensureOpen();
            borrower.borrowing = true;
            begin(borrower);
        } finally {
            lock.unlock();
        }
    }

    /// The caller goes on in its place, or in another one if the borrower has not ended.
    void takeBack(GreenThread<?> borrower) {
        lock.lock();
        try {
            if (borrower.borrowing) {
                borrower.borrowing = false;
                running++;
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(GreenThread<?> member) {
        member.nextMember = members;
        if (members != null) {
            members.previousMember = member;
        }
        members = member;
        member.start();
    }

    /// Called when a member has ended, or one that was to be.
    void remove(GreenThread<?> member) {
        lock.lock();
        try {
            if (member.previousMember != null) {
                member.previousMember.nextMember = member.nextMember;
            } else if (members == member) {
                members = member.nextMember;
            } else {
                return; // it never got a place
            }
            if (member.nextMember != null) {
                member.nextMember.previousMember = member.previousMember;
            }
            member.previousMember = null;
            member.nextMember = null;
            if (member.borrowing) {
                member.borrowing = false;
            } else {
                leave();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives a place back.
    void leave() {
        lock.lock();
        try {
            running--;
            admit();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
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

    /// Whether anyone waits for a place, apart from the caller's own worker that may do so too.
    boolean isAwaitedByOthers(boolean byOwn) {
        return awaited && waiting() > (byOwn ? 1 : 0);
    }

    // ---- as many as there are

    int size() {
        return size;
    }

    int running() {
        return Locks.call(lock, () -> running);
    }

    int free() {
        return Locks.call(lock, () -> size - running);
    }

    int waiting() {
        return Locks.call(lock, spawners::size);
    }

    List<GreenThread<?>> members() {
        lock.lock();
        try {
            var list = new ArrayList<GreenThread<?>>();
            for (var member = members; member != null; member = member.nextMember) {
                list.add(member);
            }
            return list;
        } finally {
            lock.unlock();
        }
    }

    void resize(int newSize) {
        ensureSize(newSize);
        List<Mapping<?, ?>> told;
        lock.lock();
        try {
            told = newSize > size ? List.copyOf(mappings) : List.of();
            size = newSize;
            admit();
        } finally {
            lock.unlock();
        }
        told.forEach(Mapping::poolHasGrown);
    }

    /// Has a mapping told when there are more places. Does not keep it.
    void add(Mapping<?, ?> mapping) {
        lock.lock();
        try {
            ensureOpen();
            mappings.add(mapping);
        } finally {
            lock.unlock();
        }
    }

    // ---- until nobody is left

    /// Waits until no member is left and nobody waits to become one: false if the deadline passed.
    boolean awaitIdle(long deadline) {
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
    boolean awaitTermination(long deadline) {
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
                    GreenThread.current() + " is a member of the pool and would wait for itself");
        }
    }

    /// Rejects who comes from now on, and who waits.
    void shutdown() {
        List<GreenThread<?>> cancelled;
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
        cancelled.forEach(GreenThread::cancel);
    }

    boolean isShutdown() {
        return shutdown;
    }

    boolean isTerminated() {
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
        return members().stream().<Thread>map(GreenThread::thread).toList();
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
