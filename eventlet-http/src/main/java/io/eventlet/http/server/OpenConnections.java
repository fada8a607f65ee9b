// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections of a server: how many there may be, and the idle ones, which are closed when it
/// stops. Thread-safe.
final class OpenConnections {
    private final int most;
    private final int mostPerAddress;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private volatile boolean stopping;

    OpenConnections(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /// Whether there is room for one more; if there is not, it is removed all the same.
    boolean add(HttpConnection connection) {
        open.add(connection);
        boolean fits = count.incrementAndGet() <= most;
        if (mostPerAddress != Integer.MAX_VALUE) {
            fits &= byAddress.merge(connection.address(), 1, Integer::sum) <= mostPerAddress;
        }
        if (!fits) {
            refused.incrementAndGet();
        }
        return fits;
    }

    void remove(HttpConnection connection) {
        if (open.remove(connection)) {
            count.decrementAndGet();
            if (mostPerAddress != Integer.MAX_VALUE) {
                byAddress.computeIfPresent(
                        connection.address(), (_, n) -> n == 1 ? null : Integer.valueOf(n - 1));
            }
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /// From now on each response is its connection's last; closes those that are idle. How many
    /// that were.
    int stop() {
        stopping = true;
        return (int) open.stream().filter(HttpConnection::closeIfIdle).count();
    }

    /// One was ended in the middle of a request.
    void noteCut() {
        cut.incrementAndGet();
    }

    int cut() {
        return cut.get();
    }

    int size() {
        return count.get();
    }

    /// How many were turned away, because there was no room.
    int refused() {
        return refused.get();
    }
}
