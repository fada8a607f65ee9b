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
import java.util.HashMap;
import java.util.LinkedHashMap;
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
import java.util.stream.Collectors;

/// What a [DagPool] knows: keys that have an outcome, members that are to give theirs one, and who
/// waits for which.
final class DagGraph<K> implements Ahead {
    /*
     * Whoever gives a key its outcome tells those who are interested in it, in the order in which
     * they came: results, which take it, and members that are not to begin before. Those that may
     * begin then are started, or stand for a permit of the pool, before the lock is given back.
     *
     * A member that is not in `members` any more was killed: what it comes to is dropped.
     *
     * A member of the pool that waits for a key lends its permit to the graph: to one that stands for
     * a permit after the other, whatever its key, or to the next that comes to stand.
     *
     * Locks: that of the permits of a pool may be taken under this one, never the other way round.
     */
    private final @Nullable Permits permits;
    final ReentrantLock lock = new ReentrantLock();
    // guarded by lock:
    private final Map<K, Outcome> outcomes = new LinkedHashMap<>();
    private final Map<K, DagMember<K>> members = new LinkedHashMap<>();
    private final Interests<K> interests = new Interests<>();
    private final Map<K, Integer> dependents = new HashMap<>(); // members, how many of a key
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
            refusal = refusalOf(key, replace);
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

    /// Why a key is not to get an outcome, to be made without the lock, as it names keys; null if
    /// it may.
    private @Nullable Supplier<RuntimeException> refusalOf(K key, boolean replace) {
        var member = members.get(key);
        if (member != null && !member.isCaller()) {
            return () -> new KeyTaken(key, "is being computed");
        }
        return outcomes.containsKey(key) && !replace
                ? () -> new KeyTaken(key, "has a value")
                : null;
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
        outcomes.put(key, outcome);
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
        outcomes.put(member.key, failure);
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
                added.forEach(member -> members.put(member.key, member));
                added.forEach(this::register);
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
        for (var member : added) {
            if (members.containsKey(member.key)) {
                return () -> new KeyTaken(member.key, "is being computed");
            }
            if (outcomes.containsKey(member.key)) {
                return () -> new KeyTaken(member.key, "has a value");
            }
        }
        var cycle = cycle(added);
        if (!cycle.isEmpty()) {
            return () ->
                    new IllegalArgumentException(
                            "the dependencies are a cycle: "
                                    + cycle.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(" -> ")));
        }
        if (permits != null && permits.isShutdown()) {
            return () -> new RejectedExecutionException("the " + permits + " has been shut down");
        }
        return null;
    }

    private void register(DagMember<K> member) {
        member.depends.forEach(key -> dependents.merge(key, 1, Integer::sum));
        subscribe(member.results, member.depends);
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
            if (!forget(member) || outcomes.containsKey(member.key)) {
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
        return Locks.call(lock, () -> members.get(member.key) == member);
    }

    /// Takes a member out, and what it is interested in; false if it was taken out before.
    private boolean forget(DagMember<K> member) {
        if (!members.remove(member.key, member)) {
            return false;
        }
        standing.remove(member);
        for (var key : member.depends) {
            dependents.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
            if (member.countdown != null) {
                interests.remove(key, member.countdown);
            }
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
            member = members.get(key);
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

    // ---- cycles

    /// Looks for a way along the dependencies from a new member back to itself. Members that depend
    /// on what is there already do not wait for it.
    private List<K> cycle(Collection<DagMember<K>> added) {
        if (added.size() == 1) {
            var member = added.iterator().next();
            if (!dependents.containsKey(member.key) && !member.depends.contains(member.key)) {
                return List.of(); // nothing leads to it
            }
        }
        var all = new HashMap<K, Set<K>>();
        added.forEach(member -> all.put(member.key, member.depends));
        var search = new CycleSearch<K>(key -> dependencies(key, all));
        return added.stream()
                .map(member -> search.from(member.key))
                .filter(cycle -> !cycle.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private Set<K> dependencies(K key, Map<K, Set<K>> added) {
        var member = members.get(key);
        if (outcomes.containsKey(key)) {
            return Set.of();
        }
        return member != null ? member.depends : added.getOrDefault(key, Set.of());
    }

    // ---- results

    /// Has results, which the caller is to take, told of keys: at once of those that are there.
    void request(DagResults<K, ?> results, Collection<K> keys) {
        K own;
        lock.lock();
        try {
            own = ownOf(keys);
            if (own == null) {
                subscribe(results, keys);
            }
        } finally {
            lock.unlock();
        }
        if (own != null) {
            throw new IllegalStateException(
                    Strand.current() + " computes the key " + own + " and would wait for itself");
        }
    }

    /// The one that the caller computes; null if that is none of them.
    private @Nullable K ownOf(Collection<K> keys) {
        for (var key : keys) {
            var member = members.get(key);
            if (member != null && member.isCaller() && !outcomes.containsKey(key)) {
                return key;
            }
        }
        return null;
    }

    private void subscribe(DagResults<K, ?> results, Collection<K> keys) {
        for (var key : keys) {
            if (outcomes.containsKey(key)) {
                results.there.add(key);
            } else {
                results.pending.add(key);
                interests.add(key, results.whenThere);
            }
        }
    }

    /// As [#request(DagResults, Collection)], of all keys that have an outcome or a member.
    void requestAll(DagResults<K, ?> results) {
        request(
                results,
                Locks.call(
                        lock,
                        () -> {
                            var keys = new LinkedHashSet<>(outcomes.keySet());
                            keys.addAll(members.keySet());
                            return keys;
                        }));
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
    List<DagMember<K>> computing(Set<K> keys) {
        return Locks.call(
                lock, () -> members.values().stream().filter(m -> keys.contains(m.key)).toList());
    }

    // ---- what there is

    /// What a key that has an outcome has come to. Called under the lock.
    Outcome outcome(K key) {
        return Objects.requireNonNull(outcomes.get(key));
    }

    @Nullable Outcome poll(K key) {
        return Locks.call(lock, () -> outcomes.get(key));
    }

    Map<K, Outcome> outcomes() {
        return Locks.call(lock, () -> new LinkedHashMap<>(outcomes));
    }

    Set<K> running() {
        return Locks.call(lock, () -> new LinkedHashSet<>(members.keySet()));
    }

    Map<K, Set<K>> waitingFor() {
        return Locks.call(
                lock,
                () -> {
                    var waiting = new LinkedHashMap<K, Set<K>>();
                    for (var member : members.values()) {
                        var missing = missing(member);
                        if (!missing.isEmpty()) {
                            waiting.put(member.key, missing);
                        }
                    }
                    return waiting;
                });
    }

    /// On what a key that has no outcome yet waits; null if nobody computes it.
    @Nullable Set<K> waitingFor(K key) {
        return Locks.call(
                lock,
                () -> {
                    var member = members.get(key);
                    if (member != null) {
                        return missing(member);
                    }
                    return outcomes.containsKey(key) ? Set.<K>of() : null;
                });
    }

    private Set<K> missing(DagMember<K> member) {
        var missing = new LinkedHashSet<>(member.depends);
        missing.removeAll(outcomes.keySet());
        return missing;
    }

    /// Keys that somebody waits for and nobody computes.
    Set<K> missing() {
        return Locks.call(
                lock,
                () -> {
                    List<K> keys = new ArrayList<>(interests.keys());
                    keys.removeAll(members.keySet());
                    return new LinkedHashSet<>(keys);
                });
    }
}
