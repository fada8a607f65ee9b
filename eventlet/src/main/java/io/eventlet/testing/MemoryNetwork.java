// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.hub.Hub;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Network;
import io.eventlet.poll.Poller;
import io.eventlet.wait.Clock;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// A network in memory, for tests: no descriptors, no ports of the machine, no kernel.
///
/// All sockets of a hub run over it when the hub is started with one of its pollers:
///
/// ```java
/// var network = new MemoryNetwork();
/// try (var hub = network.startHub("simulated")) {
///     Eventlet.spawnOn(hub, () -> serveAndCall()).await();
/// }
/// ```
///
/// Several hubs may share it. Every address is one of this network's hosts, and connections behave
/// as those of TCP: buffers are bounded, so a writer waits for its reader; either direction can be
/// shut down by itself; closing a connection with bytes unread resets it; nobody listening means
/// refused; a listener with a full backlog keeps those who connect waiting.
///
/// As it is made it is fast and never fails. [Host]s and [Link]s make it like others:
///
/// ```java
/// var client = network.host("client");
/// var server = network.host("server");
/// network.between(client, server).latency(Duration.ofMillis(30)).bandwidth(1_000_000);
/// network.partition(client, server);          // and network.heal() after a while
/// ```
///
/// Time on its ways goes by the clock of the hub; hubs that share it go by the same clock then.
/// What is random is drawn from the seed of the [Simulation], else from a fixed one. Thread-safe.
@SuppressWarnings("exports") // for this module alone
public final class MemoryNetwork implements Network {
    private static final int CAPACITY = 1 << 16;
    private static final int FIRST_PORT = 32_768;
    private static final int LAST_PORT = 60_999;

    private final Topology topology;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, List<MemorySocket>> bound = new HashMap<>(); // guarded by lock
    private int lastPort = LAST_PORT; // guarded by lock
    private int turn; // guarded by lock

    /// A network whose connections hold 64 KB on their way in each direction.
    public MemoryNetwork() {
        this(CAPACITY);
    }

    /// A network whose connections hold so many bytes on their way in each direction.
    public MemoryNetwork(int capacity) {
        this(capacity, new Random(0));
    }

    MemoryNetwork(RandomGenerator random) {
        this(CAPACITY, random);
    }

    private MemoryNetwork(int capacity, RandomGenerator random) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a connection holds 1 byte or more: " + capacity);
        }
        topology = new Topology(capacity, random);
    }

    /// Starts a hub whose sockets are on this network, with the system's clock. Only in hub mode.
    public Hub startHub(String hubName) {
        return Hub.start(hubName, Clock.system(), poller());
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

    // ---- hosts, and what is between them

    /// The host of that name; it is made, with an address of its own, when it is first asked for.
    public Host host(String name) {
        return topology.host(Objects.requireNonNull(name), this::closeListeners);
    }

    /// What happens between two hosts, in both directions. Where nothing is said of a pair, the
    /// rules of [#everywhere()] hold.
    public Link between(Host one, Host other) {
        return between(one.address(), other.address());
    }

    /// As [#between(Host, Host)], for addresses of no host.
    public Link between(InetAddress one, InetAddress other) {
        return topology.between(Objects.requireNonNull(one), Objects.requireNonNull(other));
    }

    /// What happens between all hosts and addresses, but for the pairs that have rules of their
    /// own.
    public Link everywhere() {
        return topology.everywhere();
    }

    /// Cuts the way between two hosts until [#heal()].
    public void partition(Host one, Host other) {
        partition(Set.of(one), Set.of(other));
    }

    /// Cuts the ways between the hosts of two sets until [#heal()]. What is under way, and what is
    /// sent, arrives after that, unless the sender [gives up][#giveUpAfter(Duration)]; nobody is
    /// told.
    public void partition(Set<Host> some, Set<Host> others) {
        topology.cut(some, others);
    }

    /// Ends all partitions: what was held up is sent again.
    public void heal() {
        topology.heal();
    }

    /// How long a sender waits for a sign that its bytes have arrived, and a connect for an answer:
    /// after that the connection, or the attempt, has timed out. Default: 15 minutes.
    public MemoryNetwork giveUpAfter(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("a limit must not be negative: " + limit);
        }
        topology.giveUpAfter(limit.toNanos());
        return this;
    }

    Topology topology() {
        return topology;
    }

    private void closeListeners(InetAddress address) {
        List<MemorySocket> gone;
        lock.lock();
        try {
            gone =
                    bound.values().stream()
                            .flatMap(List::stream)
                            .filter(MemoryListener.class::isInstance)
                            .filter(socket -> socket.address().getAddress().equals(address))
                            .toList();
        } finally {
            lock.unlock();
        }
        gone.forEach(MemorySocket::close);
    }

    // ---- ports

    /// Gives a socket its address; 0 for a port of the network's choice.
    InetSocketAddress bind(MemorySocket socket, InetAddress address, int port)
            throws BindException {
        topology.ensureHere(address);
        lock.lock();
        try {
            var local =
                    new InetSocketAddress(topology.here(address), port == 0 ? freePort() : port);
            var there = bound.computeIfAbsent(local.getPort(), _ -> new ArrayList<>(1));
            for (var other : there) {
                if (overlap(other.address(), local) && !other.sharesPortWith(socket)) {
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

    /// An address for a socket that connects somewhere without having been bound.
    InetSocketAddress anyLocal(InetAddress address) throws BindException {
        lock.lock();
        try {
            return new InetSocketAddress(topology.origin(address), freePort());
        } finally {
            lock.unlock();
        }
    }

    /// Who listens there, null for nobody; of several that share a port, each in turn.
    @Nullable MemoryListener listener(InetSocketAddress to) {
        lock.lock();
        try {
            var listening =
                    bound.getOrDefault(to.getPort(), List.of()).stream()
                            .filter(socket -> overlap(socket.address(), to))
                            .filter(MemoryListener.class::isInstance)
                            .map(MemoryListener.class::cast)
                            .filter(MemoryListener::isListening)
                            .toList();
            return listening.isEmpty()
                    ? null
                    : listening.get(Math.floorMod(turn++, listening.size()));
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
