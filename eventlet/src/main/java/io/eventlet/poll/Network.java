// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;

/// Opens endpoints.
public interface Network {
    /// An endpoint that is neither bound nor connected.
    Endpoint open() throws IOException;

    /// An endpoint that will be bound and listen.
    default Endpoint openListener() throws IOException {
        return open();
    }

    /// A listener on a path that is served like others: its addresses are those of the loopback
    /// interface, with port 0.
    default Endpoint listenOnPath(UnixDomainSocketAddress at, int backlog) throws IOException {
        throw new SocketException(
                "Servers cannot listen on a path on the network '%s'".formatted(name()));
    }

    /// A listener that another program has opened, by its descriptor, which belongs to it from now
    /// on.
    default Endpoint adoptListener(int descriptor) throws IOException {
        throw new SocketException(
                "Listeners cannot be inherited on the network '%s'".formatted(name()));
    }

    /// An endpoint of datagrams that is neither bound nor connected.
    default DatagramEndpoint openDatagrams() throws IOException {
        throw new SocketException("There are no datagrams on the network '" + name() + "'");
    }

    /// An end of a connection to a process of this host, or to be a listener for such.
    default UnixEndpoint openUnix(boolean listener) throws IOException {
        throw new SocketException("There are no Unix sockets on the network '" + name() + "'");
    }

    /// Both ends of a connection within this process.
    default UnixEndpoint.Pair openPair() throws IOException {
        throw new SocketException("There are no Unix sockets on the network '" + name() + "'");
    }

    default PipeEnds openPipe() throws IOException {
        throw new SocketException("There are no pipes on the network '" + name() + "'");
    }

    /// Whether its endpoints can wait: false once who wakes them has ended.
    default boolean isOpen() {
        return true;
    }

    /// Whether it is that of the system, which every hub has that is just started.
    default boolean isOfSystem() {
        return false;
    }

    /// The name of what moves the bytes, such as `epoll`.
    String name();
}
