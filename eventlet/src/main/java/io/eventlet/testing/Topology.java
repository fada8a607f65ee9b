// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// The hosts of a network, what is between them, and what goes over it at present.
final class Topology {
    /// The way from one address to another.
    private record Way(InetAddress from, InetAddress to) {}

    private final int capacity;
    private final RandomGenerator random;
    private final Link everywhere = new Link(this);
    private final ReentrantLock lock = new ReentrantLock(); // a wire's is taken before it
    private final Map<String, Host> hosts = new HashMap<>(); // guarded by lock
    private final Map<Way, Path> paths = new HashMap<>(); // guarded by lock
    private final Map<Way, Link> links = new HashMap<>(); // guarded by lock; both ways
    private final Set<Way> cuts = new HashSet<>(); // guarded by lock
    private final Set<InetAddress> down = new HashSet<>(); // guarded by lock
    private final Set<Wire> wires = new LinkedHashSet<>(); // guarded by lock, oldest first
    private final Set<Journey> journeys = new LinkedHashSet<>(); // guarded by lock, oldest first
    private volatile long giveUpNanos = TimeUnit.MINUTES.toNanos(15);
    private volatile @Nullable Clock clock; // null for that of the caller

    Topology(int capacity, RandomGenerator random) {
        this.capacity = capacity;
        this.random = random;
    }

    int capacity() {
        return capacity;
    }

    RandomGenerator random() {
        return random;
    }

    /// When a sender or a connect that begins to wait now gives up.
    long giveUpAt() {
        long time = now() + giveUpNanos;
        return time == Path.HELD ? time - 1 : time;
    }

    void giveUpAfter(long nanos) {
        giveUpNanos = nanos;
    }

    // ---- time

    /// Has time on its ways go by a clock, whoever calls.
    void goBy(Clock newClock) {
        clock = newClock;
    }

    private Clock clock() {
        var own = clock;
        return own == null ? Waits.clock() : own;
    }

    long now() {
        return clock().nanoTime();
    }

    boolean hasPassed(long time) {
        return time == Path.AT_ONCE || (time != Path.HELD && time - now() <= 0);
    }

    /// Fails for a caller who cannot wait for a time here.
    void ensureSameClock() {
        if (clock() != Waits.clock()) {
            throw new IllegalStateException(
                    Thread.currentThread()
                            + " cannot wait for something under way: time on this network goes by"
                            + " another clock, that of its simulation");
        }
    }

    // ---- hosts

    Host host(String name, Consumer<InetAddress> closeListeners) {
        lock.lock();
        try {
            var known = hosts.get(name);
            if (known == null) {
                known = new Host(this, name, address(name, hosts.size() + 1), closeListeners);
                hosts.put(name, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private static InetAddress address(String name, int number) {
        var bytes = new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        try {
            return InetAddress.getByAddress(name, bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /// What an address means to the caller: on a host, the loopback and the wildcard are its own.
    InetAddress here(InetAddress address) {
        var host = Host.current(this);
        return host != null && (address.isAnyLocalAddress() || address.isLoopbackAddress())
                ? host.address()
                : address;
    }

    InetSocketAddress here(InetSocketAddress address) {
        return new InetSocketAddress(here(address.getAddress()), address.getPort());
    }

    /// Fails if the caller's host cannot bind to an address, which is another's. Who runs on no
    /// host has all.
    void ensureHere(InetAddress address) throws BindException {
        var host = Host.current(this);
        if (host != null && !here(address).equals(host.address())) {
            throw new BindException("Cannot assign requested address: " + address);
        }
    }

    /// Where the caller connects from.
    InetAddress origin(InetAddress to) {
        var host = Host.current(this);
        return host == null ? to : host.address();
    }

    void crash(InetAddress host) {
        change(() -> down.add(host));
        everyWire(_ -> true, wire -> wire.crash(host));
        followCuts();
    }

    void restart(InetAddress host) {
        change(() -> down.remove(host));
        followCuts();
    }

    // ---- links

    Link everywhere() {
        return everywhere;
    }

    Link between(InetAddress one, InetAddress other) {
        lock.lock();
        try {
            var link = links.computeIfAbsent(new Way(one, other), _ -> new Link(this));
            links.put(new Way(other, one), link);
            return link;
        } finally {
            lock.unlock();
        }
    }

    Link linkBetween(InetAddress from, InetAddress to) {
        lock.lock();
        try {
            return links.getOrDefault(new Way(from, to), everywhere);
        } finally {
            lock.unlock();
        }
    }

    Path path(InetAddress from, InetAddress to) {
        lock.lock();
        try {
            return paths.computeIfAbsent(new Way(from, to), _ -> new Path(this, from, to));
        } finally {
            lock.unlock();
        }
    }

    void reset(Link link) {
        everyWire(wire -> wire.uses(link), wire -> wire.reset(true));
    }

    // ---- cuts

    boolean isCut(InetAddress from, InetAddress to) {
        lock.lock();
        try {
            return down.contains(from) || down.contains(to) || cuts.contains(new Way(from, to));
        } finally {
            lock.unlock();
        }
    }

    void cut(Set<Host> some, Set<Host> others) {
        change(() -> {
            for (var one : some) {
                for (var other : others) {
                    cuts.add(new Way(one.address(), other.address()));
                    cuts.add(new Way(other.address(), one.address()));
                }
            }
        });
        followCuts();
    }

    void heal() {
        change(cuts::clear);
        followCuts();
    }

    private void followCuts() {
        everyWire(_ -> true, Wire::followCuts);
        for (var journey : copyOf(journeys)) {
            journey.lookAgain();
        }
    }

    // ---- what goes over it

    void add(Wire wire) {
        change(() -> wires.add(wire));
    }

    void removeIfClosed(Wire wire) {
        if (wire.isClosed()) {
            change(() -> wires.remove(wire));
        }
    }

    void add(Journey journey) {
        change(() -> journeys.add(journey));
    }

    void remove(Journey journey) {
        change(() -> journeys.remove(journey));
    }

    private void everyWire(Predicate<Wire> which, Consumer<Wire> action) {
        for (var wire : copyOf(wires)) {
            if (which.test(wire)) {
                action.accept(wire);
            }
        }
    }

    private <T> List<T> copyOf(Set<T> set) {
        lock.lock();
        try {
            return List.copyOf(set);
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
