// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Servers that answer if they are asked without EDNS only: something on the way drops the other
/// packets. Remembered for ten minutes, so that not each look-up has to wait for what is dropped.
/// Thread-safe.
final class ServersWithoutEdns {
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<InetSocketAddress, Long> until = new ConcurrentHashMap<>();

    ServersWithoutEdns(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(InetSocketAddress server) {
        until.put(server, nanoTime.getAsLong() + KEPT_NANOS);
    }

    boolean contains(InetSocketAddress server) {
        Long end = until.get(server);
        if (end == null) {
            return false;
        }
        if (end - nanoTime.getAsLong() <= 0) {
            until.remove(server, end);
            return false;
        }
        return true;
    }

    void clear() {
        until.clear();
    }
}
