// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.LimitExpired;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Durations;
import io.eventlet.member.Draft;
import io.eventlet.member.Member;
import io.eventlet.member.Outcome;
import io.eventlet.member.Permits;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/// Green threads that compute values of keys from those of other keys, each as soon as it can.
///
/// ```java
/// var pool = new DagPool<String, Integer>(Map.of("a", 1));
/// pool.spawn("c", Set.of("a", "b"), (_, results) -> {
///     var values = results.all();                     // waits for a and b
///     return values.get("a") + values.get("b");
/// });
/// pool.spawn("b", Set.of("a"), (_, results) -> results.next().getValue() + 1);
/// System.out.println(pool.get("c"));                  // 3
/// ```
///
/// Keys may be depended on before anybody gives them a value; a spawn that would close a cycle of
/// dependencies is refused. If a member fails, whoever asks for its key gets [KeyFailed], other
/// members too, which fail in their turn if they do not catch it. The error of a task that nobody
/// asks for is reported when the pool is garbage. Thread-safe, from green and other threads.
public final class DagPool<K, V extends @Nullable Object> {
    private final @Nullable String name;
    private final @Nullable Permits permits;
    private final DagGraph<K> graph;

    /// A pool whose members begin at once, as many as there are.
    public DagPool() {
        this((Permits) null);
    }

    /// As [#DagPool()], with some keys that have values.
    public DagPool(Map<? extends K, ? extends V> preload) {
        this();
        preload.forEach(this::post);
    }

    private DagPool(@Nullable Permits permits) {
        this(null, permits);
    }

    private DagPool(@Nullable String name, @Nullable Permits permits) {
        this.name = name;
        this.permits = permits;
        graph = new DagGraph<>(permits);
    }

    /// As [#DagPool()], with a name for dumps and errors, which its members have as well.
    public static <K, V extends @Nullable Object> DagPool<K, V> named(String name) {
        return new DagPool<>(Objects.requireNonNull(name), null);
    }

    /// A pool whose members are members of a [GreenPool]: each takes a permit when all that it
    /// depends on is there, and waits for one then, so that members do not keep permits from those
    /// that they wait for. A member of the pool that waits for a key lends its permit meanwhile.
    public static <K, V extends @Nullable Object> DagPool<K, V> in(GreenPool pool) {
        return new DagPool<>(Permits.of(pool));
    }

    // ---- giving keys their values

    /// Has a task compute the value of a key, in a green thread that begins at once, or, in a
    /// [bounded][#in(GreenPool)] pool, when what it depends on is there. Does not wait.
    ///
    /// Throws [KeyTaken] if the key has a value or a member, `IllegalArgumentException` if the
    /// dependencies would be a cycle, which it names, and `RejectedExecutionException` if the pool
    /// has been shut down, or the caller's hub closed.
    public void spawn(K key, Collection<? extends K> depends, DagTask<K, ? extends V> task) {
        spawn(Map.of(key, depends), task, false);
    }

    /// As [#spawn], in a green thread that begins at once also in a bounded pool, beside its
    /// permits: for tasks that mostly wait, and want each value as it comes.
    public void spawnEager(K key, Collection<? extends K> depends, DagTask<K, ? extends V> task) {
        spawn(Map.of(key, depends), task, true);
    }

    /// As [#spawn] for each of some keys, with what it depends on: all of them, or none if one is
    /// refused.
    public void spawnMany(
            Map<? extends K, ? extends Collection<? extends K>> depends,
            DagTask<K, ? extends V> task) {
        spawn(depends, task, false);
    }

    private void spawn(
            Map<? extends K, ? extends Collection<? extends K>> depends,
            DagTask<K, ? extends V> task,
            boolean eager) {
        Objects.requireNonNull(task);
        var members = new ArrayList<DagMember<K>>();
        depends.forEach((key, on) -> members.add(member(key, on, eager)));
        var hub = Hub.current();
        var inheritance = inheritance();
        members.forEach(member -> member.become(make(hub, inheritance, member, task)));
        graph.add(members);
    }

    private Inheritance inheritance() {
        if (name != null) {
            return Inheritance.named(name);
        }
        return permits == null ? Inheritance.ofCaller() : permits.inheritance();
    }

    private Member make(
            Hub hub, Inheritance inheritance, DagMember<K> member, DagTask<K, ? extends V> task) {
        var draft = Draft.<@Nullable Void>detached(hub, inheritance, () -> run(member, task));
        GreenThread<@Nullable Void> green;
        try {
            green = GreenThread.unstarted(draft);
        } catch (IllegalStateException e) {
            if (hub.isOpen()) {
                throw e;
            }
            throw new RejectedExecutionException(this + " cannot spawn: " + e.getMessage(), e);
        }
        green.link(ended -> noteEnd(member, ended));
        return draft.member();
    }

    private DagMember<K> member(K key, Collection<? extends K> depends, boolean eager) {
        return new DagMember<>(
                Objects.requireNonNull(key, "a key"),
                distinct(depends),
                results(DagResults.Which.ALL),
                eager);
    }

    @SuppressWarnings("unchecked") // a task gives a V, and takes what others gave
    private @Nullable Void run(DagMember<K> member, DagTask<K, ? extends V> task) {
        try {
            var value = ((DagTask<K, V>) task).run(member.key, (DagResults<K, V>) member.results);
            boolean ignored = graph.end(member, Outcome.Value.of(value));
        } catch (Throwable e) {
            fail(member, Interrupts.cause(e));
        }
        return null;
    }

    /// Called when the thread of a member has ended, which may not have begun, because the pool, or
    /// its hub, was closed.
    private void noteEnd(DagMember<K> member, GreenThread<?> ended) {
        if (graph.isRunning(member)) {
            try {
                var ignored = ended.await();
            } catch (TaskFailed e) {
                fail(member, Objects.requireNonNull(e.getCause()));
            }
        }
    }

    private void fail(DagMember<K> member, Throwable error) {
        var failure = new Outcome.Failure(error, Thread.currentThread());
        if (isSilent(error)) {
            boolean ignored = graph.end(member, failure);
        } else if (graph.end(member, failure)) {
            failure.reportUnlessSeen();
        } else {
            failure.report();
        }
    }

    /// Whether a thread may end with it and nobody has to know: a kill, or an interrupt.
    private static boolean isSilent(Throwable error) {
        return error instanceof Cancelled && !(error instanceof TimeoutExpired);
    }

    /// Gives a key a value; throws [KeyTaken] if it has one, or a member. The member itself may do
    /// so, once: then its result is dropped.
    public void post(K key, V value) {
        graph.post(Objects.requireNonNull(key, "a key"), Outcome.Value.of(value), false);
    }

    /// As [#post], also if the key has a value. Who has not taken that gets the new one.
    public void replace(K key, V value) {
        graph.post(Objects.requireNonNull(key, "a key"), Outcome.Value.of(value), true);
    }

    /// As [#post], with an error: who asks for the key gets a [KeyFailed] with that as the cause.
    /// If nobody does, it is not reported.
    public void postError(K key, Throwable error) {
        graph.post(
                Objects.requireNonNull(key, "a key"),
                new Outcome.Failure(Objects.requireNonNull(error), Thread.currentThread()),
                false);
    }

    /// Takes the member of a key out and kills it, whether it has begun or not. The key is free
    /// then: who waits for it waits for another member or a post. What the thread does until it has
    /// ended is dropped. Throws `NoSuchElementException` if nobody computes the key.
    public void kill(K key) {
        graph.kill(key);
    }

    // ---- asking for values

    /// The value of a key; waits until it has one. Throws [KeyFailed] if it has failed. What ends
    /// the wait is thrown: the cause of a kill or a timeout, or [io.eventlet.errors.Cancelled] for
    /// an interrupt.
    public V get(K key) {
        try (var results = awaitEach(List.of(key))) {
            return results.next().getValue();
        }
    }

    /// As [#get(Object)], for at most a time; throws [LimitExpired] after that.
    public V get(K key, Duration limit) {
        try (var results = awaitEach(List.of(key))) {
            return results.next(limit).getValue();
        }
    }

    /// As [#get(Object)] if the key has a value or has failed, else what is given here; never
    /// waits.
    public V poll(K key, V notReady) {
        var outcome = graph.poll(key);
        return outcome == null ? notReady : value(key, outcome);
    }

    /// The values of keys; waits until all have one, and throws [KeyFailed] as soon as one of them
    /// has failed.
    public Map<K, V> await(Collection<? extends K> keys) {
        try (var results = awaitEach(keys)) {
            return results.all();
        }
    }

    /// As [#await(Collection)], for at most a time; throws [LimitExpired] after that.
    public Map<K, V> await(Collection<? extends K> keys, Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        try (var results = awaitEach(keys)) {
            return all(results, limit);
        }
    }

    /// As [#await(Collection)] with all keys that have a value or a member now.
    public Map<K, V> awaitAll() {
        try (var results = awaitEach()) {
            return results.all();
        }
    }

    /// As [#awaitAll()], for at most a time; throws [LimitExpired] after that.
    public Map<K, V> awaitAll(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        try (var results = awaitEach()) {
            return all(results, limit);
        }
    }

    private Map<K, V> all(DagResults<K, V> results, Duration limit) {
        long deadline = Waits.deadlineAfter(limit);
        var all = new LinkedHashMap<K, V>();
        while (true) {
            switch (results.awaitNext(deadline)) {
                case END -> {
                    return all;
                }
                case EXPIRED ->
                        throw new LimitExpired(
                                "no values of %s (nobody computes %s)"
                                        .formatted(graph.pending(results), missing()),
                                limit);
                case THERE -> {
                    var entry = results.next();
                    all.put(entry.getKey(), entry.getValue());
                }
            }
        }
    }

    /// What keys come to, each as soon as it is there.
    public DagResults<K, V> awaitEach(Collection<? extends K> keys) {
        return requested(results(DagResults.Which.ALL), keys);
    }

    /// As [#awaitEach(Collection)], of all keys that have a value or a member now.
    public DagResults<K, V> awaitEach() {
        return requestedAll(results(DagResults.Which.ALL));
    }

    /// As [#awaitEach(Collection)], without those that fail.
    public DagResults<K, V> awaitEachSuccess(Collection<? extends K> keys) {
        return requested(results(DagResults.Which.VALUES), keys);
    }

    public DagResults<K, V> awaitEachSuccess() {
        return requestedAll(results(DagResults.Which.VALUES));
    }

    /// As [#awaitEach(Collection)], of only those that fail, with what they failed with.
    public DagResults<K, KeyFailed> awaitEachFailure(Collection<? extends K> keys) {
        return requested(failures(), keys);
    }

    public DagResults<K, KeyFailed> awaitEachFailure() {
        return requestedAll(failures());
    }

    private DagResults<K, V> results(DagResults.Which which) {
        return new DagResults<>(graph, which, this::value);
    }

    private DagResults<K, KeyFailed> failures() {
        return new DagResults<>(
                graph,
                DagResults.Which.FAILURES,
                (key, outcome) -> new KeyFailed(key, ((Outcome.Failure) outcome).error()));
    }

    private <R extends @Nullable Object> DagResults<K, R> requested(
            DagResults<K, R> results, Collection<? extends K> keys) {
        graph.request(results, distinct(keys));
        return results;
    }

    private static <K> Set<K> distinct(Collection<? extends K> keys) {
        var distinct = new LinkedHashSet<K>();
        keys.forEach(key -> distinct.add(Objects.requireNonNull(key, "a key")));
        return distinct;
    }

    private <R extends @Nullable Object> DagResults<K, R> requestedAll(DagResults<K, R> results) {
        graph.requestAll(results);
        return results;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where V allows it
    private V value(K key, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Value value -> (V) value.value();
            case Outcome.Failure failure -> throw new KeyFailed(key, failure.error());
        };
    }

    // ---- what there is

    /// The keys that have a value, or have failed, in the order in which they got it.
    public Set<K> keys() {
        return Collections.unmodifiableSet(graph.outcomes().keySet());
    }

    /// The keys and their values; throws [KeyFailed] if one has failed.
    public Map<K, V> items() {
        var items = new LinkedHashMap<K, V>();
        graph.outcomes().forEach((key, outcome) -> items.put(key, value(key, outcome)));
        return Collections.unmodifiableMap(items);
    }

    /// How many members there are, those that have not begun too.
    public int running() {
        return graph.running().size();
    }

    /// The keys of the members.
    public Set<K> runningKeys() {
        return Collections.unmodifiableSet(graph.running());
    }

    /// How many members depend on keys that have no value yet.
    public int waiting() {
        return graph.waitingFor().size();
    }

    /// The keys of the members that depend on keys which have no value yet, and on which.
    public Map<K, Set<K>> waitingFor() {
        return Collections.unmodifiableMap(graph.waitingFor());
    }

    /// On which keys that have no value yet a key depends; throws `NoSuchElementException` if it
    /// has neither a member nor a value.
    public Set<K> waitingFor(K key) {
        var missing = graph.waitingFor(key);
        if (missing == null) {
            throw new NoSuchElementException("nobody computes the key " + key);
        }
        return Collections.unmodifiableSet(missing);
    }

    /// The keys that somebody waits for, a member or another thread, and that nobody computes: if
    /// nobody posts them, that wait has no end.
    public Set<K> missing() {
        return Collections.unmodifiableSet(graph.missing());
    }

    @Override
    public String toString() {
        return "pool %swith values of %d keys, %d running and %d waiting"
                .formatted(
                        name == null ? "" : "'" + name + "' ",
                        graph.outcomes().size(),
                        running(),
                        waiting());
    }
}
