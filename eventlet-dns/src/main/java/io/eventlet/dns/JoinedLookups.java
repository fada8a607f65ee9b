// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.Event;
import io.eventlet.ThrowingSupplier;

import org.jspecify.annotations.Nullable;

import java.net.UnknownHostException;
import java.util.concurrent.ConcurrentHashMap;

/// Look-ups that are under way: who wants the same as another waits for its result. If the one who
/// looks up is cancelled, the next takes its place. Thread-safe.
final class JoinedLookups<K, V> {
    private final ConcurrentHashMap<K, Running<V>> running = new ConcurrentHashMap<>();

    private record Running<V>(Thread leader, Event<@Nullable LookupResult<V>> end) {}

    V call(K key, ThrowingSupplier<V, UnknownHostException> lookup) throws UnknownHostException {
        while (true) {
            var mine = new Running<V>(Thread.currentThread(), new Event<>());
            var other = running.putIfAbsent(key, mine);
            if (other == null) {
                return lead(key, mine, lookup);
            }
            if (other.leader == mine.leader) { // as when what it does logs, to a host
                throw new UnknownHostException(key + ": it is looked up by this look-up itself");
            }
            var result = other.end.await();
            if (result != null) {
                return result.valueOrThrow();
            }
        }
    }

    private V lead(K key, Running<V> mine, ThrowingSupplier<V, UnknownHostException> lookup)
            throws UnknownHostException {
        LookupResult<V> result = null; // it ended without one
        try {
            V value = lookup.get();
            result = new LookupResult<>(value, null);
            return value;
        } catch (UnknownHostException e) {
            result = LookupResult.of(e);
            throw e;
        } finally {
            running.remove(key, mine);
            mine.end.send(result);
        }
    }

    /// How many there are.
    int size() {
        return running.size();
    }
}
