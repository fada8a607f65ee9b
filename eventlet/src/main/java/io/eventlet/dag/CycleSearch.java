// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Looks for ways along dependencies from a key back to itself, at each key once.
final class CycleSearch<K> {
    private final Function<K, Set<K>> dependencies;
    private final Set<K> seen = new HashSet<>();

    CycleSearch(Function<K, Set<K>> dependencies) {
        this.dependencies = dependencies;
    }

    /// The keys of a cycle to which a way from a key leads, the first again at the end; empty if
    /// there is none.
    List<K> from(K start) {
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
                var cycle = new ArrayList<>(path.keySet());
                cycle.add(key);
                return cycle.subList(cycle.indexOf(key), cycle.size());
            }
            if (seen.add(key)) {
                path.put(key, dependencies.apply(key).iterator());
            }
        }
        return List.of();
    }
}
