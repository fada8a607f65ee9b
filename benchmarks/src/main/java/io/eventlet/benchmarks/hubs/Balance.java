// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.hubs;

import io.eventlet.hub.Hub;
import io.eventlet.net.server.GreenServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections each hub of a server accepts. Arguments: hubs, connections, rounds.
///
/// In a round, `stay` opens them one after another, as fast as one platform thread can, closes none
/// before all are served, and sends nothing. `pass` has ten platform threads, each of which opens
/// one, has a byte echoed, closes it, and begins again.
public final class Balance {
    private static final int CLIENTS = 10;
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final ConcurrentMap<Hub, AtomicInteger> served = new ConcurrentHashMap<>();

    private Balance() {}

    public static void main(String[] arguments) throws Exception {
        int hubs = Integer.parseInt(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        var balance = new Balance();
        var server =
                GreenServer.builder(balance::echo)
                        .address(new InetSocketAddress(HERE, 0))
                        .hubs(hubs)
                        .concurrency(hubs * connections) // so that no limit makes the balance
                        .start();
        try (server) {
            for (int round = 1; round <= rounds; round++) {
                stay(server, connections);
                balance.print("stay", hubs);
                pass(server.port(), connections);
                balance.print("pass", hubs);
            }
        }
    }

    private void echo(Socket client) throws IOException {
        served.computeIfAbsent(Hub.current(), _ -> new AtomicInteger()).incrementAndGet();
        client.getInputStream().transferTo(client.getOutputStream());
    }

    private static void stay(GreenServer server, int connections) throws Exception {
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(new Socket(HERE, server.port()));
            }
            awaitActive(server, connections);
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
        awaitActive(server, 0);
    }

    private static void awaitActive(GreenServer server, int connections)
            throws InterruptedException {
        while (server.active() != connections) {
            Thread.sleep(1);
        }
    }

    private static void pass(int port, int connections) throws Exception {
        var left = new AtomicInteger(connections);
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                while (left.getAndDecrement() > 0) {
                                    one(port);
                                }
                            }));
        }
        for (var client : clients) {
            client.join();
        }
    }

    private static void one(int port) {
        try (var socket = new Socket(HERE, port)) {
            socket.getOutputStream().write('b');
            if (socket.getInputStream().read() != 'b') {
                throw new IOException("no echo");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(String kind, int hubs) {
        List<Integer> counts =
                new ArrayList<>(served.values().stream().map(AtomicInteger::get).toList());
        while (counts.size() < hubs) {
            counts.add(0);
        }
        counts.sort(null);
        System.out.println(
                "%-9s %d hubs  %s  %s".formatted(Hub.main().poller(), hubs, kind, counts));
        served.clear();
    }
}
