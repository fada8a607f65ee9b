// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

/// A listener on a Unix domain channel of the JDK.
final class JdkListenerOnPath implements UnixEndpoint {
    private final Parking parking;
    private final ServerSocketChannel channel;
    private final JdkCalls accepts;

    private JdkListenerOnPath(Parking parking, ServerSocketChannel channel) {
        this.parking = parking;
        this.channel = channel;
        accepts = new JdkCalls(parking, this);
    }

    static JdkListenerOnPath open(Parking parking) throws IOException {
        return OpenSockets.opened(
                new JdkListenerOnPath(
                        parking, ServerSocketChannel.open(StandardProtocolFamily.UNIX)));
    }

    static BindException naming(UnixDomainSocketAddress address, BindException error) {
        var named = new BindException(error.getMessage() + ": " + address);
        named.initCause(error);
        return named;
    }

    @Override
    public void listen(UnixDomainSocketAddress at, int backlog) throws IOException {
        try {
            var ignored = JdkChannels.open(() -> channel.bind(at, backlog));
        } catch (BindException e) {
            throw naming(at, e);
        } catch (SocketException e) {
            throw new SocketException(e.getMessage() + ": " + at, e);
        }
    }

    @Override
    public UnixEndpoint accept() throws IOException {
        return JdkChannels.open(() ->
                accepts.alone(
                        "an accept",
                        () -> {
                            accepts.ensureNotCancelled();
                            return OpenSockets.opened(new JdkUnix(parking, channel.accept()));
                        }));
    }

    private static SocketException refusal() {
        return new SocketException("A listener is not connected");
    }

    @Override
    public void connect(UnixDomainSocketAddress to) throws IOException {
        throw refusal();
    }

    @Override
    public int read(byte[] into, int offset, int length, long deadline) throws IOException {
        throw refusal();
    }

    @Override
    public int write(byte[] from, int offset, int length, long deadline) throws IOException {
        throw refusal();
    }

    @Override
    public void awaitReadable() throws IOException {
        throw refusal();
    }

    @Override
    public boolean isPeerGone() throws IOException {
        throw refusal();
    }

    @Override
    public int available() throws IOException {
        throw refusal();
    }

    @Override
    public void shutdownInput() throws IOException {
        throw refusal();
    }

    @Override
    public void shutdownOutput() throws IOException {
        throw refusal();
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
        return "JDK Unix listener";
    }
}
