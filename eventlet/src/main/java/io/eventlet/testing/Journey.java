// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// A connect on its way: there, into the backlog, and back.
final class Journey {
    private final MemoryConnection client;
    private final Topology topology;
    private final InetSocketAddress to;
    private final long deadline;
    private final long giveUpAt;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue waiters = new WaitQueue(lock, this);
    private volatile @Nullable MemoryListener listener; // once it is there
    private volatile @Nullable Path there; // to it

    Journey(MemoryConnection client, Topology topology, InetSocketAddress to, long deadline) {
        this.client = client;
        this.topology = topology;
        this.to = to;
        this.deadline = deadline;
        giveUpAt = topology.giveUpAt();
    }

    /// Waits until it has gone along a path.
    void go(Path path) throws IOException {
        long arrival = path.arrival(0);
        if (arrival == Path.AT_ONCE) {
            return;
        }
        topology.add(this);
        try {
            awaitArrival(path, arrival);
        } finally {
            topology.remove(this);
        }
    }

    private void awaitArrival(Path path, long expected) throws IOException {
        long arrival = expected;
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                client.ensureOpen();
                if (path.isCut()) {
                    arrival = Path.HELD;
                } else if (arrival == Path.HELD) {
                    arrival = path.arrival(0); // tried again
                }
                if (topology.hasPassed(arrival)) {
                    return;
                }
                ensureInTime();
                waiter = waiters.add(null);
            } finally {
                lock.unlock();
            }
            boolean ignored = waiter.await(Path.earlier(arrival, limit()));
        }
    }

    /// Waits in the backlog of a listener at the end of a path, or for room there.
    void enter(MemoryListener at, Path path, MemoryConnection accepted) throws IOException {
        there = path;
        listener = at;
        topology.add(this);
        try {
            at.offer(accepted, client, this);
        } finally {
            topology.remove(this);
        }
    }

    /// Whether no word comes back from the listener.
    boolean isCut() {
        var path = there;
        return path != null && path.isCut();
    }

    /// How long it may wait at all.
    long limit() {
        return Path.earlier(deadline, giveUpAt);
    }

    /// Fails if it must not wait any longer.
    void ensureInTime() throws IOException {
        if (Waits.hasPassed(deadline)) {
            throw new SocketTimeoutException("Connect timed out: " + to);
        }
        if (topology.hasPassed(giveUpAt)) {
            throw new ConnectException("Connection timed out: " + to);
        }
        topology.ensureSameClock();
    }

    ConnectException refusal() {
        return new ConnectException("Connection refused: " + to);
    }

    /// Has it look whether it can go on.
    void lookAgain() {
        lock.lock();
        try {
            waiters.wakeAll(null);
        } finally {
            lock.unlock();
        }
        var at = listener;
        if (at != null) {
            at.wakeConnectors();
        }
    }

    @Override
    public String toString() {
        return "connect to " + to;
    }
}
