// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.transport.HostAddress;
import io.eventlet.transport.TransportSocket;
import io.eventlet.wait.Waits;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// A stream socket whose operations block only the green thread that makes them.
///
/// ```java
/// try (var socket = new GreenSocket("example.org", 80)) {
///     socket.sendAll("HEAD / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
///     int n = socket.recv(buffer);
/// }
/// ```
///
/// It is a `java.net.Socket` in every other respect, and may be used from all hubs and from
/// platform threads. Unlike one of the JDK, it stays usable when a [io.eventlet.Timeout] or a kill
/// ends a read or a write (in hub mode; in portable mode the JDK closes it), unless
/// [#setOnCancellation] says otherwise, as it does for those that a factory makes. Two threads that
/// read at the same time are an error, [io.eventlet.errors.ConcurrentUse], that names both; threads
/// that write take turns. Closing it ends the operations of other threads with a `SocketException`.
@SuppressWarnings("exports") // its superclass is the door for TLS and servers
public final class GreenSocket extends TransportSocket implements GreenConnection {
    private final GreenSocketImpl impl;

    /// A socket that is not connected.
    public GreenSocket() throws SocketException {
        this(new GreenSocketImpl(false));
    }

    /// Connects to a host: to the first of its addresses that can be reached. Its name is looked up
    /// as `java.net.InetAddress` does, which blocks the hub unless `eventlet-dns` is there.
    public GreenSocket(String host, int port) throws IOException {
        this(HostAddress.allOf(host), port);
    }

    private GreenSocket(List<InetAddress> addresses, int port) throws IOException {
        this();
        connect(addresses, port, 0);
    }

    public GreenSocket(InetAddress address, int port) throws IOException {
        this();
        connect(new InetSocketAddress(address, port));
    }

    GreenSocket(OnCancellation then) throws SocketException {
        this();
        impl.setOnCancellation(then);
    }

    GreenSocket(GreenSocketImpl impl) throws SocketException {
        super(impl);
        this.impl = impl;
        ((GreenInputStream) impl.getInputStream()).socket = this;
        ((GreenOutputStream) impl.getOutputStream()).socket = this;
    }

    /// Connects within a limit, zero for none.
    public static GreenSocket connected(InetSocketAddress address, Duration limit)
            throws IOException {
        var socket = new GreenSocket();
        socket.connect(address, millis(limit));
        return socket;
    }

    /// Connects to the first address of a host that can be reached, each within an equal share of
    /// what is left of a limit after the look-up of the name, zero for none.
    public static GreenSocket connected(String host, int port, Duration limit) throws IOException {
        int most = millis(limit);
        long begin = Waits.clock().nanoTime();
        var addresses = HostAddress.allOf(host);
        long taken = (Waits.clock().nanoTime() - begin) / 1_000_000;
        var socket = new GreenSocket();
        socket.connect(addresses, port, most == 0 ? 0 : (int) Math.max(1, most - taken));
        return socket;
    }

    private static int millis(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("the limit must not be negative: " + limit);
        }
        return (int) Math.min(Math.ceilDiv(Waits.nanos(limit), 1_000_000), Integer.MAX_VALUE);
    }

    /// Connects to the first that can be reached.
    void connect(List<InetAddress> addresses, int port, int millis) throws IOException {
        impl.connectTo(addresses);
        connect(new InetSocketAddress(addresses.getFirst(), port), millis);
    }

    /// Connects; whatever keeps it from it closes the socket.
    @Override
    public void connect(SocketAddress address, int millis) throws IOException {
        try {
            super.connect(address, millis);
        } catch (Error | RuntimeException e) {
            if (impl.hasLostEndpoint()) { // cancelled, with whatever the canceller likes
                close();
            }
            throw impl.told(e, this);
        }
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        ensureConnected();
        if (isInputShutdown()) {
            throw impl.failures().noted(new SocketException("Socket input is shutdown"));
        }
        return impl.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        ensureConnected();
        if (isOutputShutdown()) {
            throw impl.failures().noted(new SocketException("Socket output is shutdown"));
        }
        return impl.getOutputStream();
    }

    @Override
    public void shutdownInput() throws IOException {
        try {
            super.shutdownInput();
        } catch (IOException e) {
            throw impl.failures().noted(e);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            super.shutdownOutput();
        } catch (IOException e) { // as after a reset: it is not connected any more
            throw impl.failures().noted(e);
        }
    }

    /// What becomes of it when a timeout or a kill ends a wait on it.
    public OnCancellation onCancellation() {
        return impl.onCancellation();
    }

    /// Sets what becomes of it when a timeout or a kill ends a wait on it, from the next operation
    /// on: [OnCancellation#CLOSE] before it is handed to a library.
    public void setOnCancellation(OnCancellation then) {
        impl.setOnCancellation(Objects.requireNonNull(then));
    }

    /// Whether writes are deferred.
    public boolean defersWrites() {
        return impl.defersWrites();
    }

    /// Has writes, from the next on, return before the kernel has their bytes, or not any more.
    /// What all green threads of a hub have written is then sent by one call, before the hub waits:
    /// a server of short answers spends less time in calls. It concerns writes of up to 4 KiB by
    /// green threads of the hub over io_uring that waits for this socket; all others are sent
    /// within the write as ever, and wherever else this is set it does nothing.
    ///
    /// - Bytes stay in order. A write waits while the kernel has not taken those before.
    /// - A green thread that goes on computing keeps the peer waiting.
    /// - An error is thrown by a later write, by `flush()` of the stream, or by [#close()], and
    ///   then by each further write.
    /// - `flush()`, [#shutdownOutput()], urgent data and [#close()] send what is left; they wait
    ///   for the peer as a write does, a close for ten seconds at most. If that fails the
    ///   connection is broken off, so that the peer does not take what it got for all; but a
    ///   [#shutdownOutput()] that fails leaves the output open, and can be called again.
    /// - [#shutdownOutput()] waits for other threads that write; [#close()] ends their writes.
    /// - What is left when the JVM exits is lost, so sockets are to be closed before.
    public void setDeferredWrites(boolean on) {
        impl.deferWrites(on);
    }

    private void ensureConnected() throws SocketException {
        if (isClosed()) {
            throw impl.failures().noted(new SocketException("Socket is closed"));
        }
        if (!isConnected()) {
            throw impl.failures().noted(new SocketException("Socket is not connected"));
        }
    }

    @Override
    public boolean isPeerGone() {
        return isClosed() || impl.isPeerGone();
    }

    @Override
    public int recv(byte[] into, int offset, int length) throws IOException {
        return impl.getInputStream().read(into, offset, length);
    }

    @Override
    public void awaitReadable() throws IOException {
        ensureConnected();
        ((GreenInputStream) impl.getInputStream()).awaitReadable();
    }

    @Override
    public void sendAll(byte[] bytes, int offset, int length) throws IOException {
        impl.getOutputStream().write(bytes, offset, length);
    }
}
