// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Eventlet;
import io.eventlet.net.GreenSocket;
import io.eventlet.resource.ResourcePool;
import io.eventlet.testing.Simulation;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;

/// A client that takes one answer for another, now and then, and the seed that shows it.
///
///     examples/run MixedUpAnswers 1000
///
/// The till asks the shop for prices over a pool of connections, and does not wait long. The first
/// of its two clients gives a connection back to the pool when the answer is late, and the next who
/// borrows it reads the answer to somebody else's question. The second client does not. A simulated
/// network, on which answers are seldom late, tells them apart, every time.
final class MixedUpAnswers {
    private static final Duration PATIENCE = Duration.ofMillis(115);
    private static final Map<String, String> PRICES =
            Map.of("tea", "3", "milk", "1", "cake", "7", "jam", "4");

    /// Asks for the price of something; what it gives back for a late answer says so.
    interface Client {
        String LATE = "?";

        String ask(ResourcePool<GreenSocket, IOException> shop, String item) throws IOException;
    }

    /// The bug: the lease is closed in any case, and the connection goes back to the pool.
    static String askCarelessly(ResourcePool<GreenSocket, IOException> shop, String item)
            throws IOException {
        try (var connection = shop.item()) {
            return Eventlet.withTimeout(
                    PATIENCE, () -> exchange(connection.get(), item), Client.LATE);
        }
    }

    /// Mended: a connection on which an answer may still come is not lent again.
    static String askCarefully(ResourcePool<GreenSocket, IOException> shop, String item)
            throws IOException {
        try (var connection = shop.item()) {
            boolean answered = false;
            try {
                var price =
                        Eventlet.withTimeout(
                                PATIENCE, () -> exchange(connection.get(), item), Client.LATE);
                answered = !price.equals(Client.LATE);
                return price;
            } finally {
                if (!answered) {
                    connection.discard();
                }
            }
        }
    }

    private static String exchange(GreenSocket connection, String item) throws IOException {
        connection.sendAll((item + "\n").getBytes(UTF_8));
        return readLine(connection.getInputStream());
    }

    private static void sell(Socket client) throws IOException {
        while (true) {
            var item = readLine(client.getInputStream());
            if (item.isEmpty()) {
                return;
            }
            client.getOutputStream().write((PRICES.get(item) + "\n").getBytes(UTF_8));
        }
    }

    private static String readLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /// Asks for some prices, and fails if one is wrong; a late answer is none.
    static void shop(Simulation simulation, Client client) throws IOException {
        var network = simulation.network();
        var shop = network.host("shop");
        var till = network.host("till");
        network.between(till, shop).latency(Duration.ofMillis(20)).jitter(Duration.ofMillis(40));
        var listener = shop.call(() -> Eventlet.listen(80));
        shop.spawn(() -> Eventlet.serve(listener, MixedUpAnswers::sell));
        till.run(() -> {
            try (var connections =
                    ResourcePool.builder(() -> Eventlet.connect(shop.at(80)))
                            .max(1)
                            .destroy(GreenSocket::close)
                            .open()) {
                for (var item : PRICES.keySet().stream().sorted().toList()) {
                    var price = client.ask(connections, item);
                    if (!price.equals(Client.LATE) && !price.equals(PRICES.get(item))) {
                        throw new AssertionError(
                                "%s costs %s, and the answer was %s"
                                        .formatted(item, PRICES.get(item), price));
                    }
                }
            }
        });
    }

    /// Tries a client with the seeds from 0 on, and says what became of it.
    static String tried(Client client, int seeds) throws IOException {
        for (long seed = 0; seed < seeds; seed++) {
            try {
                Simulation.withSeed(seed).run(simulation -> shop(simulation, client));
            } catch (AssertionError e) {
                return "fails with seed " + seed + ": " + e.getMessage();
            }
        }
        return "survives " + seeds + " seeds";
    }

    static void main(String... args) throws IOException {
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        IO.println("the careless client " + tried(MixedUpAnswers::askCarelessly, seeds));
        IO.println("the careful client " + tried(MixedUpAnswers::askCarefully, seeds));
    }
}
