// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// An address that does not answer: a listener that accepts nobody, with its backlog full, so that
/// the kernel drops what else comes.
public final class FullBacklog implements AutoCloseable {
    private static final int TRIES = 20;
    private static final int ENOUGH_MILLIS = 200;

    private final ServerSocket listener;
    private final List<SocketChannel> waiting = new ArrayList<>();

    public FullBacklog() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
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
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        if (channel.connect(address())) {
            return true;
        }
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_CONNECT);
            return selector.select(ENOUGH_MILLIS) > 0;
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    /// Makes room for those that wait to be connected.
    void acceptAll() throws IOException {
        listener.setSoTimeout(1);
        try {
            while (true) {
                listener.accept().close();
            }
        } catch (SocketTimeoutException e) {
            listener.setSoTimeout(0);
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
