// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.poll.Endpoint;

import java.net.SocketException;

/// A connection as what stands on its socket sees it.
public interface Transport {
    /// What moves the bytes. Throws a `SocketException` if there is none yet.
    Endpoint endpoint() throws SocketException;

    /// How its operations have failed.
    Failures failures();

    /// That of a socket.
    static Transport of(TransportSocket socket) {
        return socket.transport;
    }
}
