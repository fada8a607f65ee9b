// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;

import java.io.IOException;

/// The server pattern: accepts connections, and gives each a green thread of a pool of 10,000.
///
///     examples/run EchoServer 6000
///     nc localhost 6000
///
/// While the pool is full, `spawnN` blocks, and so nothing is accepted. This is the loop that
/// [LineEchoServer] leaves to [Eventlet#serve]. After the server pattern in Eventlet's manual.
final class EchoServer {
    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 6000;
        try (var listener = Eventlet.listen(port)) {
            IO.println("echo on port " + listener.getLocalPort());
            serve(listener);
        }
    }

    static void serve(GreenServerSocket listener) throws IOException {
        var pool = new GreenPool(10_000);
        while (true) {
            var client = listener.accept();
            pool.spawnN(() -> echo(client));
        }
    }

    private static void echo(GreenSocket client) throws IOException {
        try (client) {
            var buffer = new byte[1024];
            int n;
            while ((n = client.recv(buffer)) > 0) {
                client.getOutputStream().write(buffer, 0, n);
            }
        }
    }
}
