// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;

/// An endpoint that listens and is never connected, so that it refuses what only a connection can
/// do.
public interface ListeningEndpoint extends Endpoint {
    @Override
    default void connect(InetSocketAddress remote, long deadline) throws IOException {
        throw refusal();
    }

    @Override
    default int read(byte[] into, int offset, int length, long deadline) throws IOException {
        throw refusal();
    }

    @Override
    default void awaitReadable(long deadline) throws IOException {
        throw refusal();
    }

    @Override
    default int write(byte[] from, int offset, int length, long deadline) throws IOException {
        throw refusal();
    }

    @Override
    default int available() throws IOException {
        throw refusal();
    }

    @Override
    default boolean isPeerGone() throws IOException {
        throw refusal();
    }

    @Override
    default void shutdownInput() throws IOException {
        throw refusal();
    }

    @Override
    default void shutdownOutput() throws IOException {
        throw refusal();
    }

    @Override
    default void sendUrgent(int data) throws IOException {
        throw refusal();
    }

    private static SocketException refusal() {
        return new SocketException("A listener is not connected");
    }
}
