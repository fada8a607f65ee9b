// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.net.GreenSocket;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A WebSocket that sends back what it receives, and at the other end of its connection a peer that
/// writes bytes and reads frames.
final class Echo implements AutoCloseable {
    static final WebSocketSettings SETTINGS =
            WebSocketSettings.DEFAULT.compression(Compression.NONE);

    final WebSocket socket;
    final GreenSocket peer;
    final DataInputStream in;
    private final boolean peerMasks;
    private @Nullable GreenThread<?> thread;
    volatile @Nullable IOException failure;

    Echo(boolean isClient, @Nullable Deflation deflation, WebSocketSettings settings)
            throws IOException {
        peerMasks = !isClient;
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            peer = Eventlet.connect("127.0.0.1", listener.getLocalPort());
            peer.setTcpNoDelay(true);
            var accepted = listener.accept();
            socket =
                    new WebSocket(
                            new UpgradedConnection(accepted, accepted.getInputStream()),
                            isClient,
                            deflation,
                            null,
                            settings);
        }
        in = new DataInputStream(peer.getInputStream());
    }

    static Echo started(Role role) throws IOException {
        return started(role, SETTINGS);
    }

    static Echo started(Role role, WebSocketSettings settings) throws IOException {
        return new Echo(role == Role.CLIENT, null, settings).start();
    }

    static Echo started(Role role, Deflation deflation) throws IOException {
        return new Echo(role == Role.CLIENT, deflation, WebSocketSettings.DEFAULT).start();
    }

    /// What the WebSocket is.
    enum Role {
        SERVER,
        CLIENT
    }

    Echo start() {
        thread =
                Eventlet.spawn(() -> {
                    try (socket) {
                        echo();
                    } catch (IOException e) {
                        failure = e;
                    }
                });
        return this;
    }

    private void echo() throws IOException {
        Message message;
        while ((message = socket.receive()) != null) {
            switch (message) {
                case Message.Text(var text) -> socket.send(text);
                case Message.Binary(var bytes) -> socket.send(bytes);
            }
        }
    }

    Echo send(Frame... frames) throws IOException {
        peer.sendAll(bytes(frames));
        return this;
    }

    /// Sends them in pieces of so many bytes.
    Echo sendChopped(int size, Frame... frames) throws IOException {
        var all = bytes(frames);
        for (int at = 0; at < all.length; at += size) {
            peer.sendAll(all, at, Math.min(size, all.length - at));
            Eventlet.sleep();
        }
        return this;
    }

    private byte[] bytes(Frame... frames) {
        var all = new ByteArrayOutputStream();
        for (var frame : frames) {
            all.writeBytes(frame.bytes(peerMasks));
        }
        return all.toByteArray();
    }

    Echo sendBytes(int... bytes) throws IOException {
        var all = new byte[bytes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) bytes[i];
        }
        peer.sendAll(all);
        return this;
    }

    Frame read() throws IOException {
        return Frame.read(in);
    }

    List<Frame> read(int count) throws IOException {
        var frames = new ArrayList<Frame>();
        for (int i = 0; i < count; i++) {
            frames.add(read());
        }
        return frames;
    }

    /// All frames up to the end of what is sent. At a close frame the peer ends too.
    List<String> end() throws IOException {
        var frames = new ArrayList<String>();
        try {
            while (true) {
                var frame = read();
                frames.add(frame.toString());
                if (frame.opcode() == Opcode.CLOSE) {
                    peer.shutdownOutput();
                }
            }
        } catch (EOFException e) {
            return frames;
        }
    }

    void join() {
        if (thread != null) {
            thread.join();
        }
    }

    @Override
    public void close() throws IOException {
        peer.close();
        join();
        socket.close();
    }
}
