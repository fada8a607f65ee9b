// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A port that nobody else is given, on any address, and where only listeners of the test may be:
/// without them, and once they are closed, connections are refused.
public final class KeptPort implements AutoCloseable {
    private final Socket socket = new Socket(); // bound, and does not listen

    public KeptPort() throws IOException {
        socket.setReuseAddress(true); // as listeners do, who may bind it too
        socket.bind(new InetSocketAddress(0));
    }

    public int number() {
        return socket.getLocalPort();
    }

    /// It on the loopback address.
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), number());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
