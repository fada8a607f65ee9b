// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.poll.DatagramEndpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.UnsupportedAddressTypeException;

/// The association of a datagram socket: its local address with that of its peer, as far as it has
/// them. Changed under the monitor of the socket.
final class Association {
    private final DatagramEndpoint endpoint;
    private volatile boolean bound;
    private volatile @Nullable InetSocketAddress peer;

    Association(DatagramEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /// An address of the Internet, not just a name.
    static InetSocketAddress resolved(SocketAddress address) throws SocketException {
        if (!(address instanceof InetSocketAddress known)) {
            throw new UnsupportedAddressTypeException();
        }
        if (known.isUnresolved()) {
            throw new SocketException("Unresolved address: " + known);
        }
        return known;
    }

    // ---- the local address

    void bind(InetSocketAddress to) throws IOException {
        endpoint.bind(to.getAddress(), to.getPort());
        bound = true;
    }

    boolean isBound() {
        return bound;
    }

    @Nullable InetSocketAddress local() {
        if (!bound) {
            return null;
        }
        var address = localAddress();
        int port = localPort();
        return address == null || port < 0 ? null : new InetSocketAddress(address, port); // closed
    }

    /// The wildcard if it is not bound; null if it is closed.
    @Nullable InetAddress localAddress() {
        var nowhere = new InetSocketAddress(0);
        try {
            var local = bound ? endpoint.localAddress() : nowhere;
            return endpoint.isOpen() ? local.getAddress() : null;
        } catch (IOException e) { // it is closed
            return null;
        }
    }

    /// Zero if it is not bound; -1 if it is closed.
    int localPort() {
        try {
            int port = endpoint.localAddress().getPort();
            return endpoint.isOpen() ? port : -1;
        } catch (IOException e) { // it is closed
            return -1;
        }
    }

    // ---- the peer

    void connect(InetSocketAddress to) throws IOException {
        endpoint.connect(to);
        peer = to;
    }

    void disconnect() throws IOException {
        endpoint.disconnect();
        peer = null;
    }

    /// To whom it is connected; null if it is not.
    @Nullable InetSocketAddress peer() {
        return peer;
    }

    /// The peer; null if it is not connected. Fails if a datagram cannot be sent to an address.
    @Nullable InetSocketAddress ensureReaches(InetSocketAddress to) throws SocketException {
        var known = peer;
        if (known != null && !known.equals(to)) {
            throw new IllegalArgumentException(
                    "connected to %s, and the packet is for %s".formatted(known, to));
        }
        if (to.getPort() == 0) {
            throw new SocketException("Can't send to port 0");
        }
        return known;
    }
}
