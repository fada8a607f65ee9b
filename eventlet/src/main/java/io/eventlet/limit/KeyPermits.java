// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.lang.Lists;
import io.eventlet.lang.Locks;
import io.eventlet.member.Loan;
import io.eventlet.member.Permits;
import io.eventlet.wait.Held;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The permits of one key: which are held, and who waits for one. Guarded by the lock of all.
final class KeyPermits<K> implements Held {
    private final PermitsByKey<K> all;
    final K key;
    final WaitQueue waiters; // threads bring their permits
    private @Nullable KeyPermit<K> first; // of those that are held
    private final Map<Loan, AheadInKey<K>> lenders = new LinkedHashMap<>(0);
    private int inUse;

    KeyPermits(PermitsByKey<K> all, K key) {
        this.all = all;
        this.key = key;
        waiters = new WaitQueue(all.lock, this);
    }

    int inUse() {
        return inUse;
    }

    boolean isOneFree() {
        return inUse < all.max();
    }

    void take(KeyPermit<K> permit) {
        permit.held = true;
        permit.next = first;
        if (first != null) {
            first.previous = permit;
        }
        first = permit;
        inUse++;
    }

    /// Takes back a permit, which is the next one's; false if it was given back before.
    boolean takeBack(KeyPermit<K> permit) {
        if (!permit.held) {
            return false;
        }
        permit.held = false;
        if (permit.previous == null) {
            first = permit.next;
        } else {
            permit.previous.next = permit.next;
        }
        if (permit.next != null) {
            permit.next.previous = permit.previous;
        }
        permit.previous = null;
        permit.next = null;
        inUse--;
        admit();
        return true;
    }

    /// Lets in who waits, as long as a permit is free; forgets the key if nobody uses it.
    void admit() {
        while (isOneFree()) {
            var next = waiters.claim();
            if (next == null) {
                break;
            }
            @SuppressWarnings("unchecked")
            var permit = (@Nullable KeyPermit<K>) next.item();
            if (permit != null) { // else of a task, which takes its own
                take(permit);
            }
            waiters.wake(next, permit);
        }
        if (inUse == 0) {
            all.remove(key);
        }
    }

    // ---- who waits for them as a member of a pool

    /// The tasks of a pool that are to begin before a task can, or before a thread has its permit:
    /// the task itself if it has its permit, else those that have one.
    List<LimitedTask<K>> ahead(Permits pool, @Nullable LimitedTask<K> awaited) {
        if (awaited != null && awaited.hasPermit()) {
            return awaited.pool == pool ? List.of(awaited) : List.of();
        }
        var tasks = new ArrayList<LimitedTask<K>>(inUse);
        for (var permit = first; permit != null; permit = permit.next) {
            if (permit.task != null && permit.task.pool == pool) {
                tasks.add(permit.task);
            }
        }
        return tasks;
    }

    /// Keeps a loan for the first task that comes to wait for its pool.
    void add(Loan loan, AheadInKey<K> wait) {
        lenders.put(loan, wait);
    }

    void remove(Loan loan) {
        lenders.remove(loan);
    }

    /// A loan for a task that comes to wait for a permit of its pool; null if nobody has one.
    @Nullable Loan loanFor(LimitedTask<K> task) {
        for (var all = lenders.entrySet().iterator(); all.hasNext(); ) {
            var lender = all.next();
            var loan = lender.getKey();
            if (lender.getValue().isOver() || loan.isLent()) {
                all.remove();
            } else if (loan.permits() == task.pool) {
                return loan;
            }
        }
        return null;
    }

    @Override
    public Collection<Thread> holders() {
        return Locks.call(
                all.lock,
                () -> {
                    var holders = new ArrayList<Thread>(inUse);
                    for (var permit = first; permit != null; permit = permit.next) {
                        holders.add(permit.holder);
                    }
                    return holders;
                });
    }

    @Override
    public String toString() {
        return Locks.call(
                        all.lock,
                        () ->
                                "%d of at most %d, %d waiting"
                                        .formatted(inUse, all.max(), waiters.size()))
                + " for "
                + Lists.shortened(key);
    }
}
