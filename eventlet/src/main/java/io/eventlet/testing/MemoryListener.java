// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.poll.Endpoint;
import io.eventlet.poll.ListeningEndpoint;
import io.eventlet.wait.WaitQueue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/// A listener in memory: connections wait in its backlog until they are accepted.
final class MemoryListener extends MemorySocket implements ListeningEndpoint {
    private static final int DEFAULT_BACKLOG = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue acceptors = new WaitQueue(lock, this);
    private final WaitQueue connectors = new WaitQueue(lock, this);
    private final Queue<MemoryConnection> waiting = new ArrayDeque<>(); // guarded by lock
    private volatile int backlog; // 0 until it listens

    MemoryListener(MemoryNetwork network) {
        super(network, MemoryOptions.ofListener());
    }

    boolean isListening() {
        return backlog > 0;
    }

    @Override
    public void listen(int newBacklog) throws IOException {
        ensureOpen();
        if (address() == NOWHERE) {
            bind(InetAddress.getLoopbackAddress(), 0);
        }
        backlog = newBacklog > 0 ? newBacklog : DEFAULT_BACKLOG;
    }

    /// Puts the server's end of a client's connection into the backlog, when there is room.
    void offer(MemoryConnection connection, MemoryConnection client, Journey journey)
            throws IOException {
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                client.ensureOpen();
                if (!isOpen() && !journey.isCut()) {
                    throw journey.refusal();
                }
                if (isOpen() && waiting.size() < backlog) {
                    waiting.add(connection);
                    acceptors.wakeAll(null);
                    return;
                }
                journey.ensureInTime();
                waiter = connectors.add(null);
            } finally {
                lock.unlock();
            }
            boolean ignored = waiter.await(journey.limit());
        }
    }

    /// Has those who wait for room look again.
    void wakeConnectors() {
        lock.lock();
        try {
            connectors.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        return reading("an accept", () -> take(deadline));
    }

    private Endpoint take(long deadline) throws IOException {
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                ensureOpen();
                var connection = waiting.poll();
                if (connection != null) {
                    connectors.wakeAll(null);
                    return connection;
                }
                waiter = acceptors.add(null);
            } finally {
                lock.unlock();
            }
            if (!waiter.await(deadline)) {
                throw new SocketTimeoutException("Accept timed out");
            }
        }
    }

    @Override
    void disconnect() {
        List<MemoryConnection> unaccepted;
        lock.lock();
        try {
            unaccepted = List.copyOf(waiting);
            waiting.clear();
            acceptors.wakeAll(null);
            connectors.wakeAll(null);
        } finally {
            lock.unlock();
        }
        unaccepted.forEach(MemoryConnection::reset);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return NOWHERE;
    }
}
