// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static jdk.net.ExtendedSocketOptions.SO_INCOMING_NAPI_ID;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL;
import static jdk.net.ExtendedSocketOptions.TCP_QUICKACK;

import static java.net.StandardSocketOptions.IP_TOS;
import static java.net.StandardSocketOptions.SO_KEEPALIVE;
import static java.net.StandardSocketOptions.SO_LINGER;
import static java.net.StandardSocketOptions.SO_RCVBUF;
import static java.net.StandardSocketOptions.SO_REUSEADDR;
import static java.net.StandardSocketOptions.SO_REUSEPORT;
import static java.net.StandardSocketOptions.SO_SNDBUF;
import static java.net.StandardSocketOptions.TCP_NODELAY;

import org.jspecify.annotations.Nullable;

import java.net.SocketException;
import java.net.SocketOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The options of a socket in memory: those of real ones, with the values that Linux takes and
/// gives. Only `SO_LINGER` 0 and `SO_REUSEPORT` change what the socket does. Thread-safe.
final class MemoryOptions {
    private static final int MAX_LINGER = 65_535;
    private static final int MAX_TOS = 255;
    private static final int LEAST_SEND_BUFFER = 4608;
    private static final int LEAST_RECEIVE_BUFFER = 2304;
    private static final int MAX_KEEPALIVE_SECONDS = 32_767;
    private static final int MAX_KEEPALIVE_PROBES = 127;

    private static final Map<SocketOption<?>, Object> OF_LISTENERS =
            Map.of(
                    SO_REUSEADDR, true,
                    SO_REUSEPORT, false,
                    SO_RCVBUF, 1 << 16,
                    IP_TOS, 0,
                    TCP_KEEPIDLE, 7200,
                    TCP_KEEPINTERVAL, 75,
                    TCP_KEEPCOUNT, 9,
                    TCP_QUICKACK, true,
                    SO_INCOMING_NAPI_ID, 0);

    private static final Map<SocketOption<?>, Object> OF_CONNECTIONS = ofConnections();

    private final Map<SocketOption<?>, Object> values;

    private MemoryOptions(Map<SocketOption<?>, Object> defaults) {
        values = new ConcurrentHashMap<>(defaults);
    }

    private static Map<SocketOption<?>, Object> ofConnections() {
        var defaults = new ConcurrentHashMap<>(OF_LISTENERS);
        defaults.put(SO_REUSEADDR, false);
        defaults.put(SO_SNDBUF, 1 << 16);
        defaults.put(SO_KEEPALIVE, false);
        defaults.put(SO_LINGER, -1);
        defaults.put(TCP_NODELAY, false);
        return Map.copyOf(defaults);
    }

    static MemoryOptions ofConnection() {
        return new MemoryOptions(OF_CONNECTIONS);
    }

    static MemoryOptions ofListener() {
        return new MemoryOptions(OF_LISTENERS);
    }

    Set<SocketOption<?>> supported() {
        return Set.copyOf(values.keySet());
    }

    <T> T get(SocketOption<T> option) {
        ensureSupported(option);
        return option.type().cast(Objects.requireNonNull(values.get(option)));
    }

    void set(SocketOption<?> option, @Nullable Object value) throws SocketException {
        ensureSupported(option);
        if (option == SO_INCOMING_NAPI_ID) {
            throw new SocketException("Attempt to set read only option " + option);
        }
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException(
                    "%s takes a %s, not %s"
                            .formatted(option, option.type().getSimpleName(), value));
        }
        values.put(option, value instanceof Integer n ? effective(option, n) : value);
    }

    /// The value that Linux makes of it.
    private static int effective(SocketOption<?> option, int n) throws SocketException {
        if (option == SO_LINGER) {
            return Math.clamp(n, -1, MAX_LINGER);
        }
        if (option == SO_SNDBUF) {
            return buffer(option, n, LEAST_SEND_BUFFER);
        }
        if (option == SO_RCVBUF) {
            return buffer(option, n, LEAST_RECEIVE_BUFFER);
        }
        if (option == IP_TOS) {
            if (n < 0 || n > MAX_TOS) {
                throw new IllegalArgumentException("IP_TOS must be from 0 to 255: " + n);
            }
            return n;
        }
        int most = option == TCP_KEEPCOUNT ? MAX_KEEPALIVE_PROBES : MAX_KEEPALIVE_SECONDS;
        if (n < 1 || n > most) {
            throw new SocketException("Cannot set %s to %d: Invalid argument".formatted(option, n));
        }
        return n;
    }

    /// It doubles the size, for what it needs itself.
    private static int buffer(SocketOption<?> option, int size, int least) {
        if (size < 0) {
            throw new IllegalArgumentException(option + " must not be negative: " + size);
        }
        return Math.clamp(2L * size, least, Integer.MAX_VALUE);
    }

    private void ensureSupported(SocketOption<?> option) {
        if (!values.containsKey(option)) {
            throw new UnsupportedOperationException(
                    "'%s' is not an option of this socket in memory; there are %s"
                            .formatted(option, values.keySet()));
        }
    }
}
