// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import io.eventlet.member.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// How it is with each key of a [DagGraph]: it has an outcome, or a member is to give it one.
/// Guarded by the lock of the graph.
final class DagKeys<K> {
    private final Map<K, Outcome> outcomes = new LinkedHashMap<>();
    private final Map<K, DagMember<K>> members = new LinkedHashMap<>();
    private final Map<K, Integer> dependents = new HashMap<>(); // members, how many of a key

    // ---- outcomes

    void settle(K key, Outcome outcome) {
        outcomes.put(key, outcome);
    }

    boolean isSettled(K key) {
        return outcomes.containsKey(key);
    }

    @Nullable Outcome outcome(K key) {
        return outcomes.get(key);
    }

    Map<K, Outcome> outcomes() {
        return new LinkedHashMap<>(outcomes);
    }

    // ---- members

    void add(DagMember<K> member) {
        members.put(member.key, member);
        member.depends.forEach(key -> dependents.merge(key, 1, Integer::sum));
    }

    /// Takes a member out; false if it was taken out before.
    boolean remove(DagMember<K> member) {
        if (!members.remove(member.key, member)) {
            return false;
        }
        for (var key : member.depends) {
            dependents.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
        }
        return true;
    }

    @Nullable DagMember<K> member(K key) {
        return members.get(key);
    }

    /// The members that compute some keys.
    List<DagMember<K>> computing(Set<K> keys) {
        return members.values().stream().filter(member -> keys.contains(member.key)).toList();
    }

    /// The keys that have a member.
    Set<K> running() {
        return new LinkedHashSet<>(members.keySet());
    }

    /// The keys that have an outcome, then those that have a member.
    Set<K> all() {
        var keys = new LinkedHashSet<>(outcomes.keySet());
        keys.addAll(members.keySet());
        return keys;
    }

    /// Those among some keys that nobody computes.
    Set<K> notRunning(Collection<K> keys) {
        var left = new LinkedHashSet<>(keys);
        left.removeAll(members.keySet());
        return left;
    }

    /// The one among some keys that the caller computes; null if that is none of them.
    @Nullable K ownOf(Collection<K> keys) {
        for (var key : keys) {
            var member = members.get(key);
            if (member != null && member.isCaller() && !outcomes.containsKey(key)) {
                return key;
            }
        }
        return null;
    }

    // ---- what members wait for

    /// On what each member waits that waits for something.
    Map<K, Set<K>> waitingFor() {
        var waiting = new LinkedHashMap<K, Set<K>>();
        for (var member : members.values()) {
            var missing = missing(member);
            if (!missing.isEmpty()) {
                waiting.put(member.key, missing);
            }
        }
        return waiting;
    }

    /// On what a key that has no outcome yet waits; null if nobody computes it.
    @Nullable Set<K> waitingFor(K key) {
        var member = members.get(key);
        if (member != null) {
            return missing(member);
        }
        return outcomes.containsKey(key) ? Set.<K>of() : null;
    }

    private Set<K> missing(DagMember<K> member) {
        var missing = new LinkedHashSet<>(member.depends);
        missing.removeAll(outcomes.keySet());
        return missing;
    }

    // ---- what is refused

    /// Why a key is not to get an outcome from outside, to be made without the lock, as it names
    /// keys; null if it may.
    @Nullable Supplier<RuntimeException> refusalOf(K key, boolean replace) {
        var member = members.get(key);
        if (member != null && !member.isCaller()) {
            return () -> new KeyTaken(key, "is being computed");
        }
        return outcomes.containsKey(key) && !replace
                ? () -> new KeyTaken(key, "has a value")
                : null;
    }

    /// Why members are not to be added, likewise.
    @Nullable Supplier<RuntimeException> refusalOf(Collection<DagMember<K>> added) {
        for (var member : added) {
            if (members.containsKey(member.key)) {
                return () -> new KeyTaken(member.key, "is being computed");
            }
            if (outcomes.containsKey(member.key)) {
                return () -> new KeyTaken(member.key, "has a value");
            }
        }
        var cycle = cycle(added);
        return cycle.isEmpty()
                ? null
                : () ->
                        new IllegalArgumentException(
                                "the dependencies are a cycle: "
                                        + cycle.stream()
                                                .map(String::valueOf)
                                                .collect(Collectors.joining(" -> ")));
    }

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
}
