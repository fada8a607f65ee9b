// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.net.GreenSocketFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/// Green sockets for drivers that are told the name of a class.
public final class GreenSocketsByName extends SocketFactory {
    private final SocketFactory green = GreenSocketFactory.instance();

    @Override
    public Socket createSocket() throws IOException {
        return green.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return green.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
            throws IOException {
        return green.createSocket(host, port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return green.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
            throws IOException {
        return green.createSocket(host, port, from, fromPort);
    }
}
