// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;

/// A connection on a Unix domain channel of the JDK.
final class JdkUnix implements UnixEndpoint {
    private static final int NONE = -1;

    private final SocketChannel channel;
    private final JdkCalls reads;
    private final JdkCalls writes;
    private volatile int peeked = NONE; // a byte that was read to see whether there is one
    private volatile boolean gone; // whether that has shown that there will be none

    JdkUnix(Parking parking, SocketChannel channel) {
        this.channel = channel;
        reads = new JdkCalls(parking, this);
        writes = new JdkCalls(parking, this);
    }

    static JdkUnix open(Parking parking) throws IOException {
        return OpenSockets.opened(
                new JdkUnix(parking, SocketChannel.open(StandardProtocolFamily.UNIX)));
    }

    static Pair pair(Parking parking) throws IOException {
        var directory = Files.createTempDirectory("eventlet-pair");
        var path = directory.resolve("s");
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path), 1);
            var first = SocketChannel.open(UnixDomainSocketAddress.of(path));
            try {
                var second = listener.accept();
                return new Pair(
                        OpenSockets.opened(new JdkUnix(parking, first)),
                        OpenSockets.opened(new JdkUnix(parking, second)));
            } catch (Throwable e) {
                first.close();
                throw e;
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    @Override
    public void listen(UnixDomainSocketAddress at, int backlog) throws IOException {
        throw new SocketException("This socket was not opened to listen");
    }

    @Override
    public UnixEndpoint accept() throws IOException {
        throw new SocketException("This socket does not listen");
    }

    @Override
    public void connect(UnixDomainSocketAddress to) throws IOException {
        boolean connected = false;
        try {
            writes.ensureNotCancelled();
            connected =
                    JdkChannels.open(() -> writes.alone("a connect", () -> channel.connect(to)));
        } catch (BindException e) {
            throw JdkListenerOnPath.naming(to, e);
        } catch (SocketException e) {
            var named = new ConnectException(e.getMessage() + ": " + to);
            named.initCause(e);
            throw named;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    @Override
    public int read(byte[] into, int offset, int length, long deadline) throws IOException {
        int known = peeked;
        if (known == NONE || length == 0) {
            return JdkChannels.read(reads, channel, into, offset, length, deadline);
        }
        JdkChannels.ensureOpen(channel);
        return reads.alone(
                "a read",
                () -> {
                    into[offset] = (byte) known;
                    peeked = NONE;
                    return 1;
                });
    }

    /// Reads a byte ahead.
    @Override
    public void awaitReadable() throws IOException {
        var one = new byte[1];
        if (peeked == NONE && JdkChannels.read(reads, channel, one, 0, 1, Endpoint.NEVER) == 1) {
            peeked = one[0] & 0xff;
        }
    }

    @Override
    public boolean isPeerGone() throws IOException {
        JdkChannels.ensureOpen(channel);
        if (gone || !channel.isConnected() || reads.isBusy() || reads.isCancelled()) {
            return gone;
        }
        return reads.alone(
                "a look",
                () -> {
                    if (peeked == NONE) {
                        look();
                    }
                    return gone;
                });
    }

    private void look() throws IOException {
        var one = ByteBuffer.allocate(1);
        channel.configureBlocking(false);
        try {
            switch (channel.read(one)) {
                case 1 -> peeked = one.get(0) & 0xff;
                case -1 -> gone = true;
                default -> {}
            }
        } catch (SocketException e) { // a reset
            gone = true;
        } finally {
            channel.configureBlocking(true);
        }
    }

    @Override
    public int available() {
        return peeked == NONE ? 0 : 1;
    }

    @Override
    public int write(byte[] from, int offset, int length, long deadline) throws IOException {
        return JdkChannels.write(writes, channel, from, offset, length, deadline);
    }

    @Override
    public void shutdownInput() throws IOException {
        var ignored = JdkChannels.open(channel::shutdownInput);
    }

    @Override
    public void shutdownOutput() throws IOException {
        var ignored = JdkChannels.open(channel::shutdownOutput);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "JDK Unix socket";
    }
}
