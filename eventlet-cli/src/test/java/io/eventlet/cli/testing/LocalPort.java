// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A port on loopback whose connections a test treats as it likes.
public final class LocalPort implements AutoCloseable {
    /// Bound, so that nobody else gets its port, and listens to nobody. Kept until the JVM ends.
    private static final Socket SILENT = new Socket();

    private final ServerSocket listener;

    /// What is done with each connection.
    @FunctionalInterface
    public interface Treatment {
        void apply(Socket connection) throws IOException;
    }

    private LocalPort(ServerSocket listener) {
        this.listener = listener;
    }

    public static LocalPort open(Treatment treatment) {
        try {
            var listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            Thread.startVirtualThread(() -> accept(listener, treatment));
            return new LocalPort(listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A port where nobody listens.
    public static int dead() {
        try {
            synchronized (SILENT) {
                if (!SILENT.isBound()) {
                    SILENT.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                }
            }
            return SILENT.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a request and ends the connection with a reset.
    public static void reset(Socket connection) throws IOException {
        int ignored = connection.getInputStream().read();
        connection.setSoLinger(true, 0);
        connection.close();
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url(String path) {
        return "http://localhost:" + port() + path;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void accept(ServerSocket listener, Treatment treatment) {
        while (true) {
            try {
                Socket connection = listener.accept();
                Thread.startVirtualThread(() -> treat(connection, treatment));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private static void treat(Socket connection, Treatment treatment) {
        try (connection) {
            treatment.apply(connection);
        } catch (IOException _) {
            // The client ended it first.
        }
    }
}
