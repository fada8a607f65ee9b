// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.lang.Origin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The sockets that are opened while it lasts, in whatever mode and by whatever thread: for those
/// who look for what is left open.
///
/// It keeps them from being collected, and has it noted who makes what. Thread-safe.
public final class OpenSockets implements AutoCloseable {
    private static final int LEAST_ROOM = 1000;
    private static final List<OpenSockets> WATCHING = new CopyOnWriteArrayList<>();

    private final Map<Opened, Origin> opened = new ConcurrentHashMap<>();
    private volatile int room = LEAST_ROOM; // until those that are closed are thrown out

    private OpenSockets() {}

    /// Notes sockets from now on, until it is closed.
    public static OpenSockets watch() {
        var sockets = new OpenSockets();
        WATCHING.add(sockets);
        Origin.want();
        return sockets;
    }

    /// Notes a socket that was just opened, and returns it.
    static <E extends Opened> E opened(E endpoint) {
        if (!WATCHING.isEmpty()) {
            WATCHING.forEach(sockets -> sockets.add(endpoint));
        }
        return endpoint;
    }

    private void add(Opened endpoint) {
        opened.put(endpoint, Origin.here());
        if (opened.size() > room) {
            opened.keySet().removeIf(each -> !each.isOpen());
            room = 2 * opened.size() + LEAST_ROOM;
        }
    }

    /// Those it has noted which are still open, and by whom they were opened.
    public Map<Opened, Origin> stillOpen() {
        var open = new HashMap<>(opened);
        open.keySet().removeIf(each -> !each.isOpen());
        return open;
    }

    /// Notes no more; what it has noted can still be asked for.
    @Override
    public void close() {
        if (WATCHING.remove(this)) {
            Origin.unwant();
        }
    }
}
