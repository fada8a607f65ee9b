// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.errors.ConcurrentUse;
import io.eventlet.poll.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// What connections and listeners in memory have in common: an address, options, users.
abstract sealed class MemorySocket implements Endpoint permits MemoryConnection, MemoryListener {
    static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    final MemoryNetwork network;
    private final MemoryOptions options;
    private final AtomicReference<@Nullable Thread> reader = new AtomicReference<>();
    private final AtomicReference<@Nullable Thread> writer = new AtomicReference<>();
    private volatile InetSocketAddress local = NOWHERE;
    private volatile boolean bound; // whether the network knows of it
    private volatile boolean open = true;

    MemorySocket(MemoryNetwork network, MemoryOptions options) {
        this.network = network;
        this.options = options;
    }

    interface Operation<T> {
        T call() throws IOException;
    }

    /// Reads, or accepts, as the one thread that may.
    final <T> T reading(String operation, Operation<T> call) throws IOException {
        return alone(reader, operation, call);
    }

    /// Writes, or connects, as the one thread that may.
    final <T> T writing(String operation, Operation<T> call) throws IOException {
        return alone(writer, operation, call);
    }

    private <T> T alone(AtomicReference<@Nullable Thread> user, String operation, Operation<T> call)
            throws IOException {
        ensureOpen();
        Thread first = user.compareAndExchange(null, Thread.currentThread());
        if (first != null) {
            throw new ConcurrentUse(operation, this, first);
        }
        try {
            return call.call();
        } finally {
            user.set(null);
        }
    }

    @Override
    public void bind(InetAddress address, int port) throws IOException {
        ensureOpen();
        if (local != NOWHERE) {
            throw new SocketException(this + " is bound already");
        }
        local = network.bind(this, address, port);
        bound = true;
    }

    /// Sets the address of a socket that the network need not find.
    final void bindTo(InetSocketAddress address) {
        local = address;
    }

    final boolean sharesPortWith(MemorySocket other) {
        return option(StandardSocketOptions.SO_REUSEPORT)
                && other.option(StandardSocketOptions.SO_REUSEPORT);
    }

    @Override
    public InetSocketAddress localAddress() throws SocketException {
        ensureOpen();
        return local;
    }

    /// As [#localAddress()], also of a closed one.
    final InetSocketAddress address() {
        return local;
    }

    final void ensureOpen() throws SocketException {
        if (!open) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public final void close() {
        open = false;
        if (bound) {
            network.unbind(this, local.getPort());
        }
        disconnect();
    }

    /// Tells the other sides, and those who wait on this one. May be called again.
    abstract void disconnect();

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        ensureOpen();
        options.set(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        ensureOpen();
        return options.get(option);
    }

    final <T> T option(SocketOption<T> option) {
        return options.get(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public String toString() {
        return "memory socket " + local + " to " + remoteAddress();
    }
}
