// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.poll.Endpoint;

import java.net.SocketException;

/// A connection as what stands on its socket sees it.
public interface Transport {
    /// How many connections the kernel keeps for a listener that were not accepted, unless somebody
    /// says how many.
    int BACKLOG = 1024;

    /// What moves the bytes. Throws a `SocketException` if there is none yet.
    Endpoint endpoint() throws SocketException;

    /// How its operations have failed.
    Failures failures();

    /// That of a socket.
    static Transport of(TransportSocket socket) {
        return socket.transport;
    }
}
