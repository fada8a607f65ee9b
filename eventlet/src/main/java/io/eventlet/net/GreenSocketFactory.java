// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.transport.HostAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;

import javax.net.SocketFactory;

/// Makes green sockets for libraries that take a socket factory. Thread-safe.
///
/// Libraries that are told the name of a class get the same as from [#instance()], whether they
/// call the constructor or `getDefault()`.
///
/// A timeout or a kill that ends a wait on one of them closes it: see [OnCancellation]. Given the
/// name of a host, it connects to the first of its addresses that can be reached.
public final class GreenSocketFactory extends SocketFactory {
    private static final GreenSocketFactory INSTANCE = new GreenSocketFactory(OnCancellation.CLOSE);

    private final OnCancellation then;

    /// For libraries that make one by the name of this class.
    public GreenSocketFactory() {
        this(OnCancellation.CLOSE);
    }

    private GreenSocketFactory(OnCancellation then) {
        this.then = then;
    }

    /// For libraries that ask for it by the name of this class: [#instance()].
    public static GreenSocketFactory getDefault() {
        return INSTANCE;
    }

    public static GreenSocketFactory instance() {
        return INSTANCE;
    }

    /// One whose sockets are treated otherwise when a wait on them is cancelled.
    public static GreenSocketFactory of(OnCancellation then) {
        return new GreenSocketFactory(Objects.requireNonNull(then));
    }

    @Override
    public Socket createSocket() throws IOException {
        return new GreenSocket(then);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(HostAddress.allOf(host), port, null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(List.of(host), port, null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected(
                HostAddress.allOf(host), port, new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(List.of(address), port, new InetSocketAddress(localAddress, localPort));
    }

    private Socket connected(
            List<InetAddress> addresses, int port, @Nullable InetSocketAddress local)
            throws IOException {
        var socket = new GreenSocket(then);
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(addresses, port, 0);
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }
}
