// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;

import io.eventlet.Eventlet;
import io.eventlet.GreenExecutor;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;

/// What the JDK has in place of the modules of `eventlet.green`, as it is: many use it at once on
/// one hub, and none goes on before all have come to wait. In either mode nothing is patched for
/// that, nor are these sockets on the hub: the JDK's poller wakes the green threads.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class StandardLibraryTest {
    private static final int MANY = 20;
    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir Path directory;

    /// A server that answers when so many requests are there.
    private static HttpServer server(GreenExecutor executor) throws IOException {
        var all = new CyclicBarrier(MANY);
        var server = HttpServer.create(ANYWHERE, MANY);
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, all));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, CyclicBarrier all) throws IOException {
        try (exchange) {
            all.await();
            byte[] path = exchange.getRequestURI().getPath().getBytes(US_ASCII);
            exchange.sendResponseHeaders(200, path.length);
            exchange.getResponseBody().write(path);
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IOException(e);
        }
    }

    private static URI uri(HttpServer server, int number) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + number);
    }

    private interface Numbered {
        Callable<String> body(int number);
    }

    /// Runs as many bodies at once, each of which is to give its number.
    private static void all(Numbered bodies) {
        var threads = new ArrayList<GreenThread<String>>();
        for (int i = 0; i < MANY; i++) {
            threads.add(Eventlet.spawn(bodies.body(i)));
        }

        for (int i = 0; i < MANY; i++) {
            assertThat(threads.get(i).await()).isEqualTo("/" + i);
        }
    }

    @Test
    void httpUrlConnectionsWaitAllAtOnce() throws IOException {
        try (var executor = GreenExecutor.named("http")) {
            var server = server(executor);

            all(i ->
                    () -> {
                        try (var in = uri(server, i).toURL().openConnection().getInputStream()) {
                            return new String(in.readAllBytes(), US_ASCII);
                        }
                    });

            server.stop(0);
        }
    }

    @Test
    void callsOfTheHttpClientWaitAllAtOnce() throws IOException {
        try (var executor = GreenExecutor.named("http");
                var client = HttpClient.newHttpClient()) {
            var server = server(executor);

            all(i ->
                    () -> {
                        var request = HttpRequest.newBuilder(uri(server, i)).build();
                        return client.send(request, BodyHandlers.ofString()).body();
                    });

            server.stop(0);
        }
    }

    @Test
    void fileServerServesInGreenThreads() throws IOException {
        for (int i = 0; i < MANY; i++) {
            Files.writeString(directory.resolve("" + i), "/" + i);
        }
        try (var executor = GreenExecutor.named("files")) {
            var server =
                    SimpleFileServer.createFileServer(
                            ANYWHERE, directory.toRealPath(), SimpleFileServer.OutputLevel.NONE);
            server.setExecutor(executor);
            server.start();

            all(i ->
                    () -> {
                        try (var in = uri(server, i).toURL().openConnection().getInputStream()) {
                            return new String(in.readAllBytes(), US_ASCII);
                        }
                    });

            server.stop(0);
        }
    }

    @Test
    void socketsAndServerSocketsOfTheJdkWaitAllAtOnce() throws IOException {
        try (var listener = new ServerSocket(0, MANY, InetAddress.getLoopbackAddress())) {
            var server =
                    Eventlet.spawn(() -> {
                        var clients = new ArrayList<Socket>();
                        for (int i = 0; i < MANY; i++) {
                            clients.add(listener.accept());
                        }
                        for (var client : clients) {
                            try (client) {
                                client.getInputStream().transferTo(client.getOutputStream());
                            }
                        }
                    });

            all(i ->
                    () -> {
                        try (var socket =
                                new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                            socket.getOutputStream().write(("/" + i).getBytes(US_ASCII));
                            socket.shutdownOutput();
                            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
                        }
                    });

            server.await();
        }
    }

    @Test
    void datagramSocketsOfTheJdkWaitAllAtOnce() throws IOException {
        var sockets = new ArrayList<DatagramSocket>();
        for (int i = 0; i < MANY; i++) {
            sockets.add(new DatagramSocket(ANYWHERE));
        }
        var answers =
                Eventlet.spawn(() -> {
                    Eventlet.yield(); // all wait
                    for (int i = MANY - 1; i >= 0; i--) {
                        byte[] bytes = ("/" + i).getBytes(US_ASCII);
                        sockets.get(i)
                                .send(
                                        new DatagramPacket(
                                                bytes,
                                                bytes.length,
                                                sockets.get(i).getLocalSocketAddress()));
                    }
                });

        all(i ->
                () -> {
                    try (var socket = sockets.get(i)) {
                        var packet = new DatagramPacket(new byte[10], 10);
                        socket.receive(packet);
                        return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
                    }
                });

        answers.await();
    }

    @Test
    void threadsAndExecutorsOfTheJdkAreGreenOnceTheyAreVirtual() throws Exception {
        var all = new CyclicBarrier(2 * MANY);
        var threads = new ArrayList<GreenThread<?>>();
        Eventlet.run(() -> {
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < MANY; i++) {
                    threads.add(Eventlet.spawn(() -> all.await()));
                    var _ = executor.submit(() -> all.await());
                }
            }
        });

        GreenThreads.joinAll(List.copyOf(threads));

        assertThat(all.isBroken()).isFalse();
    }

    @Test
    void pipesOfNioWaitAllAtOnce() throws IOException {
        var pipes = new ArrayList<Pipe>();
        for (int i = 0; i < MANY; i++) {
            pipes.add(Pipe.open());
        }
        var writer =
                Eventlet.spawn(() -> {
                    Eventlet.yield(); // all wait
                    for (int i = MANY - 1; i >= 0; i--) {
                        try (var sink = pipes.get(i).sink()) {
                            sink.write(ByteBuffer.wrap(("/" + i).getBytes(US_ASCII)));
                        }
                    }
                });

        all(i ->
                () -> {
                    try (var source = pipes.get(i).source()) {
                        var buffer = ByteBuffer.allocate(10);
                        source.read(buffer);
                        return new String(buffer.array(), 0, buffer.position(), US_ASCII);
                    }
                });

        writer.await();
    }
}
