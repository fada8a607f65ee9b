// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.ConcurrentUse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.Set;

/// A connection on a socket of the JDK, whose writes know no deadline.
final class JdkEndpoint implements Endpoint {
    private static final int NONE = -1;

    private final Socket socket;
    private final JdkCalls reads;
    private final JdkCalls writes;
    private volatile InetSocketAddress remote = DescriptorErrors.NOWHERE;
    private volatile @Nullable InputStream input; // as who keeps it sees a socket that is closed
    private volatile @Nullable OutputStream output;
    private volatile int peeked = NONE; // a byte that was read to see whether there is one
    private volatile boolean gone; // whether that has shown that there will be none

    JdkEndpoint(Parking parking, Socket socket) {
        this.socket = socket;
        reads = new JdkCalls(parking, this);
        writes = new JdkCalls(parking, this);
        if (socket.getRemoteSocketAddress() instanceof InetSocketAddress address) {
            remote = address;
        }
    }

    private InputStream input() throws IOException {
        var known = input;
        if (known == null) {
            input = known = socket.getInputStream();
        }
        return known;
    }

    private OutputStream output() throws IOException {
        var known = output;
        if (known == null) {
            output = known = socket.getOutputStream();
        }
        return known;
    }

    @Override
    public void bind(InetAddress address, int port) throws IOException {
        var local = new InetSocketAddress(address, port);
        try {
            socket.bind(local);
        } catch (BindException e) {
            throw JdkCalls.naming(local, e);
        }
    }

    @Override
    public void listen(int backlog) throws IOException {
        throw new SocketException("This socket was not opened to listen");
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        throw new SocketException("This socket does not listen");
    }

    @Override
    public void connect(InetSocketAddress to, long deadline) throws IOException {
        String timedOut = "Connect timed out: " + to;
        remote = to; // so that dumps name it
        try {
            remote = writes.alone("a connect", () -> connectOrClose(to, deadline));
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(timedOut);
        } catch (ConnectException e) {
            var named = new ConnectException(e.getMessage() + ": " + to);
            named.initCause(e);
            throw named;
        }
    }

    private InetSocketAddress connectOrClose(InetSocketAddress to, long deadline)
            throws IOException {
        try {
            writes.ensureNotCancelled();
            socket.connect(to, JdkCalls.millisLeft(deadline));
            input = socket.getInputStream();
            output = socket.getOutputStream();
            return to.getAddress().isAnyLocalAddress()
                    ? (InetSocketAddress) socket.getRemoteSocketAddress()
                    : to;
        } finally {
            if (!socket.isConnected()) {
                socket.close();
            }
        }
    }

    @Override
    public int read(byte[] into, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return reads.alone(
                "a read",
                () ->
                        peeked == NONE || length == 0
                                ? fetch(into, offset, length, deadline)
                                : takePeeked(into, offset, length));
    }

    private int fetch(byte[] into, int offset, int length, long deadline) throws IOException {
        var in = input();
        if (length > 0 && in.available() == 0) {
            reads.ensureNotCancelled();
        }
        return reads.limited(
                deadline,
                millis -> {
                    socket.setSoTimeout(millis);
                    return in.read(into, offset, length);
                });
    }

    private int takePeeked(byte[] into, int offset, int length) throws IOException {
        var in = input(); // fails if it is closed
        into[offset] = (byte) peeked;
        peeked = NONE;
        int more = Math.min(length - 1, in.available());
        return more == 0 ? 1 : 1 + Math.max(0, in.read(into, offset + 1, more));
    }

    /// Reads a byte ahead, since a socket of the JDK has no other way to wait.
    @Override
    public void awaitReadable(long deadline) throws IOException {
        var one = new byte[1];
        int ignored =
                reads.alone(
                        "a wait for bytes",
                        () -> {
                            if (peeked == NONE && fetch(one, 0, 1, deadline) == 1) {
                                peeked = one[0] & 0xff;
                            }
                            return peeked;
                        });
    }

    @Override
    public int write(byte[] from, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        return writes.alone(
                "a write",
                () -> {
                    try {
                        output().write(from, offset, length);
                    } catch (Error | RuntimeException e) { // cancelled, who knows after how much
                        socket.close();
                        throw e;
                    }
                    return length;
                });
    }

    @Override
    public boolean limitsWrites() {
        return false;
    }

    @Override
    public int available() throws IOException {
        return input().available() + (peeked == NONE ? 0 : 1);
    }

    /// The JDK tells of an end only to who reads: so reads a byte, for a millisecond at most, which
    /// the next read gets. False while another thread reads, who is told itself, and if the caller
    /// is cancelled, for which the JDK would close the socket.
    @Override
    public boolean isPeerGone() throws IOException {
        if (gone || !socket.isConnected() || reads.isBusy() || reads.isCancelled()) {
            return gone && available() == 0;
        }
        try {
            return reads.alone("a look", () -> available() == 0 && !hasMore());
        } catch (ConcurrentUse e) { // somebody has begun to read
            return false;
        }
    }

    private boolean hasMore() throws IOException {
        try {
            socket.setSoTimeout(1);
            peeked = input().read();
            gone = peeked == NONE;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) { // a reset, of which the JDK tells each time
            if (socket.isClosed()) {
                throw e;
            }
            gone = true;
        }
        return !gone;
    }

    private void ensureOpen() throws SocketException {
        if (socket.isClosed()) {
            throw new SocketException("Socket closed");
        }
    }

    /// Those of every socket of the JDK; one that is closed may not tell them.
    private static final class Options {
        static final Set<SocketOption<?>> SUPPORTED = ofNew();

        private static Set<SocketOption<?>> ofNew() {
            try (var any = new Socket(Proxy.NO_PROXY)) {
                return Set.copyOf(any.supportedOptions());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void sendUrgent(int data) throws IOException {
        ensureOpen();
        writes.alone(
                "an urgent write",
                () -> {
                    socket.sendUrgentData(data);
                    return data;
                });
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        ensureOpen();
        socket.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        ensureOpen();
        return socket.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Options.SUPPORTED;
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(socket.getLocalAddress(), Math.max(0, socket.getLocalPort()));
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return "JDK socket " + socket.getLocalPort() + " to " + remote;
    }
}
