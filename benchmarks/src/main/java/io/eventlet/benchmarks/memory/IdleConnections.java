// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import io.eventlet.net.server.GreenServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Heap per connection on which one byte went there and back and nothing since.
///
/// Arguments: `eventlet|jdk COUNT HOLD`, where HOLD is the program that opens and holds the
/// connections (built from `hold.c`): it is another process, so that only the server's side is
/// counted. The handler has no buffer of its own; a real one adds what it allocates.
final class IdleConnections {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PRACTICE = 5_000;
    private static final int ROUNDS = 5;

    private IdleConnections() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        var kind = Kind.named(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        int port =
                switch (kind) {
                    case EVENTLET -> serveGreen(count);
                    case JDK -> serveVirtual();
                };
        for (int i = 0; i < ROUNDS; i++) { // classes, lazy parts and compiled code are there then
            stop(hold(arguments[2], port, PRACTICE));
        }
        Thread.sleep(500);
        var before = Heap.now();
        var holder = hold(arguments[2], port, count);
        var after = Heap.now();
        stop(holder);
        System.out.printf(
                "what=idle kind=%s count=%d %s%n", arguments[0], count, after.since(before, count));
        Runtime.getRuntime().halt(0);
    }

    private static int serveGreen(int count) throws IOException {
        return GreenServer.builder(IdleConnections::echo)
                .address(new InetSocketAddress(LOOPBACK, 0))
                .hubs(1)
                .concurrency(count + PRACTICE)
                .backlog(4096)
                .start()
                .port();
    }

    private static int serveVirtual() throws IOException {
        var listener = new ServerSocket(0, 4096, LOOPBACK);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    while (true) {
                        acceptOne(listener);
                    }
                });
        return listener.getLocalPort();
    }

    private static void acceptOne(ServerSocket listener) {
        try {
            var client = listener.accept();
            Thread.startVirtualThread(() -> {
                try (client) {
                    echo(client);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void echo(Socket client) throws IOException {
        var in = client.getInputStream();
        var out = client.getOutputStream();
        int octet;
        while ((octet = in.read()) >= 0) {
            out.write(octet);
        }
    }

    /// Starts the load and returns once every connection has had its byte back.
    private static Process hold(String program, int port, int count) throws IOException {
        var holder =
                new ProcessBuilder(program, String.valueOf(port), String.valueOf(count))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String answer = holder.inputReader().readLine();
        if (!"ready".equals(answer)) {
            throw new IOException("the load said: " + answer);
        }
        return holder;
    }

    private static void stop(Process holder) throws IOException, InterruptedException {
        holder.getOutputStream().close(); // it ends with its standard input
        holder.waitFor();
    }
}
