// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenServerSocket;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that does on each connection what a script says, byte by byte. The first connection has
/// the first script, and so on; the last one is for all others.
final class RawServer implements AutoCloseable {
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws Exception;
    }

    private final GreenServerSocket listener;
    private final GreenThread<?> acceptor;
    private final List<GreenThread<?>> threads = new ArrayList<>();
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Script[] scripts;

    private RawServer(Script... scripts) throws IOException {
        this.scripts = scripts;
        listener = Eventlet.listen("127.0.0.1", 0);
        acceptor = Eventlet.spawn(this::accept);
    }

    static RawServer of(Script... scripts) throws IOException {
        return new RawServer(scripts);
    }

    /// A script that answers one request after the other with these bytes.
    static Script answers(String... answers) {
        return peer -> {
            for (var answer : answers) {
                peer.readHead();
                peer.send(answer);
            }
            peer.awaitEnd();
        };
    }

    /// A head of these lines, and the empty one.
    static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /// An answer of 200 with a length.
    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket;
            try {
                socket = listener.accept();
            } catch (SocketException e) { // closed
                return;
            }
            var peer = new Peer(socket);
            var script = scripts[Math.min(peers.size(), scripts.length - 1)];
            peers.add(peer);
            threads.add(
                    Eventlet.spawn(() -> {
                        try (socket) {
                            script.run(peer);
                        } catch (IOException e) {
                            // the client has gone
                        }
                    }));
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    String url(String target) {
        return "http://127.0.0.1:" + port() + target;
    }

    /// The heads of all requests so far.
    List<String> requests() {
        return requests;
    }

    String request(int i) {
        return requests.get(i);
    }

    /// How many connections there have been.
    int connections() {
        return peers.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        acceptor.kill();
        for (var peer : peers) {
            peer.socket.close();
        }
        threads.forEach(GreenThread::kill);
    }

    /// The other end of a connection.
    final class Peer {
        final Socket socket;
        private final InputStream in;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            in = socket.getInputStream();
        }

        /// The next head, with its empty line.
        String readHead() throws IOException {
            var head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException();
                }
                head.append((char) b);
            }
            requests.add(head.toString());
            return head.toString();
        }

        String read(int length) throws IOException {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        /// All up to and with a text.
        String readTo(String end) throws IOException {
            var text = new StringBuilder();
            while (text.indexOf(end) < 0) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException();
                }
                text.append((char) b);
            }
            return text.toString();
        }

        void send(String bytes) throws IOException {
            send(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /// Waits until the client closes the connection.
        void awaitEnd() throws IOException {
            var _ = in.transferTo(java.io.OutputStream.nullOutputStream());
        }

        /// Closes it with a reset.
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Nullable String readHeadOrEnd() throws IOException {
            try {
                return readHead();
            } catch (EOFException e) {
                return null;
            }
        }
    }
}
