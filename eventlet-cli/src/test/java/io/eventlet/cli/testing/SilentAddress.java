// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// An address and port that do not answer: a listener that accepts nobody, with a full backlog.
public final class SilentAddress implements AutoCloseable {
    private static final int TRIES = 20;
    private static final int ENOUGH_MILLIS = 200;

    private final ServerSocket listener;
    private final List<SocketChannel> waiting = new ArrayList<>();

    public SilentAddress(String address, int port) throws IOException {
        listener = new ServerSocket(port, 1, InetAddress.ofLiteral(address));
        for (int i = 0; i < TRIES; i++) {
            if (!connects()) {
                return;
            }
        }
        throw new IOException("the backlog does not fill");
    }

    private boolean connects() throws IOException {
        var channel = SocketChannel.open();
        waiting.add(channel);
        channel.configureBlocking(false);
        var to = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        if (channel.connect(to)) {
            return true;
        }
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_CONNECT);
            return selector.select(ENOUGH_MILLIS) > 0;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var channel : waiting) {
            channel.close();
        }
    }
}
