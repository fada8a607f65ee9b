// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import javax.net.ServerSocketFactory;

/// Makes green listeners for libraries that take a server socket factory. Thread-safe.
public final class GreenServerSocketFactory extends ServerSocketFactory {
    private static final GreenServerSocketFactory INSTANCE = new GreenServerSocketFactory();

    private GreenServerSocketFactory() {}

    public static GreenServerSocketFactory instance() {
        return INSTANCE;
    }

    @Override
    public ServerSocket createServerSocket() {
        return new GreenServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new GreenServerSocket(port);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return new GreenServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
            throws IOException {
        return new GreenServerSocket(port, backlog, address);
    }
}
