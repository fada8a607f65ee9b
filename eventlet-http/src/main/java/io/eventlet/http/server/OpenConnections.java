// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The connections of a server, so that the idle ones can be closed when it stops.
final class OpenConnections {
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    void add(HttpConnection connection) {
        open.add(connection);
    }

    void remove(HttpConnection connection) {
        open.remove(connection);
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

    int size() {
        return open.size();
    }
}
