// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.Event;
import io.eventlet.ThrowingSupplier;
import io.eventlet.offload.Offload;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// The JDK's own resolver on platform threads of an [Offload] for green threads. Threads that are
/// none ask it themselves.
///
/// Nothing ends a look-up of the system's: one that was given up keeps its thread. Who asks for the
/// same meanwhile waits for that one, so that no name ever has two threads.
final class OffloadedSource implements LookupSource {
    private final JdkSource jdk;
    private final Offload threads;
    private final Begun<HostKey, List<InetAddress>> hosts = new Begun<>();
    private final Begun<ByteBuffer, String> reverse = new Begun<>();

    OffloadedSource(JdkSource jdk, int mostLookups) {
        this.jdk = jdk;
        threads = Offload.named("name look-ups", mostLookups);
    }

    @Override
    public List<InetAddress> addresses(String host, LookupPolicy policy)
            throws UnknownHostException {
        return Callers.areGreen()
                ? hosts.call(HostKey.of(host, policy), () -> jdk.addresses(host, policy))
                : jdk.addresses(host, policy);
    }

    @Override
    public String name(byte[] address) throws UnknownHostException {
        return Callers.areGreen()
                ? reverse.call(ByteBuffer.wrap(address), () -> jdk.name(address))
                : jdk.name(address);
    }

    @Override
    public void forget() {} // it keeps nothing

    @Override
    public String toString() {
        return "the system's resolver on platform threads";
    }

    /// The look-ups that have a thread, whether anybody waits for them or not.
    private final class Begun<K, V> {
        private final ConcurrentHashMap<K, Event<@Nullable LookupResult<V>>> all =
                new ConcurrentHashMap<>();

        V call(K key, ThrowingSupplier<V, UnknownHostException> lookup)
                throws UnknownHostException {
            while (true) {
                var other = all.get(key);
                LookupResult<V> result =
                        other != null
                                ? other.await()
                                : threads.<@Nullable LookupResult<V>, RuntimeException>call(
                                        () -> onThread(key, lookup));
                if (result != null) { // else it has failed otherwise, or another has begun
                    return result.valueOrThrow();
                }
            }
        }

        private @Nullable LookupResult<V> onThread(
                K key, ThrowingSupplier<V, UnknownHostException> lookup) {
            var end = new Event<@Nullable LookupResult<V>>();
            if (all.putIfAbsent(key, end) != null) {
                return null;
            }
            LookupResult<V> result = null;
            try {
                result = LookupResult.of(lookup);
                return result;
            } finally {
                all.remove(key, end);
                end.send(result);
            }
        }
    }
}
