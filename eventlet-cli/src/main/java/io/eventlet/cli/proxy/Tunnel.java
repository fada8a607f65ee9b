// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.Eventlet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// Two connections that are one: what comes from either goes to the other, and so does its end.
final class Tunnel {
    private Tunnel() {}

    /// One side of it, with bytes that may have been read ahead.
    record Side(InputStream input, OutputStream output, Socket socket) {
        static Side of(Socket socket) throws IOException {
            return new Side(socket.getInputStream(), socket.getOutputStream(), socket);
        }
    }

    /// Returns when both directions have ended; closes neither.
    static void join(Side one, Side other) throws IOException {
        one.socket.setKeepAlive(true); // a peer whose host has gone is known in the end
        other.socket.setKeepAlive(true);
        var back = Eventlet.spawn(() -> copy(other, one));
        try {
            copy(one, other);
            back.await();
        } finally {
            back.kill();
        }
    }

    private static void copy(Side from, Side to) {
        try {
            from.input.transferTo(to.output);
            to.output.flush();
            to.socket.shutdownOutput();
        } catch (IOException e) { // one side is gone, and the other must not take this for an end
            reset(from.socket);
            reset(to.socket);
        }
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            return; // it is closed, one way or the other
        }
    }
}
