// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.util.Set;

/// A socket of datagrams, whose operations block the calling thread. What [Endpoint] says of
/// deadlines, cancellations and threads holds here too.
public interface DatagramEndpoint extends Opened {
    /// Binds to a local address; port 0 lets the system choose.
    void bind(InetAddress address, int port) throws IOException;

    /// Exchanges datagrams with one peer only, from now on.
    void connect(InetSocketAddress to) throws IOException;

    void disconnect() throws IOException;

    /// Receives a datagram, as far as there is room for it, with its length and its sender.
    void receive(DatagramPacket into, long deadline) throws IOException;

    /// Sends a datagram whole, to an address, or if there is none to whom this is connected.
    void send(byte[] from, int offset, int length, @Nullable InetSocketAddress to, long deadline)
            throws IOException;

    void join(InetAddress group, @Nullable NetworkInterface on) throws IOException;

    void leave(InetAddress group, @Nullable NetworkInterface on) throws IOException;

    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    <T> @Nullable T getOption(SocketOption<T> option) throws IOException;

    Set<SocketOption<?>> supportedOptions();

    /// The address it is bound to; one of port 0 if it is not.
    InetSocketAddress localAddress() throws IOException;
}
