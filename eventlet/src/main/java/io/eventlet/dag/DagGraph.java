// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import io.eventlet.lang.Locks;
import io.eventlet.member.Ahead;
import io.eventlet.member.Loan;
import io.eventlet.member.Outcome;
import io.eventlet.member.Permits;
import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The course of a [DagPool]: from what its members depend on to the outcomes of their keys.
final class DagGraph<K> implements Ahead {
    /*
     * Whoever gives a key its outcome tells those who are interested in it, in the order in which
     * they came: results, which take it, and members that are not to begin before. Those that may
     * begin then are started, or stand for a permit of the pool, before the lock is given back.
     *
     * A member that is not in `keys` any more was killed: what it comes to is dropped.
     *
     * A member of the pool that waits for a key lends its permit to the graph: to one that stands for
     * a permit after the other, whatever its key, or to the next that comes to stand.
     *
     * Locks: that of the permits of a pool may be taken under this one, never the other way round.
     */
    private final @Nullable Permits permits;
    final ReentrantLock lock = new ReentrantLock();
    // guarded by lock:
    private final DagKeys<K> keys = new DagKeys<>();
    private final Interests<K> interests = new Interests<>();
    private final ArrayDeque<DagMember<K>> ready = new ArrayDeque<>();
    private final Standing<K> standing = new Standing<>();
    private final List<Outcome.Failure> unreported = new ArrayList<>(0); // until it is given up

    DagGraph(@Nullable Permits permits) {
        this.permits = permits;
    }

    // ---- values

    /// Gives a key a value, or an error, from outside; only the first if there must be none yet.
    void post(K key, Outcome outcome, boolean replace) {
        Supplier<RuntimeException> refusal;
        lock.lock();
        try {
            refusal = keys.refusalOf(key, replace);
            if (refusal == null) {
                settle(key, outcome);
            }
        } finally {
            unlock();
        }
        if (refusal != null) {
            throw refusal.get();
        }
    }

    /// Gives up the lock, and then sees to the errors of those that could not be started.
    private void unlock() {
        var failures = unreported.isEmpty() ? List.<Outcome.Failure>of() : List.copyOf(unreported);
        if (!failures.isEmpty()) {
            unreported.clear();
        }
        lock.unlock();
        failures.forEach(Outcome.Failure::reportUnlessSeen);
    }

    private void settle(K key, Outcome outcome) {
        keys.settle(key, outcome);
        interests.tell(key);
        startReady();
    }

    private void startReady() {
        while (!ready.isEmpty()) {
            start(ready.remove());
        }
    }

    private void start(DagMember<K> member) {
        try {
            if (permits == null || member.eager) {
                member.thread().start();
            } else {
                member.waiter = permits.startWhenFree(member.thread(), standing.firstLoan());
                if (member.waiter != null) {
                    standing.add(member);
                }
            }
        } catch (Throwable e) {
            refuse(member, e);
        }
    }

    /// Has a member fail that the pool does not take, or that cannot be started.
    private void refuse(DagMember<K> member, Throwable error) {
        var failure = new Outcome.Failure(error, Thread.currentThread());
        boolean ignored = forget(member);
        keys.settle(member.key, failure);
        interests.tell(member.key);
        if (!(error instanceof RejectedExecutionException)) {
            unreported.add(failure);
        }
    }

    // ---- lending

    @Override
    public void seek(Loan loan) {
        lock.lock();
        try {
            if (permits == loan.permits()) {
                standing.give(loan, this::refuse);
            }
            startReady(); // what was behind those that could not be started
        } finally {
            unlock();
        }
    }

    @Override
    public void forget(Loan loan) {
        lock.lock();
        try {
            standing.forget(loan);
        } finally {
            lock.unlock();
        }
    }

    // ---- members

    /// Adds members, all or none; those that depend on nothing that is not there are started.
    void add(Collection<DagMember<K>> added) {
        Supplier<RuntimeException> refusal;
        lock.lock();
        try {
            refusal = refusalOf(added);
            if (refusal == null) {
                added.forEach(keys::add);
                added.forEach(member -> subscribe(member.results, member.depends));
                added.forEach(this::begin);
                startReady();
            }
        } finally {
            unlock();
        }
        if (refusal != null) {
            throw refusal.get();
        }
    }

    private @Nullable Supplier<RuntimeException> refusalOf(Collection<DagMember<K>> added) {
        var refusal = keys.refusalOf(added);
        if (refusal != null) {
            return refusal;
        }
        if (permits != null && permits.isShutdown()) {
            return () -> new RejectedExecutionException("the " + permits + " has been shut down");
        }
        return null;
    }

    private void begin(DagMember<K> member) {
        if (permits == null || member.eager || member.results.pending.isEmpty()) {
            ready.add(member);
            return;
        }
        Consumer<K> countdown =
                key -> {
                    member.missing--;
                    if (member.missing == 0) {
                        ready.add(member);
                    }
                };
        member.countdown = countdown;
        for (var key : member.results.pending) {
            member.missing++;
            interests.add(key, countdown);
        }
    }

    /// Called when a member has come to something: whether its key has that outcome now, or it is
    /// dropped, because the member was killed, or has posted something itself.
    boolean end(DagMember<K> member, Outcome outcome) {
        lock.lock();
        try {
            if (!forget(member) || keys.isSettled(member.key)) {
                return false;
            }
            settle(member.key, outcome);
            return true;
        } finally {
            unlock();
        }
    }

    /// Whether a member has neither come to something nor been killed.
    boolean isRunning(DagMember<K> member) {
        return Locks.call(lock, () -> keys.member(member.key) == member);
    }

    /// Takes a member out, and what it is interested in; false if it was taken out before.
    private boolean forget(DagMember<K> member) {
        if (!keys.remove(member)) {
            return false;
        }
        standing.remove(member);
        var countdown = member.countdown;
        if (countdown != null) {
            member.depends.forEach(key -> interests.remove(key, countdown));
        }
        drop(member.results);
        return true;
    }

    /// Forgets a member and ends its thread. What that waits for, it waits for until the kill has
    /// come; who asks its results after that is told.
    void kill(K key) {
        DagMember<K> member;
        lock.lock();
        try {
            member = keys.member(key);
            if (member != null) {
                member.results.killed = DagResults.Killed.SOON;
                boolean ignored = forget(member);
            }
        } finally {
            lock.unlock();
        }
        if (member == null) {
            throw new NoSuchElementException("nobody computes the key " + key);
        }
        var waiter = member.waiter;
        if (permits != null && waiter != null) {
            boolean ignored = permits.withdraw(waiter);
        }
        try {
            member.thread().kill();
        } finally {
            noteKilled(member.results);
        }
    }

    private void noteKilled(DagResults<K, ?> results) {
        lock.lock();
        try {
            results.killed = DagResults.Killed.YES;
            results.waiters.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }

    // ---- results

    /// Has results, which the caller is to take, told of keys: at once of those that are there.
    void request(DagResults<K, ?> results, Collection<K> wanted) {
        K own;
        lock.lock();
        try {
            own = keys.ownOf(wanted);
            if (own == null) {
                subscribe(results, wanted);
            }
        } finally {
            lock.unlock();
        }
        if (own != null) {
            throw new IllegalStateException(
                    Strand.current() + " computes the key " + own + " and would wait for itself");
        }
    }

    private void subscribe(DagResults<K, ?> results, Collection<K> wanted) {
        for (var key : wanted) {
            if (keys.isSettled(key)) {
                results.there.add(key);
            } else {
                results.pending.add(key);
                interests.add(key, results.whenThere);
            }
        }
    }

    /// As [#request(DagResults, Collection)], of all keys that have an outcome or a member.
    void requestAll(DagResults<K, ?> results) {
        request(results, Locks.call(lock, keys::all));
    }

    private void drop(DagResults<K, ?> results) {
        results.pending.forEach(key -> interests.remove(key, results.whenThere));
        results.pending.clear();
        results.there.clear();
        if (results.killed != DagResults.Killed.SOON) {
            results.waiters.wakeAll(null);
        }
    }

    void close(DagResults<K, ?> results) {
        lock.lock();
        try {
            drop(results);
        } finally {
            lock.unlock();
        }
    }

    Set<K> pending(DagResults<K, ?> results) {
        return Locks.call(lock, () -> new LinkedHashSet<>(results.pending));
    }

    /// The members that compute some keys.
    List<DagMember<K>> computing(Set<K> wanted) {
        return Locks.call(lock, () -> keys.computing(wanted));
    }

    // ---- what there is

    /// What a key that has an outcome has come to. Called under the lock.
    Outcome outcome(K key) {
        return Objects.requireNonNull(keys.outcome(key));
    }

    @Nullable Outcome poll(K key) {
        return Locks.call(lock, () -> keys.outcome(key));
    }

    Map<K, Outcome> outcomes() {
        return Locks.call(lock, keys::outcomes);
    }

    Set<K> running() {
        return Locks.call(lock, keys::running);
    }

    Map<K, Set<K>> waitingFor() {
        return Locks.call(lock, () -> keys.waitingFor());
    }

    /// On what a key that has no outcome yet waits; null if nobody computes it.
    @Nullable Set<K> waitingFor(K key) {
        return Locks.call(lock, () -> keys.waitingFor(key));
    }

    /// Keys that somebody waits for and nobody computes.
    Set<K> missing() {
        return Locks.call(lock, () -> keys.notRunning(interests.keys()));
    }
}
