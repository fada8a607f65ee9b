// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.cli.echo.EchoHandler;
import io.eventlet.hub.Hub;
import io.eventlet.net.server.GreenServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.IntStream;

/// A server under load for some seconds, so that the profiles in the AOT cache are those of one:
/// the JVM that starts with them compiles what serves a connection at once, and for good.
final class EchoTraining {
    private static final long LONGEST_NANOS = 6_000_000_000L;
    private static final int CLIENTS = 50;
    private static final int CONNECTIONS = 6_000; // most are short, so that the outer methods count
    private static final int ROUND_TRIPS = 40;
    private static final int MESSAGE = 64; // bytes

    private EchoTraining() {}

    static void run() throws IOException {
        long end = System.nanoTime() + LONGEST_NANOS;
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var clients = Hub.start();
                var server =
                        GreenServer.builder(new EchoHandler()).address(anyPort).hubs(1).start()) {
            var address = server.address();
            Eventlet.spawnOn(clients, () -> load(address, end)).await();
        }
    }

    private static void load(InetSocketAddress server, long end) {
        for (var ignored :
                new GreenPool(CLIENTS)
                        .imapUnordered(
                                number -> talk(server, end, number % 4 == 0),
                                IntStream.range(0, CONNECTIONS).boxed())) {
            if (System.nanoTime() > end) {
                return;
            }
        }
    }

    /// A conversation, at whose end the client closes the connection or resets it, as clients do.
    private static int talk(InetSocketAddress server, long end, boolean resets) throws IOException {
        byte[] message = new byte[MESSAGE];
        try (var socket = Eventlet.connect(server)) {
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            int rounds = 0;
            while (rounds < ROUND_TRIPS && System.nanoTime() < end) {
                out.write(message);
                if (in.readNBytes(message, 0, MESSAGE) < MESSAGE) {
                    break;
                }
                rounds++;
            }
            if (resets) {
                socket.setSoLinger(true, 0);
            }
            return rounds;
        }
    }
}
