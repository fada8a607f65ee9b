// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Who is to be told of keys that have no outcome yet. Guarded by the lock of the graph.
final class Interests<K> {
    private final Map<K, Set<Consumer<K>>> interested = new HashMap<>();

    void add(K key, Consumer<K> who) {
        interested.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(who);
    }

    void remove(K key, Consumer<K> who) {
        var those = interested.get(key);
        if (those != null && those.remove(who) && those.isEmpty()) {
            interested.remove(key);
        }
    }

    /// Tells those who are interested in a key, in the order in which they came, once.
    void tell(K key) {
        var told = interested.remove(key);
        if (told != null) {
            told.forEach(one -> one.accept(key));
        }
    }

    /// The keys in which anybody is interested.
    Set<K> keys() {
        return interested.keySet();
    }
}
