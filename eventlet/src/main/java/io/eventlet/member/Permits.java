// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Held;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
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
     * A member that cannot be started, since there is no memory, has no permit. If it was to start
     * with the call, that throws; if its turn came when another gave a permit back, it fails, once
     * the lock is given up, and the permit is for the next.
     *
     * Locks: that of who uses this, a Mapping, a DagGraph, a KeyedLimit, may be held when this one
     * is taken, never the other way round. So nothing of theirs is called under it. Who gives back a
     * permit, or adds some, holds no lock: a member that fails has links.
     */
    private static final Object REJECTED = "rejected"; // handed to who waits at the shutdown

    private final @Nullable String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final PermitCount count;
    private final Idlers idlers = new Idlers(this, lock);
    private volatile boolean shutdown; // written under lock
    // guarded by lock:
    private final Members members = new Members();
    private final Borrowers borrowers = new Borrowers();
    private final List<Unstarted> unstarted = new ArrayList<>(0); // until the lock is given up
    private final List<Member> rejected = new ArrayList<>(0); // those that waited, at the shutdown
    private final Set<PermitListener> listeners = Collections.newSetFromMap(new WeakHashMap<>(2));

    /// A member that could not be started when its turn came.
    private record Unstarted(Member member, Throwable error) {}

    Permits(@Nullable String name, int size) {
        this.name = name;
        count = new PermitCount(lock, this, ensureSize(size));
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

    /// What a member has from its spawner, and its name from the pool if that has one.
    public Inheritance inheritance() {
        return name == null ? Inheritance.ofCaller() : Inheritance.named(name);
    }

    // ---- taking and giving back

    /// Whether the caller runs in this pool.
    public boolean isMember() {
        return ofCaller() == this;
    }

    /// Those of the pool in which the caller runs; null if it runs in none.
    public static @Nullable Permits ofCaller() {
        return Strand.current() instanceof Member caller && !caller.hasEnded() // or a link runs
                ? caller.permits
                : null;
    }

    /// Takes a permit, waiting for it; false if the caller, a member, would wait for itself.
    public boolean take() {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            ensureOpen();
            if (count.tryTake()) {
                return true;
            }
            if (isMember()) {
                return false;
            }
            waiter = count.stand();
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

    /// Starts a member with a permit that was taken. If it cannot be started that is thrown, and
    /// the permit is given back.
    public void start(Member member) {
        try {
            lock.lock();
            try {
                begin(member);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            giveBack();
            throw e;
        }
    }

    /// Starts a member as soon as a permit is free, without waiting for it; the waiter that stands
    /// in the queue for it, or null if it has started. It is cancelled if the pool is shut down
    /// before. If a loan is given that nobody has, the member has that rather than wait. Throws if
    /// it cannot be started.
    public WaitQueue.@Nullable Waiter startWhenFree(Member member, @Nullable Loan loan) {
        lock.lock();
        try {
            ensureOpen();
            member.permits = this;
            if (count.tryTake()) {
                beginOrGiveUp(member);
                return null;
            }
            if (loan != null && loan.isFree()) {
                borrow(member, loan);
                return null;
            }
            var waiter =
                    count.stand(() -> {
                        if (shutdown) {
                            rejected.add(member);
                        } else {
                            beginInTurn(member);
                        }
                    });
            member.queued = waiter;
            return waiter;
        } finally {
            lock.unlock();
        }
    }

    private void beginOrGiveUp(Member member) {
        try {
            begin(member);
        } catch (Throwable e) {
            count.putBack(); // nobody waits for it
            throw e;
        }
    }

    private void beginInTurn(Member member) {
        try {
            begin(member);
        } catch (Throwable e) {
            count.putBack();
            unstarted.add(new Unstarted(member, e));
        }
    }

    private void begin(Member member) {
        member.permits = this;
        member.queued = null;
        members.add(member);
        try {
            member.start();
        } catch (Throwable e) {
            boolean ignored = members.remove(member);
            throw e;
        }
    }

    /// Takes a member that waits to be started out of the queue; false if it has been started.
    public boolean withdraw(WaitQueue.Waiter waiter) {
        boolean left = waiter.leave();
        noteLeft();
        return left;
    }

    // ---- lending one's own

    /// Starts a member with the permit of the caller, who waits now, until [#takeBack(Member)].
    /// Throws if it cannot be started.
    public void lend(Member borrower) {
        lock.lock();
        try {
            ensureOpen();
            borrow(borrower, null);
        } finally {
            lock.unlock();
        }
    }

    /// Starts a member that waits for a permit with one that is lent; false if it does not wait, or
    /// the permit has been lent. Throws if it cannot be started.
    boolean lend(Member borrower, Loan loan) {
        lock.lock();
        try {
            var waiter = borrower.queued;
            if (waiter == null || borrower.permits != this || !loan.isFree() || !waiter.leave()) {
                return false;
            }
            tellOfTheQueue();
            borrow(borrower, loan);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void borrow(Member borrower, @Nullable Loan loan) {
        borrowers.add(borrower, loan);
        try {
            begin(borrower);
        } catch (Throwable e) {
            boolean ignored = borrowers.remove(borrower);
            throw e;
        }
    }

    boolean isFree(Loan loan) {
        return Locks.call(lock, loan::isFree);
    }

    /// The caller goes on with its permit, or another one if the borrower has not ended.
    public void takeBack(Member borrower) {
        lock.lock();
        try {
            if (borrowers.remove(borrower)) {
                count.exceed();
            }
        } finally {
            lock.unlock();
        }
    }

    /// As [#takeBack(Member)], of whoever has it; nobody gets it any more.
    void end(Loan loan) {
        lock.lock();
        try {
            loan.ended = true;
            if (loan.borrower != null) {
                takeBack(loan.borrower);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- giving back

    /// Called when a member has ended, or one that was to be.
    public void remove(Member member) {
        lock.lock();
        try {
            if (!members.remove(member)) {
                return; // it never got a permit
            }
            if (!borrowers.remove(member)) {
                count.putBack();
                admit();
            }
        } finally {
            unlock();
        }
    }

    /// Gives a permit back.
    public void giveBack() {
        lock.lock();
        try {
            count.putBack();
            admit();
        } finally {
            unlock();
        }
    }

    /// Gives up the lock, and then ends those that could not be started meanwhile.
    private void unlock() {
        var failed = unstarted.isEmpty() ? List.<Unstarted>of() : List.copyOf(unstarted);
        if (!failed.isEmpty()) {
            unstarted.clear();
        }
        lock.unlock();
        for (var one : failed) {
            boolean ignored = one.member.fail(one.error);
        }
    }

    private void admit() {
        count.admit();
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
        count.noteQueue();
        if (count.isIdle()) {
            idlers.wakeAll();
        }
    }

    /// Whether anyone waits for a permit, apart from the caller's own crew member that may do so
    /// too.
    public boolean isAwaitedByOthers(boolean byOwn) {
        return count.isAwaited() && waiting() > (byOwn ? 1 : 0);
    }

    // ---- as many as there are

    public int size() {
        return count.size();
    }

    public int running() {
        return Locks.call(lock, count::taken);
    }

    public int free() {
        return Locks.call(lock, () -> count.size() - count.taken());
    }

    public int waiting() {
        return Locks.call(lock, count::waiting);
    }

    public List<Member> members() {
        return Locks.call(lock, members::toList);
    }

    public void resize(int newSize) {
        ensureSize(newSize);
        List<PermitListener> told;
        lock.lock();
        try {
            told = newSize > count.size() ? List.copyOf(listeners) : List.of();
            count.resize(newSize);
            admit();
        } finally {
            unlock();
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
        return idlers.await(deadline, count::isIdle);
    }

    /// Waits until that is for ever.
    public boolean awaitTermination(long deadline) {
        do {
            if (!idlers.await(deadline, () -> shutdown && count.isIdle())) {
                return false;
            }
        } while (!isTerminated());
        return true;
    }

    /// Rejects who comes from now on, and who waits.
    public void shutdown() {
        List<Member> cancelled;
        lock.lock();
        try {
            shutdown = true;
            count.turnAway(REJECTED);
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
        return Locks.call(lock, () -> shutdown && count.isIdle());
    }

    private void ensureOpen() {
        if (shutdown) {
            throw rejection();
        }
    }

    private RejectedExecutionException rejection() {
        return new RejectedExecutionException("the " + this + " has been shut down");
    }

    /// Who could let one in that waits for a permit; others could as well, since a pool may be
    /// resized or shut down.
    @Override
    public List<Thread> holders() {
        return members().stream().<Thread>map(Member::thread).toList();
    }

    @Override
    public String toString() {
        return (name == null ? "pool " : "pool '" + name + "' ")
                + Locks.call(lock, count::toString);
    }
}
