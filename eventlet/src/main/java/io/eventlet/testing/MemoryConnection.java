// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.poll.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;

/// One end of a connection in memory: a pipe in and a pipe out.
final class MemoryConnection extends MemorySocket {
    private record Pipes(InetSocketAddress remote, Pipe in, Pipe out) {}

    private volatile @Nullable Pipes pipes; // null until it is connected
    private volatile @Nullable MemoryListener joining; // from when it wants to be connected

    MemoryConnection(MemoryNetwork network) {
        super(network);
    }

    @Override
    public void connect(InetSocketAddress to, long deadline) throws IOException {
        writing("a connect", () -> joinOrClose(to, deadline));
    }

    private InetSocketAddress joinOrClose(InetSocketAddress to, long deadline) throws IOException {
        try {
            join(to, deadline);
            return to;
        } finally {
            if (pipes == null || !isOpen()) {
                close();
            }
        }
    }

    private void join(InetSocketAddress to, long deadline) throws IOException {
        if (pipes != null) {
            throw new SocketException(this + " is connected already");
        }
        var listener = network.listener(to);
        if (localAddress() == NOWHERE) {
            bindTo(network.anyLocal(to.getAddress()));
        }
        var accepted = new MemoryConnection(network);
        var there = new Pipe(network.capacity());
        var back = new Pipe(network.capacity());
        accepted.bindTo(to);
        accepted.pipes = new Pipes(localAddress(), there, back);
        joining = listener;
        listener.offer(accepted, this, to, deadline);
        pipes = new Pipes(to, back, there);
        ensureOpen(); // closed meanwhile: then the caller closes the pipes
    }

    private Pipes connected() throws SocketException {
        var known = pipes;
        if (known == null) {
            throw new SocketException("Socket is not connected");
        }
        return known;
    }

    @Override
    public int read(byte[] into, int offset, int length, long deadline) throws IOException {
        return reading("a read", () -> connected().in.read(into, offset, length, deadline));
    }

    @Override
    public int write(byte[] from, int offset, int length, long deadline) throws IOException {
        return writing("a write", () -> connected().out.write(from, offset, length, deadline));
    }

    /// Does nothing: a receiver that has not asked to see urgent data does not see it.
    @Override
    public void sendUrgent(int data) throws IOException {
        ensureOpen();
        var ignored = connected();
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return connected().in.available();
    }

    @Override
    public void shutdownInput() throws IOException {
        ensureOpen();
        connected().in.stopReading();
    }

    @Override
    public void shutdownOutput() throws IOException {
        ensureOpen();
        connected().out.endWriting();
    }

    @Override
    void disconnect() {
        var listener = joining;
        var known = pipes;
        if (known == null) {
            if (listener != null) {
                listener.wakeConnectors();
            }
            return;
        }
        boolean unread = known.in.closeForReader();
        known.out.closeForWriter(unread || option(StandardSocketOptions.SO_LINGER) == 0);
    }

    /// Closes it in such a way that the peer hears of a reset.
    void reset() {
        var known = pipes;
        if (known != null) {
            known.out.closeForWriter(true);
        }
        close();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        var known = pipes;
        return known == null ? NOWHERE : known.remote;
    }

    @Override
    public void listen(int backlog) throws IOException {
        throw new SocketException("This socket was not opened to listen");
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        throw new SocketException("This socket does not listen");
    }
}
