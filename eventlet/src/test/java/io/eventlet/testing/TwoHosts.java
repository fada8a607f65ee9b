// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.Eventlet;
import io.eventlet.ThrowingConsumer;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;

import java.io.IOException;
import java.time.Duration;

/// A client and a server in a simulation, and a connection between them.
abstract class TwoHosts {
    final Simulation simulation = Simulation.withSeed(42);
    final MemoryNetwork network = simulation.network();
    final Host client = network.host("client");
    final Host server = network.host("server");

    record Pair(GreenSocket near, GreenSocket far) {}

    /// Runs a body with a connection from the client to the server.
    void connected(ThrowingConsumer<Pair> body) throws Exception {
        simulation.run(() -> body.accept(connect()));
    }

    Pair connect() throws IOException {
        try (var listener = listen(80)) {
            var near = client.call(() -> Eventlet.connect(server.at(80)));
            return new Pair(near, listener.accept());
        }
    }

    GreenServerSocket listen(int port) throws IOException {
        return server.call(() -> Eventlet.listen(port));
    }

    Duration now() {
        return simulation.clock().elapsed();
    }

    static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }
}
