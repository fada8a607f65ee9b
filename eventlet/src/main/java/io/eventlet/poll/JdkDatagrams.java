// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.util.Set;

/// A datagram socket of the JDK, whose sends know no deadline.
final class JdkDatagrams implements DatagramEndpoint {
    private final DatagramSocket socket;
    private final JdkCalls receives;
    private final JdkCalls sends;

    JdkDatagrams(Parking parking, DatagramSocket socket) {
        this.socket = socket;
        receives = new JdkCalls(parking, this);
        sends = new JdkCalls(parking, this);
    }

    @Override
    public void bind(InetAddress address, int port) throws IOException {
        var local = new InetSocketAddress(address, port);
        try {
            socket.bind(local);
        } catch (BindException e) {
            throw JdkCalls.naming(local, e);
        }
    }

    @Override
    public void connect(InetSocketAddress to) throws IOException {
        socket.connect(to);
    }

    @Override
    public void disconnect() throws IOException {
        try {
            socket.disconnect();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void receive(DatagramPacket into, long deadline) throws IOException {
        var ignored =
                receives.alone(
                        "a receive",
                        () -> {
                            receives.ensureNotCancelled();
                            return receives.limited(
                                    deadline,
                                    millis -> {
                                        socket.setSoTimeout(millis);
                                        socket.receive(into);
                                        return into;
                                    });
                        });
    }

    @Override
    public void send(
            byte[] from, int offset, int length, @Nullable InetSocketAddress to, long deadline)
            throws IOException {
        var packet = new DatagramPacket(from, offset, length);
        if (to != null) {
            packet.setSocketAddress(to);
        }
        var ignored =
                sends.alone(
                        "a send",
                        () -> {
                            socket.send(packet);
                            return packet;
                        });
    }

    @Override
    public void join(InetAddress group, @Nullable NetworkInterface on) throws IOException {
        socket.joinGroup(new InetSocketAddress(group, 0), on);
    }

    @Override
    public void leave(InetAddress group, @Nullable NetworkInterface on) throws IOException {
        socket.leaveGroup(new InetSocketAddress(group, 0), on);
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(socket.getLocalAddress(), Math.max(0, socket.getLocalPort()));
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return "JDK datagram socket " + socket.getLocalPort();
    }
}
