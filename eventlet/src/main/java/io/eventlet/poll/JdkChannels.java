// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/// Calls of channels of the JDK in blocking mode, as the calls of an endpoint. They know no
/// deadline.
final class JdkChannels {
    private JdkChannels() {}

    static int read(
            JdkCalls calls,
            ReadableByteChannel from,
            byte[] into,
            int offset,
            int length,
            long deadline)
            throws IOException {
        var buffer = buffer(into, offset, length, deadline);
        return open(() ->
                calls.alone(
                        "a read",
                        () -> {
                            if (length == 0) {
                                return 0;
                            }
                            calls.ensureNotCancelled();
                            return from.read(buffer);
                        }));
    }

    static int write(
            JdkCalls calls,
            WritableByteChannel to,
            byte[] from,
            int offset,
            int length,
            long deadline)
            throws IOException {
        var buffer = buffer(from, offset, length, deadline);
        return open(() ->
                calls.alone(
                        "a write",
                        () -> {
                            if (length == 0) {
                                return 0;
                            }
                            calls.ensureNotCancelled();
                            return to.write(buffer);
                        }));
    }

    private static ByteBuffer buffer(byte[] bytes, int offset, int length, long deadline) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (deadline != Endpoint.NEVER) {
            throw new UnsupportedOperationException("a channel of the JDK knows no deadline");
        }
        return ByteBuffer.wrap(bytes, offset, length);
    }

    /// Makes a call, and names a close as sockets do.
    static <T> T open(JdkCalls.Call<T> call) throws IOException {
        try {
            return call.call();
        } catch (ClosedByInterruptException e) {
            throw new SocketException("Closed by interrupt", e);
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket closed", e);
        }
    }

    static void ensureOpen(Channel channel) throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket closed");
        }
    }
}
