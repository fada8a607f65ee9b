// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import io.eventlet.Eventlet;
import io.eventlet.net.GreenServerSocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/// Forwards a port: whoever connects to it talks to another server.
///
///     examples/run Forwarder 7000 localhost 6000
///
/// Each direction is copied by a green thread of its own. One may end while the other goes on: a
/// client that has sent its last byte still gets the whole answer. After Eventlet's `forwarder.py`.
final class Forwarder {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 7000;
        String host = args.length > 1 ? args[1] : "localhost";
        int hostPort = args.length > 2 ? Integer.parseInt(args[2]) : 6000;
        try (var listener = Eventlet.listen(port)) {
            IO.println("port " + listener.getLocalPort() + " is " + host + ":" + hostPort);
            serve(listener, new InetSocketAddress(host, hostPort));
        }
    }

    static void serve(GreenServerSocket listener, InetSocketAddress target) throws IOException {
        Eventlet.serve(listener, client -> forward(client, target));
    }

    private static void forward(Socket client, InetSocketAddress target) throws IOException {
        try (var server = Eventlet.connect(target, PATIENCE)) {
            var answers = Eventlet.spawn(() -> copy(server, client));
            copy(client, server);
            answers.await();
        } catch (IOException e) {
            IO.println(client.getRemoteSocketAddress() + ": " + e.getMessage());
        }
    }

    /// Copies one direction to its end, and passes the end on.
    private static void copy(Socket from, Socket to) throws IOException {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) { // one side is gone, and the other must not take this for an end
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
