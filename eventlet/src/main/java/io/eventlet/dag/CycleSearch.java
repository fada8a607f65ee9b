// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.function.Function;

/// Looks for ways along dependencies from a key back to itself, at each key once.
final class CycleSearch<K> {
    private final Function<K, Set<K>> dependencies;
    private final Set<K> seen = new HashSet<>();

    CycleSearch(Function<K, Set<K>> dependencies) {
        this.dependencies = dependencies;
    }

    /// Throws `IllegalArgumentException`, which names the keys, if a way from a key leads to a
    /// cycle.
    void ensureNoneFrom(K start) {
        var path = new LinkedHashMap<K, Iterator<K>>();
        if (seen.add(start)) {
            path.put(start, dependencies.apply(start).iterator());
        }
        while (!path.isEmpty()) {
            var step = path.lastEntry().getValue();
            if (!step.hasNext()) {
                var ignored = path.pollLastEntry();
                continue;
            }
            K key = step.next();
            if (path.containsKey(key)) {
                throw new IllegalArgumentException(
                        "the dependencies are a cycle: " + describe(path.keySet(), key));
            }
            if (seen.add(key)) {
                path.put(key, dependencies.apply(key).iterator());
            }
        }
    }

    private static <K> String describe(Set<K> path, K closing) {
        var text = new StringBuilder();
        for (K key : path) {
            if (!text.isEmpty() || key.equals(closing)) {
                text.append(key).append(" -> ");
            }
        }
        return text.append(closing).toString();
    }
}
