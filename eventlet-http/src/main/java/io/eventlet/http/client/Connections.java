// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The pool of connections.
///
/// Who wants one takes a permit of its host and then one of all, and holds both as long as it uses
/// the connection. Idle connections have no permit; to open one, the one that has been idle longest
/// is closed if all would be too many. Those of a host are never too many: one is opened only when
/// none is idle.
final class Connections {
    static final int BUFFER = 16_384;
    private static final int MOST_BUFFERS = 256;

    private final ClientSettings settings;
    private final Connector connector;
    private final GreenSemaphore permits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Route, HostConnections> hosts = new HashMap<>(); // under lock, all of these
    private final LinkedHashSet<ClientConnection> idle = new LinkedHashSet<>(); // oldest first
    private final LinkedHashSet<ClientConnection> used = new LinkedHashSet<>();
    private final ArrayDeque<byte[]> buffers = new ArrayDeque<>();
    private int leased; // permits of all
    private boolean closed;
    private boolean swept; // somebody sweeps, or is about to
    private @Nullable GreenThread<?> sweeper;

    Connections(ClientSettings settings) {
        this.settings = settings;
        connector = new Connector(settings);
        permits = new GreenSemaphore(settings.connections());
    }

    /// A connection for a route, one that is idle or a new one, with a buffer. Waits for a permit
    /// and for the connection, up to the deadline.
    ClientConnection acquire(Route route, long deadline, boolean fresh) throws IOException {
        var host = enter(route);
        boolean hosted = false;
        boolean admitted = false;
        boolean done = false;
        try {
            hosted = acquire(host.permits, deadline, route);
            admitted = acquire(permits, deadline, route);
            Locks.call(lock, () -> leased++);
            var connection = fresh ? null : takeIdle(host);
            if (connection == null) {
                connection = open(host, deadline);
            }
            done = true;
            return connection;
        } finally {
            if (!done) {
                leave(host, hosted, admitted);
            }
        }
    }

    private HostConnections enter(Route route) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("this client has been closed");
            }
            var host = hosts.get(route);
            if (host == null) {
                host = new HostConnections(route, settings.connectionsPerHost());
                hosts.put(route, host);
            }
            host.users++;
            return host;
        } finally {
            lock.unlock();
        }
    }

    private static boolean acquire(GreenSemaphore permits, long deadline, Route route)
            throws IOException {
        if (deadline == Waits.NEVER) {
            permits.acquire();
            return true;
        }
        long left = Math.max(0, deadline - Waits.clock().nanoTime());
        if (!permits.acquire(Duration.ofNanos(left))) {
            throw new SocketTimeoutException(
                    "the time is over while waiting for a connection to " + route);
        }
        return true;
    }

    private void leave(HostConnections host, boolean hosted, boolean admitted) {
        lock.lock();
        try {
            leave(host);
            leased -= admitted ? 1 : 0;
        } finally {
            lock.unlock();
        }
        if (admitted) {
            permits.release();
        }
        if (hosted) {
            host.permits.release();
        }
    }

    private void leave(HostConnections host) {
        if (--host.users == 0 && host.idle.isEmpty()) {
            hosts.remove(host.route);
        }
    }

    private @Nullable ClientConnection takeIdle(HostConnections host) {
        while (true) {
            ClientConnection connection;
            byte[] buffer;
            boolean fit;
            lock.lock();
            try {
                if (host.idle.isEmpty()) {
                    return null;
                }
                connection = host.idle.removeLast();
                idle.remove(connection);
                used.add(connection);
                fit = !Waits.hasPassed(connection.idleUntil);
                buffer = takeBuffer();
            } finally {
                lock.unlock();
            }
            boolean usable = false;
            try {
                usable = fit && connection.isUsable();
            } finally {
                if (!usable) {
                    connection.abort();
                    Locks.call(lock, () -> used.remove(connection));
                }
            }
            if (usable) {
                connection.reused = true;
                connection.giveBuffer(buffer);
                return connection;
            }
        }
    }

    private byte[] takeBuffer() {
        var buffer = buffers.pollLast();
        return buffer == null ? new byte[BUFFER] : buffer;
    }

    private ClientConnection open(HostConnections host, long deadline) throws IOException {
        ClientConnection old = null;
        byte[] buffer;
        lock.lock();
        try {
            if (leased + idle.size() > settings.connections() && !idle.isEmpty()) {
                old = idle.getFirst();
                forget(old);
            }
            buffer = takeBuffer();
        } finally {
            lock.unlock();
        }
        if (old != null) {
            old.abort();
        }
        var connection = connector.open(host, deadline);
        connection.giveBuffer(buffer);
        boolean late =
                Locks.call(
                        lock,
                        () -> {
                            used.add(connection);
                            return closed;
                        });
        if (late) {
            connection.abort();
            Locks.call(lock, () -> used.remove(connection));
            throw new IOException("this client has been closed");
        }
        return connection;
    }

    private void forget(ClientConnection connection) {
        idle.remove(connection);
        connection.host.idle.remove(connection);
        if (connection.host.users == 0 && connection.host.idle.isEmpty()) {
            hosts.remove(connection.host.route);
        }
    }

    /// Takes a connection back, from whoever acquired it, once.
    ///
    /// @param keptNanos how long it may be idle; 0 to close it
    void release(ClientConnection connection, long keptNanos) {
        boolean kept = keptNanos > 0 && !connection.isClosed();
        var host = connection.host;
        var buffer = connection.takeBuffer();
        boolean sweep;
        lock.lock();
        try {
            used.remove(connection);
            leased--;
            if (buffer != null && buffer.length == BUFFER && buffers.size() < MOST_BUFFERS) {
                buffers.addLast(buffer);
            }
            kept &= buffer != null && !closed;
            if (kept) {
                connection.idleUntil = Waits.deadlineAfter(keptNanos);
                host.idle.addLast(connection);
                idle.add(connection);
            }
            leave(host);
            sweep = kept && !swept;
            swept |= sweep;
        } finally {
            lock.unlock();
        }
        if (!kept) {
            connection.abort();
        }
        permits.release();
        host.permits.release();
        if (sweep) {
            sweepLater();
        }
    }

    /// Lets a connection go that is not HTTP's any more, with its permits.
    void detach(ClientConnection connection) {
        lock.lock();
        try {
            used.remove(connection);
            leased--;
            leave(connection.host);
        } finally {
            lock.unlock();
        }
        permits.release();
        connection.host.permits.release();
    }

    // ---- what has been idle too long

    private void sweepLater() {
        try {
            Eventlet.spawn("http-client-idle", this::sweep);
        } catch (IllegalStateException e) {
            // the hub is just being closed: what is too old is found when it would be used
            endSweep();
        }
    }

    private void sweep() {
        lock.lock();
        try {
            sweeper = GreenThread.current();
        } finally {
            lock.unlock();
        }
        boolean done = false;
        try {
            for (long pause = closeOld(); pause > 0; pause = closeOld()) {
                Eventlet.sleep(Duration.ofNanos(pause));
            }
            done = true;
        } finally {
            if (!done) { // killed
                endSweep();
            }
        }
    }

    private void endSweep() {
        lock.lock();
        try {
            swept = false;
            sweeper = null;
        } finally {
            lock.unlock();
        }
    }

    /// Closes what has been idle too long; how long until there may be more, 0 if nothing is idle.
    private long closeOld() {
        var old = new ArrayList<ClientConnection>();
        long next = 0;
        lock.lock();
        try {
            long now = Waits.clock().nanoTime();
            for (var connection : idle) {
                long left = connection.idleUntil - now;
                if (left <= 0) {
                    old.add(connection);
                } else {
                    next = next == 0 ? left : Math.min(next, left);
                }
            }
            old.forEach(this::forget);
            if (next == 0) {
                swept = false; // whoever makes one idle from here on begins again
                sweeper = null;
            }
        } finally {
            lock.unlock();
        }
        old.forEach(ClientConnection::abort);
        return next;
    }

    /// Closes all connections, those in use too.
    void close() {
        var all = new ArrayList<ClientConnection>();
        GreenThread<?> sweeping;
        lock.lock();
        try {
            closed = true;
            all.addAll(idle);
            all.addAll(used);
            idle.clear();
            hosts.values().forEach(host -> host.idle.clear());
            hosts.values().removeIf(host -> host.users == 0);
            buffers.clear();
            sweeping = sweeper;
        } finally {
            lock.unlock();
        }
        all.forEach(ClientConnection::abort);
        if (sweeping != null) {
            sweeping.kill();
        }
    }

    int idle() {
        return Locks.call(lock, idle::size);
    }

    int inUse() {
        return Locks.call(lock, () -> leased);
    }
}
