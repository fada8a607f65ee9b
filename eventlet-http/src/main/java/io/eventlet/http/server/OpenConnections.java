// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections of a server: how many there may be, and the idle ones, which are closed when it
/// stops. Thread-safe.
final class OpenConnections {
    /// How many are turned away at once so that they see why: fewer than a server accepts beyond
    /// its limit.
    private static final int MOST_LINGERING = 15;

    private final int most;
    private final int mostPerAddress;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<HttpConnection> lingering = ConcurrentHashMap.newKeySet();
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
        return noted(count.incrementAndGet() <= most);
    }

    /// Whether there is room for one more of an address; if there is not, it is removed all the
    /// same.
    boolean admit(InetAddress address) {
        return noted(
                mostPerAddress == Integer.MAX_VALUE
                        || byAddress.merge(address, 1, Integer::sum) <= mostPerAddress);
    }

    private boolean noted(boolean fits) {
        if (!fits) {
            refused.incrementAndGet();
        }
        return fits;
    }

    /// One that is being turned away counts no more; false if it is to be closed at once, because
    /// there are too many like it.
    ///
    /// @param admitted as for [#remove]
    boolean linger(HttpConnection connection, @Nullable InetAddress admitted) {
        boolean fits = lingering.size() < MOST_LINGERING;
        if (fits) {
            lingering.add(connection);
        }
        leave(connection, admitted);
        return fits;
    }

    /// @param admitted the address that was given to [#admit(InetAddress)], null if none was
    void remove(HttpConnection connection, @Nullable InetAddress admitted) {
        leave(connection, admitted);
        lingering.remove(connection);
    }

    private void leave(HttpConnection connection, @Nullable InetAddress admitted) {
        if (open.remove(connection)) {
            count.decrementAndGet();
            if (admitted != null && mostPerAddress != Integer.MAX_VALUE) {
                byAddress.computeIfPresent(
                        admitted, (_, n) -> n == 1 ? null : Integer.valueOf(n - 1));
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
        lingering.forEach(HttpConnection::closeIfIdle);
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
