// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http;

import io.eventlet.net.GreenConnection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Objects;
import java.util.function.Consumer;

/// A connection that speaks another protocol from now on: after a response with status 101, or a
/// CONNECT that succeeded (RFC 9110, 7.8 and 9.3.6).
///
/// Two threads may use it, one to read and one to write. Waits end as those of its socket do.
public final class UpgradedConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final Consumer<Runnable> onStop;

    /// Of a green socket, plain or TLS, and what is to be read from it: bytes that came with the
    /// head of the message are read first.
    public UpgradedConnection(Socket socket, InputStream input) throws IOException {
        this(socket, input, _ -> {});
    }

    /// As [#UpgradedConnection(Socket, InputStream)], with what takes an action for when the server
    /// stops.
    public UpgradedConnection(Socket socket, InputStream input, Consumer<Runnable> onStop)
            throws IOException {
        if (!(socket instanceof GreenConnection)) {
            throw new IllegalArgumentException("not a green socket: " + socket);
        }
        this.socket = socket;
        this.input = Objects.requireNonNull(input);
        output = socket.getOutputStream();
        this.onStop = Objects.requireNonNull(onStop);
    }

    /// What the peer sends.
    public InputStream input() {
        return input;
    }

    /// What goes to the peer; sent at once.
    public OutputStream output() {
        return output;
    }

    /// Waits until there is something to read, or the end, without a buffer: see
    /// [GreenConnection#awaitReadable()].
    public void awaitReadable() throws IOException {
        if (input.available() == 0) {
            ((GreenConnection) socket).awaitReadable();
        }
    }

    /// The socket, for its addresses and options: what is read from it directly may miss bytes that
    /// were read ahead.
    public Socket socket() {
        return socket;
    }

    /// Has an action run when the server begins to stop, or at once if it has begun: to say goodbye
    /// to the client, in a thread of its own if it waits. One action at a time; never called on a
    /// client.
    public void onStop(Runnable action) {
        onStop.accept(Objects.requireNonNull(action));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return "upgraded " + socket;
    }
}
