// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.DatagramEndpoint;
import io.eventlet.transport.Failures;
import io.eventlet.wait.Mutex;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Objects;
import java.util.Set;

/// A socket of datagrams (UDP) whose operations block only the green thread that makes them.
///
/// ```java
/// try (var socket = new GreenDatagramSocket()) {
///     socket.setSoTimeout(2_000);
///     socket.sendTo("ping".getBytes(US_ASCII), new InetSocketAddress("localhost", 7000));
///     DatagramPacket answer = socket.recvFrom(buffer);
/// }
/// ```
///
/// It is a `java.net.DatagramSocket` in every other respect, and may be used from all hubs and from
/// platform threads. A [io.eventlet.Timeout] or a kill that ends a wait leaves it usable (in hub
/// mode; in portable mode the JDK closes it), unless [#setOnCancellation] says otherwise. Two
/// threads that receive at the same time are an error, [io.eventlet.errors.ConcurrentUse], that
/// names both; threads that send take turns. Closing it ends the waits of other threads with a
/// `SocketException`.
public final class GreenDatagramSocket extends DatagramSocket {
    private final DatagramEndpoint endpoint;
    private final Association association; // changed under the monitor of this
    private final Failures failures = new Failures();
    private final Mutex sending =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of sends by " + endpoint;
                }
            };
    private volatile int timeout; // SO_TIMEOUT in milliseconds, 0 for none
    private volatile OnCancellation onCancellation = OnCancellation.KEEP_OPEN;

    /// Bound to a port of all addresses that the system chooses.
    public GreenDatagramSocket() throws SocketException {
        this(new InetSocketAddress(0));
    }

    /// Bound to a port of all addresses.
    public GreenDatagramSocket(int port) throws SocketException {
        this(new InetSocketAddress(port));
    }

    /// Bound to an address; not bound if that is null.
    public GreenDatagramSocket(@Nullable SocketAddress address) throws SocketException {
        super(new NoDatagrams());
        try {
            endpoint = HubStrand.networkOfCaller().openDatagrams();
            try {
                association = new Association(endpoint);
                endpoint.setOption(StandardSocketOptions.SO_BROADCAST, true);
                if (address != null) {
                    bind(address);
                }
            } catch (Throwable e) {
                endpoint.close();
                throw e;
            }
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    private static SocketException asSocketException(IOException e) {
        return e instanceof SocketException s ? s : new SocketException(e.getMessage(), e);
    }

    private interface Call<T extends @Nullable Object> {
        T call() throws IOException;
    }

    private static <T extends @Nullable Object> T withSocketException(Call<T> call)
            throws SocketException {
        try {
            return call.call();
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    private void ensureOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    private static <T> T notNull(@Nullable T address) {
        if (address == null) {
            throw new IllegalArgumentException("the address is null");
        }
        return address;
    }

    // ---- addresses

    @Override
    public synchronized void bind(@Nullable SocketAddress address) throws SocketException {
        var to = Association.resolved(address == null ? new InetSocketAddress(0) : address);
        ensureOpen();
        if (isBound()) {
            throw new SocketException("already bound");
        }
        try {
            association.bind(to);
        } catch (IOException e) {
            close();
            throw asSocketException(e);
        }
    }

    private void ensureBound() throws SocketException {
        if (!isBound()) {
            synchronized (this) {
                if (!isBound()) {
                    bind(null);
                }
            }
        }
    }

    @Override
    public void connect(InetAddress address, int port) {
        try {
            connect(new InetSocketAddress(notNull(address), port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Exchanges datagrams with one peer only; what others have sent before is thrown away. Does
    /// not wait.
    @Override
    public synchronized void connect(SocketAddress address) throws SocketException {
        var to = Association.resolved(notNull(address));
        if (isClosed()) { // as the JDK, whatever the reason
            return;
        }
        if (to.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        ensureBound();
        try {
            association.connect(to);
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    @Override
    public synchronized void disconnect() {
        if (isClosed() || !isConnected()) {
            return;
        }
        try {
            association.disconnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isBound() {
        return association.isBound();
    }

    @Override
    public boolean isConnected() {
        return association.peer() != null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        var to = association.peer();
        return to == null ? null : to.getAddress();
    }

    @Override
    public int getPort() {
        var to = association.peer();
        return to == null ? -1 : to.getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return association.peer();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return association.local();
    }

    @Override
    public @Nullable InetAddress getLocalAddress() {
        return association.localAddress();
    }

    @Override
    public int getLocalPort() {
        return association.localPort();
    }

    // ---- datagrams

    /// Sends a datagram to the address in the packet, or to whom this is connected. Waits only
    /// while the kernel has no room for it.
    @Override
    public void send(DatagramPacket packet) throws IOException {
        ensureOpen();
        var to = association.peer();
        if (packet.getAddress() == null) {
            if (to == null) {
                throw new IllegalArgumentException("Address not set");
            }
            packet.setSocketAddress(to);
        }
        send(
                packet.getData(),
                packet.getOffset(),
                packet.getLength(),
                new InetSocketAddress(packet.getAddress(), packet.getPort()));
    }

    /// Sends an array as one datagram to an address: Eventlet's `sendto`.
    public void sendTo(byte[] bytes, InetSocketAddress to) throws IOException {
        ensureOpen();
        send(bytes, 0, bytes.length, Association.resolved(to));
    }

    private void send(byte[] from, int offset, int length, InetSocketAddress to)
            throws IOException {
        var peer = association.ensureReaches(to);
        ensureBound();
        try {
            sending.acquire();
        } catch (RuntimeException | Error e) {
            throw failures.toldNotBegun(e, onCancellation == OnCancellation.CLOSE);
        }
        try {
            endpoint.send(from, offset, length, peer == null ? to : null, Waits.NEVER);
        } catch (RuntimeException | Error e) {
            throw told(e);
        } finally {
            sending.release();
        }
    }

    /// Receives a datagram into a packet, with its length and its sender, waiting for one; of one
    /// that is longer than the packet the rest is lost. Throws a `SocketTimeoutException` when
    /// SO_TIMEOUT passes, and a `PortUnreachableException` if this is connected and the peer's host
    /// has said that nobody is there.
    @Override
    public void receive(DatagramPacket packet) throws IOException {
        ensureOpen();
        ensureBound();
        int millis = timeout;
        try {
            endpoint.receive(
                    packet, millis == 0 ? Waits.NEVER : Waits.deadlineAfter(millis * 1_000_000L));
        } catch (RuntimeException | Error e) {
            throw told(e);
        }
    }

    /// Receives a datagram into an array: Eventlet's `recvfrom`. As [#receive].
    public DatagramPacket recvFrom(byte[] into) throws IOException {
        var packet = new DatagramPacket(into, into.length);
        receive(packet);
        return packet;
    }

    private IOException told(Throwable error) {
        return failures.told(error, onCancellation == OnCancellation.CLOSE, this);
    }

    /// What becomes of it when a timeout or a kill ends a wait on it.
    public OnCancellation onCancellation() {
        return onCancellation;
    }

    /// Sets what becomes of it when a timeout or a kill ends a wait on it, from the next operation
    /// on: [OnCancellation#CLOSE] before it is handed to a library.
    public void setOnCancellation(OnCancellation then) {
        onCancellation = Objects.requireNonNull(then);
    }

    @Override
    public boolean isClosed() {
        return !endpoint.isOpen();
    }

    /// Closes it; whoever waits on it gets a SocketException.
    @Override
    public void close() {
        try {
            endpoint.close();
        } catch (IOException e) { // no close of a datagram socket fails
            throw new UncheckedIOException(e);
        }
    }

    /// None: a green socket is no channel.
    @Override
    public @Nullable DatagramChannel getChannel() {
        return null;
    }

    // ---- groups

    /// Receives what is sent to a multicast group through an interface, null for the system's
    /// choice.
    @Override
    public void joinGroup(SocketAddress group, @Nullable NetworkInterface on) throws IOException {
        endpoint.join(groupOf(group), on);
    }

    @Override
    public void leaveGroup(SocketAddress group, @Nullable NetworkInterface on) throws IOException {
        endpoint.leave(groupOf(group), on);
    }

    private InetAddress groupOf(SocketAddress group) throws SocketException {
        var address = Association.resolved(notNull(group)).getAddress();
        ensureOpen();
        if (!address.isMulticastAddress()) {
            throw new SocketException("Not a multicast address: " + address);
        }
        return address;
    }

    // ---- options

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        ensureOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeout = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        ensureOpen();
        return timeout;
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_SNDBUF, positive(size));
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_RCVBUF, positive(size));
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    private static int positive(int size) {
        if (size <= 0) {
            throw new IllegalArgumentException("the size must be positive: " + size);
        }
        return size;
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return get(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_BROADCAST, on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return get(StandardSocketOptions.SO_BROADCAST);
    }

    @Override
    public void setTrafficClass(int value) throws SocketException {
        set(StandardSocketOptions.IP_TOS, value);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return get(StandardSocketOptions.IP_TOS);
    }

    private <T> void set(SocketOption<T> option, T value) throws SocketException {
        withSocketException(() -> setOption(option, value));
    }

    private <T> T get(SocketOption<T> option) throws SocketException {
        return withSocketException(() -> Objects.requireNonNull(getOption(option)));
    }

    @Override
    public <T> GreenDatagramSocket setOption(SocketOption<T> option, T value) throws IOException {
        ensureSupported(option);
        if (value == null) {
            throw new IllegalArgumentException("the value of " + option + " is null");
        }
        ensureOpen();
        endpoint.setOption(option, value);
        return this;
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        ensureSupported(option);
        ensureOpen();
        return endpoint.getOption(option);
    }

    private void ensureSupported(SocketOption<?> option) {
        if (!supportedOptions().contains(Objects.requireNonNull(option))) {
            throw new UnsupportedOperationException(
                    "'%s' is not an option of a datagram socket; there are %s"
                            .formatted(option, supportedOptions()));
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return endpoint.supportedOptions();
    }
}
