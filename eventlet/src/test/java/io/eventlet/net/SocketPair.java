// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A green socket, and its peer, a socket of the JDK for threads of the JDK.
public record SocketPair(GreenSocket green, Socket peer) implements AutoCloseable {
    private static final int MOST_MILLIS = 50_000; // a hang in the JDK must fail as well

    public static SocketPair open() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) listener.getLocalSocketAddress();
            var green = Eventlet.connect(address);
            var peer = listener.accept();
            peer.setSoTimeout(MOST_MILLIS);
            return new SocketPair(green, peer);
        }
    }

    /// Returns when a thread waits for something.
    public static void awaitParked(GreenThread<?> thread) {
        Eventually.until(() ->
                switch (thread.thread().getState()) {
                    case WAITING, TIMED_WAITING -> true;
                    default -> false;
                });
    }

    @Override
    public void close() throws IOException {
        green.close();
        peer.close();
    }
}
