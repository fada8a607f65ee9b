// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.Output;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A connection of the pool: in use by one request, or idle.
///
/// There is one buffer, from the pool while it is in use: what is sent is gathered in it first, and
/// what comes is read into it then.
final class ClientConnection {
    private static final byte[] NONE = new byte[0];

    final HostConnections host;
    final TimedSocket socket;
    final Input in;
    final Output out;
    private final Socket below; // of TLS, or the same
    private final AtomicBoolean closed = new AtomicBoolean();
    boolean reused; // has served a request before this one
    long idleUntil; // under the pool's lock
    private boolean sending;

    ClientConnection(HostConnections host, Socket socket, Socket below) {
        this.host = host;
        this.socket = new TimedSocket(socket);
        this.below = below;
        in = new Input(this.socket::read, NONE);
        out = new Output(this.socket::write, NONE);
        var _ = in.detach();
    }

    void giveBuffer(byte[] buffer) {
        in.attach(buffer);
    }

    /// Its buffer; null if something is in it, or it has none.
    byte @Nullable [] takeBuffer() {
        if (in.buffered() > 0 || (sending && !out.isEmpty())) {
            return null;
        }
        var buffer = sending ? out.detach() : in.detach();
        sending = false;
        return buffer.length == 0 ? null : buffer;
    }

    void beginSending() {
        if (!sending) {
            sending = true;
            out.attach(in.buffered() == 0 ? in.detach() : new byte[Connections.BUFFER]);
        }
    }

    /// Sends what is left, and receives then.
    void endSending() throws IOException {
        out.flush();
        if (sending) {
            sending = false;
            var buffer = out.detach();
            if (in.isDetached()) {
                in.attach(buffer);
            }
        }
    }

    /// Another thread sends from here on, and this one receives.
    void beginSendingAside() {
        if (!sending) {
            out.attach(new byte[Connections.BUFFER]);
        }
        sending = false;
        if (in.isDetached()) {
            in.attach(new byte[Connections.BUFFER]);
        }
    }

    /// Called by that thread when it has sent all.
    void endSendingAside() {
        socket.expectSlowWrites(TimedSocket.Limit.NONE);
        var ignored = out.detach();
    }

    /// Waits for the first byte of an answer; false if none comes in time.
    boolean awaitInput() throws IOException {
        try {
            boolean ignored = in.await(); // the end is seen by whoever reads
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /// Whether it can take a request: the peer has not gone, and has sent nothing that nobody asked
    /// for.
    boolean isUsable() {
        try {
            return !socket.green().isPeerGone()
                    && socket.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether something has come that nobody has read; by any thread.
    boolean hasInput() {
        return arrived() > 0;
    }

    /// How many bytes have come that are not in the buffer, as far as that is known; by any thread.
    int arrived() {
        try {
            return socket.socket().getInputStream().available();
        } catch (IOException e) { // it is lost, which whoever uses it will see
            return 0;
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /// Closes it without a goodbye; by any thread.
    void abort() {
        if (closed.compareAndSet(false, true)) {
            try {
                below.close();
            } catch (IOException e) {
                // it is lost anyway
            }
        }
    }

    @Override
    public String toString() {
        return "connection to " + host.route;
    }
}
