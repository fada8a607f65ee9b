// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A server for a protocol of lines, with a platform thread for each connection: not green,
/// whatever is patched.
final class LineServer implements Closeable {
    private static final int BACKLOG = 500;

    private final ServerSocket listener;
    private final Protocol protocol;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// What is said on a connection, to its end.
    @FunctionalInterface
    interface Protocol {
        void talk(Line line) throws IOException, InterruptedException;
    }

    /// A connection.
    record Line(Socket socket, BufferedReader in, OutputStream out) {
        /// The next line; null at the end.
        @org.jspecify.annotations.Nullable
        String read() throws IOException {
            return in.readLine();
        }

        void write(String text) throws IOException {
            out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private LineServer(ServerSocket listener, Protocol protocol) {
        this.listener = listener;
        this.protocol = protocol;
    }

    static LineServer start(String name, Protocol protocol) throws IOException {
        var server = new LineServer(listen(), protocol);
        Thread.ofPlatform().daemon().name(name).start(server::accept);
        return server;
    }

    /// Listens on loopback.
    static ServerSocket listen() throws IOException {
        return new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                var socket = listener.accept();
                open.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException _) { // it is closed
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
            protocol.talk(new Line(socket, new BufferedReader(in), socket.getOutputStream()));
        } catch (IOException | InterruptedException _) {
            // the client has gone, or the server is closed
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
