// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import io.eventlet.net.GreenConnection;
import io.eventlet.net.server.ConnectionHandler;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/// Sends back whatever a client sends, until it stops.
///
/// A connection has a buffer only while it has bytes: it waits for them without, so that ten
/// thousand idle ones hold no buffer at all.
public final class EchoHandler implements ConnectionHandler {
    private static final int SIZE = 64 * 1024; // what one receive of the kernel takes at most
    private static final int KEPT = 64;

    private final ConcurrentLinkedDeque<byte[]> spare = new ConcurrentLinkedDeque<>();
    private final AtomicInteger spares = new AtomicInteger(); // about how many

    @Override
    public void handle(Socket client) throws IOException {
        client.setTcpNoDelay(true);
        var connection = (GreenConnection) client;
        do {
            connection.awaitReadable();
        } while (echo(connection));
    }

    /// Sends back what is there; false at the end of the stream.
    private boolean echo(GreenConnection client) throws IOException {
        byte[] buffer = take();
        try {
            int n = client.recv(buffer);
            if (n > 0) {
                client.sendAll(buffer, 0, n);
            }
            return n >= 0;
        } finally {
            giveBack(buffer);
        }
    }

    private byte[] take() {
        byte[] buffer = spare.pollFirst();
        if (buffer == null) {
            return new byte[SIZE];
        }
        spares.getAndDecrement();
        return buffer;
    }

    private void giveBack(byte[] buffer) {
        if (spares.get() < KEPT) {
            spares.getAndIncrement();
            spare.addFirst(buffer);
        }
    }
}
