// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import io.eventlet.Eventlet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// A server in the style of `asyncore`: one loop selects, and handlers are called back.
///
///     examples/run EchoReactor 6000
///     nc localhost 6000
///
/// Code that is written so already can stay so: `select` blocks only the green thread that runs the
/// loop, and others of its hub go on, here one that counts seconds. New code is simpler as in
/// [EchoServer], with a green thread for each connection.
final class EchoReactor implements AutoCloseable {
    private static final int BUFFERED = 8192;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();

    EchoReactor(InetSocketAddress address) throws IOException {
        listener.bind(address).configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 6000;
        try (var reactor = new EchoReactor(new InetSocketAddress(port))) {
            IO.println("echo on port " + reactor.port());
            Eventlet.spawn(() -> {
                for (int seconds = 1; true; seconds++) {
                    Eventlet.sleep(Duration.ofSeconds(1));
                    IO.print("\r" + seconds + " s");
                }
            });
            Eventlet.spawn(reactor::loop).await();
        }
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /// What `asyncore.loop` is.
    void loop() throws IOException {
        while (selector.isOpen()) {
            selector.select(this::handle);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                echo((SocketChannel) key.channel(), (ByteBuffer) key.attachment(), key);
            }
        } catch (IOException e) {
            IO.println("a connection has failed: " + e.getMessage());
            close(key);
        }
    }

    private void accept() throws IOException {
        var connection = listener.accept();
        if (connection != null) {
            connection.configureBlocking(false);
            connection.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(BUFFERED));
        }
    }

    /// Reads while there is nothing to send, and sends until that is so again.
    private static void echo(SocketChannel connection, ByteBuffer buffer, SelectionKey key)
            throws IOException {
        if (key.isReadable() && connection.read(buffer) < 0) {
            close(key);
            return;
        }
        buffer.flip();
        connection.write(buffer);
        key.interestOps(buffer.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        buffer.compact();
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            IO.println("a connection cannot be closed: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            close(key);
        }
        selector.close();
    }
}
