// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import java.net.InetAddress;
import java.util.concurrent.locks.ReentrantLock;

/// A connection as the network sees it: a pipe each way.
final class Wire {
    private final ReentrantLock lock = new ReentrantLock(); // of both pipes
    private final InetAddress client;
    private final InetAddress server;
    final Pipe there;
    final Pipe back;

    Wire(Topology topology, InetAddress client, InetAddress server) {
        this.client = client;
        this.server = server;
        there = new Pipe(this, lock, topology, topology.path(client, server));
        back = new Pipe(this, lock, topology, topology.path(server, client));
    }

    /// The pipe in the other direction.
    Pipe reverse(Pipe pipe) {
        return pipe == there ? back : there;
    }

    boolean uses(Link link) {
        return there.path.link() == link;
    }

    boolean drawsRefusal() {
        return there.path.link().drawsRefusal();
    }

    /// Breaks it; what has not arrived yet is lost, or arrives before.
    void reset(boolean lost) {
        locked(() -> {
            for (var pipe : new Pipe[] {there, back}) {
                if (lost) {
                    pipe.lose();
                }
                pipe.breakForBoth("Connection reset");
            }
        });
    }

    /// Has one of its ends forget it, without a word to the other.
    void crash(InetAddress host) {
        locked(() -> {
            if (client.equals(host)) {
                back.forget("Host is down");
            }
            if (server.equals(host)) {
                there.forget("Host is down");
            }
        });
    }

    /// Looks which of its directions are cut.
    void followCuts() {
        locked(() -> {
            there.followCut();
            back.followCut();
        });
    }

    boolean isClosed() {
        lock.lock();
        try {
            return there.isAbandoned() && back.isAbandoned();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
