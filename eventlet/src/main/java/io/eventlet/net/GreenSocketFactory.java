// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/// Makes green sockets for libraries that take a socket factory. Thread-safe.
///
/// Names of hosts are looked up by the JDK, which blocks the hub meanwhile.
public final class GreenSocketFactory extends SocketFactory {
    private static final GreenSocketFactory INSTANCE = new GreenSocketFactory();

    private GreenSocketFactory() {}

    public static GreenSocketFactory instance() {
        return INSTANCE;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new GreenSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return new GreenSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return new GreenSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port), localHost, localPort);
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(address, port), localAddress, localPort);
    }

    private static Socket connected(
            InetSocketAddress remote, InetAddress localAddress, int localPort) throws IOException {
        var socket = new GreenSocket();
        try {
            socket.bind(new InetSocketAddress(localAddress, localPort));
            socket.connect(remote);
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }
}
