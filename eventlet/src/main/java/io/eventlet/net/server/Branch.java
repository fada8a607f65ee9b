// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// The part of a server on one hub.
final class Branch {
    private final Hub hub;
    private final Connections connections;
    private final AcceptLoop loop;
    private volatile @Nullable GreenThread<?> accepting; // set before the server is handed out

    Branch(Hub hub, GreenServerSocket listener, Connections connections) {
        this.hub = hub;
        this.connections = connections;
        loop = new AcceptLoop(listener, connections);
    }

    /// Begins to accept. The thread that does has the name if there is one, and so has what it
    /// spawns, the handlers.
    void begin(@Nullable String name) {
        accepting = GreenThread.spawnOn(hub, () -> run(name));
    }

    private void run(@Nullable String name) {
        if (name != null) {
            Thread.currentThread().setName(name);
        }
        loop.run();
    }

    /// Accepts no more; what was accepted goes on.
    void stop() {
        loop.stop();
    }

    /// The thread that accepts; null if it has not begun.
    @Nullable GreenThread<?> accepting() {
        return accepting;
    }

    /// Waits until it accepts no more.
    void await() {
        var ignored = Objects.requireNonNull(accepting).await();
    }

    /// The connections that have been accepted.
    long accepted() {
        return loop.accepted();
    }

    /// Those that are being served, or are about to be.
    Connections connections() {
        return connections;
    }
}
