// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Locks;
import io.eventlet.member.Permits;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/// The permits of the keys in use, as many for each. Guarded by its lock.
final class PermitsByKey<K> {
    final ReentrantLock lock = new ReentrantLock();
    private final Map<K, KeyPermits<K>> keys = new HashMap<>();
    private final @Nullable String name;
    private int max; // of each key

    PermitsByKey(@Nullable String name, int perKey) {
        this.name = name;
        max = ensurePositive(perKey, "the limit per key");
    }

    /// What a task that is spawned has from its spawner, and its name from here or from its pool.
    Inheritance inheritance(Permits pool) {
        return name == null ? pool.inheritance() : Inheritance.named(name);
    }

    static int ensurePositive(int n, String what) {
        if (n < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more: " + n);
        }
        return n;
    }

    /// Those of a key, which is in use then.
    KeyPermits<K> of(K key) {
        return keys.computeIfAbsent(key, unused -> new KeyPermits<>(this, unused));
    }

    void remove(K unused) {
        keys.remove(unused);
    }

    int max() {
        return max;
    }

    void resize(int perKey) {
        ensurePositive(perKey, "the limit per key");
        lock.lock();
        try {
            max = perKey;
            List.copyOf(keys.values()).forEach(KeyPermits::admit);
        } finally {
            lock.unlock();
        }
    }

    int perKey() {
        return Locks.call(lock, () -> max);
    }

    int count(K key, ToIntFunction<KeyPermits<K>> what) {
        return Locks.call(
                lock,
                () -> {
                    var permits = keys.get(key);
                    return permits == null ? 0 : what.applyAsInt(permits);
                });
    }

    int size() {
        return Locks.call(lock, keys::size);
    }

    @Override
    public String toString() {
        return "limit %sof %d for each of %d keys in use"
                .formatted(name == null ? "" : "'" + name + "' ", perKey(), size());
    }
}
