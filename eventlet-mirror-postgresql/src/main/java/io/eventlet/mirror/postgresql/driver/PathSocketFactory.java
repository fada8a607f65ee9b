// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;

import javax.net.SocketFactory;

/// Makes sockets that connect to a path, whatever host they are told. Made by PostgreSQL's driver,
/// with the property `socketFactoryArg` as its argument.
public final class PathSocketFactory extends SocketFactory {
    private final Path path;

    public PathSocketFactory(String path) {
        this.path = Path.of(path);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new PathSocket(path);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected();
    }

    private Socket connected() throws IOException {
        var socket = new PathSocket(path);
        socket.connect();
        return socket;
    }
}
