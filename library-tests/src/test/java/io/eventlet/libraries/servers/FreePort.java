// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Finds ports on loopback that a server can have, and have again after it was killed.
final class FreePort {
    // Each bound to a port and not listening: the kernel gives that to nobody else, neither who
    // listens nor who connects, until the JVM ends. A server that names it may have it, since
    // SO_REUSEADDR is set here, and by all servers that start again at once.
    private static final Queue<Socket> KEPT = new ConcurrentLinkedQueue<>();

    private FreePort() {}

    static int find() throws IOException {
        var socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        KEPT.add(socket);
        return socket.getLocalPort();
    }
}
