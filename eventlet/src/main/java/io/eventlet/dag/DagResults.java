// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import io.eventlet.GreenThreadKilled;
import io.eventlet.LimitExpired;
import io.eventlet.lang.Durations;
import io.eventlet.lang.Lists;
import io.eventlet.lang.Locks;
import io.eventlet.member.Loan;
import io.eventlet.member.Outcome;
import io.eventlet.wait.Held;
import io.eventlet.wait.Named;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;

/// What keys of a [DagPool] come to, each as soon as it is there, in the order in which that is.
///
/// What is there when it is asked for comes first, in the order of the keys. A key that has failed
/// throws [KeyFailed] from its own `next()`, and the iteration can go on. What ends a wait is
/// thrown, and nothing is lost by it. Iterate by one thread at a time; who stops early may close
/// it, so that it is not told of the rest.
@SuppressWarnings("IterableAndIterator") // single-pass, and said so
public final class DagResults<K, R extends @Nullable Object>
        implements Iterator<Map.Entry<K, R>>, Iterable<Map.Entry<K, R>>, AutoCloseable {
    /// What an outcome of a key is, as a result.
    @FunctionalInterface
    interface View<K, R extends @Nullable Object> {
        R of(K key, Outcome outcome);
    }

    /// Which outcomes are wanted.
    enum Which {
        ALL,
        VALUES,
        FAILURES;

        boolean includes(Outcome outcome) {
            return this == ALL || (this == VALUES) == (outcome instanceof Outcome.Value);
        }
    }

    /// How a wait for the next result has ended.
    enum Next {
        THERE,
        END,
        EXPIRED
    }

    /// Whether the member whose results these are was killed: not that nothing more comes, but that
    /// it is not to go on. Soon means that the kill is on its way to it.
    enum Killed {
        NO,
        SOON,
        YES
    }

    private final DagGraph<K> graph;
    private final Which which;
    private final View<K, R> view;
    final Consumer<K> whenThere = this::add;
    final WaitQueue waiters;
    // guarded by the lock of the graph:
    final Set<K> pending = new LinkedHashSet<>();
    final ArrayDeque<K> there = new ArrayDeque<>();
    private Map.@Nullable Entry<K, Outcome>
            kept; // the next one, once somebody was told that it is there
    Killed killed = Killed.NO;

    DagResults(DagGraph<K> graph, Which which, View<K, R> view) {
        this.graph = graph;
        this.which = which;
        this.view = view;
        waiters = new WaitQueue(graph.lock, new Awaited());
    }

    /// Called when a key has an outcome, under the lock.
    private void add(K key) {
        pending.remove(key);
        there.add(key);
        waiters.wakeAll(null);
    }

    /// Waits until there is a next one, which stays the next one from then on, or the end.
    @Override
    public boolean hasNext() {
        return awaitNext(Waits.NEVER) == Next.THERE;
    }

    /// Waits for the next one; throws [KeyFailed] if that has failed.
    @Override
    public Map.Entry<K, R> next() {
        return next(awaitNext(Waits.NEVER));
    }

    /// As [#next()], for at most a time; throws [LimitExpired] after that.
    public Map.Entry<K, R> next(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        var next = awaitNext(Waits.deadlineAfter(limit));
        if (next == Next.EXPIRED) {
            throw new LimitExpired("none of " + graph.pending(this) + " was there", limit);
        }
        return next(next);
    }

    private Map.Entry<K, R> next(Next next) {
        if (next == Next.END) {
            throw new NoSuchElementException("all results have been taken");
        }
        var taken = take();
        return new SimpleImmutableEntry<>(
                taken.getKey(), view.of(taken.getKey(), taken.getValue()));
    }

    /// Waits for all that have not been taken; throws [KeyFailed] for the first that has failed.
    public Map<K, R> all() {
        var all = new LinkedHashMap<K, R>();
        while (hasNext()) {
            var entry = next();
            all.put(entry.getKey(), entry.getValue());
        }
        return all;
    }

    /// Waits until there is a next one that is wanted, and keeps that for [#take]: it is not
    /// replaced, or closed, any more.
    Next awaitNext(long deadline) {
        while (true) {
            WaitQueue.@Nullable Waiter waiter;
            graph.lock.lock();
            try {
                keepNext();
                if (kept != null) {
                    return Next.THERE;
                }
                if (haveEnded()) {
                    return Next.END;
                }
                waiter = killed == Killed.YES ? null : waiters.add(null);
            } finally {
                graph.lock.unlock();
            }
            if (waiter == null) {
                Waits.ensureNotCancelled(); // by the kill itself, which is to be thrown once
                throw new GreenThreadKilled("the thread whose results these are was killed");
            }
            if (!Loan.await(waiter, deadline, graph)) {
                return Next.EXPIRED;
            }
        }
    }

    private void keepNext() {
        while (kept == null && !there.isEmpty()) {
            K key = there.remove();
            var outcome = graph.outcome(key);
            if (which.includes(outcome)) {
                kept = Map.entry(key, outcome);
            }
        }
    }

    /// Takes what was kept.
    private Map.Entry<K, Outcome> take() {
        return Locks.call(
                graph.lock,
                () -> {
                    var taken = kept;
                    if (taken == null) {
                        throw new NoSuchElementException("another thread has taken the result");
                    }
                    kept = null;
                    return taken;
                });
    }

    /// Whether nothing more comes, for another reason than a kill. Called under the lock.
    private boolean haveEnded() {
        return killed == Killed.NO && pending.isEmpty();
    }

    /// This object: the results can be iterated over once.
    @Override
    public Iterator<Map.Entry<K, R>> iterator() {
        return this;
    }

    /// Ends it: nothing more comes but what [#hasNext] has told of.
    @Override
    public void close() {
        graph.close(this);
    }

    @Override
    public String toString() {
        return "results of [%s] of DAG pool @%x"
                .formatted(Lists.first(graph.pending(this)), System.identityHashCode(graph));
    }

    /// The next result, as what threads wait for.
    private final class Awaited implements Held, Named {
        /// Who computes it; none if it could come from elsewhere.
        @Override
        public Collection<Thread> holders() {
            var keys = graph.pending(DagResults.this);
            var members = graph.computing(keys);
            return members.size() < keys.size()
                    ? List.of()
                    : members.stream().map(member -> member.thread().thread()).toList();
        }

        @Override
        public boolean isEndedByHoldersOnly() {
            return true;
        }

        @Override
        public String toString() {
            return DagResults.this.toString();
        }
    }
}
