// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.poll.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.Objects;

/// One end of a connection in memory: a pipe in and a pipe out.
final class MemoryConnection extends MemorySocket {
    private record Pipes(InetSocketAddress remote, Wire wire, Pipe in, Pipe out) {}

    private volatile @Nullable Pipes pipes; // null until it is connected
    private volatile @Nullable Journey journey; // from when it wants to be connected

    MemoryConnection(MemoryNetwork network) {
        super(network, MemoryOptions.ofConnection());
    }

    @Override
    public void connect(InetSocketAddress to, long deadline) throws IOException {
        writing("a connect", () -> joinOrClose(to, deadline));
    }

    private InetSocketAddress joinOrClose(InetSocketAddress to, long deadline) throws IOException {
        boolean joined = false;
        try {
            join(to, deadline);
            joined = true;
            return to;
        } finally {
            if (!joined) {
                close();
            }
        }
    }

    private void join(InetSocketAddress to, long deadline) throws IOException {
        if (pipes != null) {
            throw new SocketException(this + " is connected already");
        }
        var topology = network.topology();
        var remote = topology.here(to);
        if (address() == NOWHERE) {
            bindTo(network.anyLocal(remote.getAddress()));
        }
        var wire = new Wire(topology, address().getAddress(), remote.getAddress());
        var journey = new Journey(this, topology, to, deadline);
        this.journey = journey;
        journey.go(wire.there.path);
        var listener = wire.drawsRefusal() ? null : network.listener(remote);
        if (listener == null) {
            journey.go(wire.back.path);
            throw journey.refusal();
        }
        var accepted = new MemoryConnection(network);
        accepted.bindTo(remote);
        accepted.pipes = new Pipes(address(), wire, wire.there, wire.back);
        journey.enter(listener, wire.there.path, accepted);
        topology.add(wire);
        pipes = new Pipes(to, wire, wire.back, wire.there);
        journey.go(wire.back.path);
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
        Objects.checkFromIndexSize(offset, length, into.length);
        return reading("a read", () -> connected().in.read(into, offset, length, deadline));
    }

    @Override
    public void awaitReadable(long deadline) throws IOException {
        int ignored = reading("a wait for bytes", () -> connected().in.awaitReadable(deadline));
    }

    @Override
    public int write(byte[] from, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        return writing("a write", () -> connected().out.write(from, offset, length, deadline));
    }

    /// Does nothing: a receiver that has not asked to see urgent data does not see it.
    @Override
    public void sendUrgent(int data) throws IOException {
        ensureOpen();
        connected().out.ensureWritable();
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return connected().in.available();
    }

    @Override
    public boolean isPeerGone() throws IOException {
        ensureOpen();
        var known = pipes;
        return known != null && known.in.isWriterGone();
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
        var underWay = journey;
        if (underWay != null) {
            underWay.lookAgain();
        }
        var known = pipes;
        if (known == null) {
            return;
        }
        boolean unread = known.in.closeForReader();
        known.out.closeForWriter(unread || option(StandardSocketOptions.SO_LINGER) == 0);
        network.topology().removeIfClosed(known.wire);
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
