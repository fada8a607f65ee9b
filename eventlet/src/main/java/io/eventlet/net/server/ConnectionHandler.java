// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.net.GreenSocket;

import java.net.Socket;

/// What a server does with a connection, in a green thread of its own.
@FunctionalInterface
public interface ConnectionHandler {
    /// Talks to a client; the connection is closed when this returns or throws. If it returns, or
    /// closes the connection, with input unread, the client still gets what was sent to it. The
    /// socket is a [GreenSocket], or a [io.eventlet.net.tls.GreenSslSocket] over one, and so a
    /// [io.eventlet.net.GreenConnection]. Throws [io.eventlet.StopServe] to stop the server.
    void handle(Socket client) throws Exception;
}
