// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Network;
import io.eventlet.poll.Poller;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A network in memory, for tests: no descriptors, no ports of the machine, no kernel.
///
/// All sockets of a hub run over it when the hub is started with one of its pollers:
///
/// ```java
/// var network = new MemoryNetwork();
/// try (var hub = Hub.start("simulated", Clock.system(), network.poller())) {
///     Eventlet.spawnOn(hub, () -> serveAndCall()).await();
/// }
/// ```
///
/// Several hubs may share it. Every address is one of this network's hosts, and connections behave
/// as those of TCP: buffers are bounded, so a writer waits for its reader; either direction can be
/// shut down by itself; closing a connection with bytes unread resets it; nobody listening means
/// refused; a listener with a full backlog keeps those who connect waiting. Thread-safe.
public final class MemoryNetwork implements Network {
    private static final int FIRST_PORT = 32_768;
    private static final int LAST_PORT = 60_999;

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, List<MemorySocket>> bound = new HashMap<>(); // guarded by lock
    private int lastPort = LAST_PORT; // guarded by lock
    private int turn; // guarded by lock

    /// A network whose connections hold 64 KB on their way in each direction.
    public MemoryNetwork() {
        this(1 << 16);
    }

    /// A network whose connections hold so many bytes on their way in each direction.
    public MemoryNetwork(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a connection holds 1 byte or more: " + capacity);
        }
        this.capacity = capacity;
    }

    /// A poller for one hub.
    public Poller poller() {
        return new MemoryPoller(this, null);
    }

    /// A poller for one hub that goes by a clock of its own: where the hub would sleep until its
    /// next timer, the clock jumps there.
    public Poller poller(VirtualClock clock) {
        return new MemoryPoller(this, Objects.requireNonNull(clock));
    }

    @Override
    public Endpoint open() {
        return new MemoryConnection(this);
    }

    @Override
    public Endpoint openListener() {
        return new MemoryListener(this);
    }

    @Override
    public String name() {
        return "memory";
    }

    int capacity() {
        return capacity;
    }

    /// Gives a socket its address; 0 for a port of the network's choice.
    InetSocketAddress bind(MemorySocket socket, InetAddress address, int port)
            throws BindException {
        lock.lock();
        try {
            var local = new InetSocketAddress(address, port == 0 ? freePort() : port);
            var there = bound.computeIfAbsent(local.getPort(), _ -> new ArrayList<>(1));
            for (var other : there) {
                if (overlap(other.localAddress(), local) && !other.sharesPortWith(socket)) {
                    throw new BindException("Address already in use: " + local);
                }
            }
            there.add(socket);
            return local;
        } finally {
            lock.unlock();
        }
    }

    void unbind(MemorySocket socket, int port) {
        lock.lock();
        try {
            bound.computeIfPresent(
                    port,
                    (_, there) -> {
                        there.remove(socket);
                        return there.isEmpty() ? null : there;
                    });
        } finally {
            lock.unlock();
        }
    }

    /// An address for a socket that connects without having been bound.
    InetSocketAddress anyLocal(InetAddress address) throws BindException {
        lock.lock();
        try {
            return new InetSocketAddress(address, freePort());
        } finally {
            lock.unlock();
        }
    }

    /// Who listens there; of several that share a port, each in turn.
    MemoryListener listener(InetSocketAddress to) throws ConnectException {
        lock.lock();
        try {
            var listening =
                    bound.getOrDefault(to.getPort(), List.of()).stream()
                            .filter(socket -> overlap(socket.localAddress(), to))
                            .filter(MemoryListener.class::isInstance)
                            .map(MemoryListener.class::cast)
                            .filter(MemoryListener::isListening)
                            .toList();
            if (listening.isEmpty()) {
                throw new ConnectException("Connection refused: " + to);
            }
            return listening.get(Math.floorMod(turn++, listening.size()));
        } finally {
            lock.unlock();
        }
    }

    private int freePort() throws BindException {
        assert lock.isHeldByCurrentThread();
        for (int n = LAST_PORT - FIRST_PORT; n >= 0; n--) {
            lastPort = lastPort == LAST_PORT ? FIRST_PORT : lastPort + 1;
            if (!bound.containsKey(lastPort)) {
                return lastPort;
            }
        }
        throw new BindException("No port is free");
    }

    private static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
        return one.getAddress().isAnyLocalAddress()
                || other.getAddress().isAnyLocalAddress()
                || one.getAddress().equals(other.getAddress());
    }
}
