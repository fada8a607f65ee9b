// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketOption;
import java.util.Set;

/// A listener on a server socket of the JDK.
final class JdkListener implements ListeningEndpoint {
    private final Parking parking;
    private final ServerSocket socket;
    private final JdkCalls accepts;
    private volatile @Nullable InetSocketAddress bindTo; // the JDK binds and listens in one call

    JdkListener(Parking parking, ServerSocket socket) {
        this.parking = parking;
        this.socket = socket;
        accepts = new JdkCalls(parking, this);
    }

    @Override
    public void bind(InetAddress address, int port) throws IOException {
        bindTo = new InetSocketAddress(address, port);
    }

    @Override
    public void listen(int backlog) throws IOException {
        try {
            socket.bind(bindTo, backlog);
        } catch (BindException e) {
            throw JdkCalls.naming(bindTo, e);
        }
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        return accepts.alone(
                "an accept",
                () -> {
                    accepts.ensureNotCancelled();
                    return accepts.limited(
                            deadline,
                            millis -> {
                                socket.setSoTimeout(millis);
                                return JdkNetwork.over(parking, socket.accept());
                            });
                });
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(socket.getInetAddress(), Math.max(0, socket.getLocalPort()));
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return DescriptorErrors.NOWHERE;
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return "JDK listener on " + socket.getLocalSocketAddress();
    }
}
