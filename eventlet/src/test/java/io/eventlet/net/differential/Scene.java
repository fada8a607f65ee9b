// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/// A socket and its peer, or a listener, of one kind, with which one thing is done after another.
///
/// What a peer does over loopback has arrived when its call returns, unless the kernel was busy:
/// then it is in front of what is sent later. So the scene sends something to itself, and waits for
/// that.
final class Scene implements AutoCloseable {
    private static final int LONG_MILLIS = 50_000;

    /// Whose sockets are looked at.
    enum Kind {
        JDK,
        GREEN,
        MEMORY
    }

    private final Kind kind;
    private final List<Closeable> opened = new ArrayList<>();
    private final ServerSocket peers;
    private final Socket there; // a connection of its own
    private final Socket back;
    private @Nullable Socket socket;
    private @Nullable ServerSocket listener;
    private @Nullable Socket peer;
    private @Nullable InputStream input;
    private @Nullable OutputStream output;
    private int unread; // bytes that have come and were not read
    private int sent; // bytes for the peer that it has not read
    private boolean peerEnded;
    private boolean peerClosed; // both directions
    private boolean reset;

    Scene(Kind kind) throws IOException {
        this.kind = kind;
        peers = keep(kind == Kind.MEMORY ? new GreenServerSocket() : new ServerSocket());
        peers.bind(local(0));
        there = keep(new Socket());
        if (kind != Kind.MEMORY) {
            there.connect(peers());
        }
        back = kind == Kind.MEMORY ? there : keep(peers.accept());
    }

    private <C extends Closeable> C keep(C made) {
        opened.add(made);
        return made;
    }

    Socket socket() throws IOException {
        if (socket == null) {
            socket = keep(kind == Kind.JDK ? new Socket() : new GreenSocket());
        }
        return socket;
    }

    ServerSocket listener() throws IOException {
        if (listener == null) {
            listener = keep(kind == Kind.JDK ? new ServerSocket() : new GreenServerSocket());
        }
        return listener;
    }

    SocketAddress peers() {
        return peers.getLocalSocketAddress();
    }

    InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Object connect() throws IOException {
        socket().connect(peers());
        peer = keep(peers.accept());
        peer.setSoTimeout(LONG_MILLIS);
        remember();
        return "connected";
    }

    /// The streams, as who keeps them while things change.
    private void remember() throws IOException {
        input = socket().getInputStream();
        output = socket().getOutputStream();
    }

    InputStream input() throws IOException {
        return input != null ? input : socket().getInputStream();
    }

    OutputStream output() throws IOException {
        return output != null ? output : socket().getOutputStream();
    }

    void bindToForeign() throws IOException {
        socket().bind(new InetSocketAddress("192.0.2.1", 0));
    }

    void listenOnForeign() throws IOException {
        listener().bind(new InetSocketAddress("192.0.2.1", 0));
    }

    /// To a port that somebody has who does not listen.
    void connectToNobody() throws IOException {
        if (kind == Kind.MEMORY) {
            socket().connect(local(1));
            return;
        }
        var nobody = keep(new Socket());
        nobody.bind(local(0));
        socket().connect(nobody.getLocalSocketAddress());
    }

    void connectToUnknown() throws IOException {
        socket().connect(InetSocketAddress.createUnresolved("unknown.invalid", 80));
    }

    /// Whether a read does not have to wait, as far as the scene knows.
    boolean hasInput() {
        return unread > 0 || peerEnded || reset;
    }

    Object read() throws IOException {
        if (!socket().isClosed()) {
            socket().setSoTimeout(hasInput() ? LONG_MILLIS : 1);
        }
        int b = input().read();
        unread = b < 0 ? 0 : Math.max(0, unread - 1);
        return b;
    }

    Object write() throws IOException {
        output().write(new byte[] {1, 2, 3});
        if (peerClosed && !reset) { // it answers with a reset
            reset = true;
            settle();
        } else {
            sent += 3;
        }
        return "written";
    }

    private boolean isConversing() throws IOException {
        return peer != null && !peer.isClosed() && !socket().isClosed();
    }

    Object peerWrites() throws IOException {
        if (isConversing() && !peerEnded && !reset) {
            peer.getOutputStream().write(new byte[] {5, 6});
            unread += 2;
            settle();
        }
        return "done";
    }

    Object peerReads() throws IOException {
        int n = 0;
        if (isConversing() && !reset) {
            n = peer.getInputStream().readNBytes(sent).length;
            sent = 0;
        }
        return n;
    }

    Object peerEnds() throws IOException {
        if (isConversing() && !peerEnded && !reset) {
            peer.shutdownOutput();
            peerEnded = true;
            settle();
        }
        return "done";
    }

    /// With nothing unread at its end, which would reset.
    Object peerCloses() throws IOException {
        if (isConversing() && !reset) {
            var ignored = peerReads();
            peer.close();
            peerEnded = true;
            peerClosed = true;
            settle();
        }
        return "done";
    }

    Object peerResets() throws IOException {
        if (isConversing() && !reset) {
            peer.setSoLinger(true, 0);
            peer.close();
            reset = true;
            settle();
        }
        return "done";
    }

    private void settle() throws IOException {
        if (kind != Kind.MEMORY) {
            for (int i = 0; i < 2; i++) {
                there.getOutputStream().write(1);
                int ignored = back.getInputStream().read();
            }
        }
    }

    Object accept() throws IOException {
        if (!listener().isClosed()) {
            listener().setSoTimeout(1);
        }
        return keep(listener().accept());
    }

    /// One that has come before.
    Object acceptClient() throws IOException {
        if (listener().isClosed() || !listener().isBound()) {
            return "not tried";
        }
        var client = keep(kind == Kind.JDK ? new Socket() : new GreenSocket());
        client.connect(local(listener().getLocalPort()));
        listener().setSoTimeout(LONG_MILLIS);
        var accepted = keep(listener().accept());
        return List.of(
                accepted.isBound(),
                accepted.isConnected(),
                accepted.getSoTimeout(),
                accepted.getLocalPort() == listener().getLocalPort(),
                accepted.getPort() == client.getLocalPort(),
                accepted.getTcpNoDelay(),
                accepted.getSoLinger());
    }

    @Override
    public void close() throws IOException {
        for (var one : opened.reversed()) {
            one.close();
        }
    }
}
