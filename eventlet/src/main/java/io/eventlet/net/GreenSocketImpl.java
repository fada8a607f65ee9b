// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.Endpoint;
import io.eventlet.transport.Failures;
import io.eventlet.transport.OpenFile;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// What is behind a green socket of either kind: an endpoint of the hub's network.
final class GreenSocketImpl extends SocketImpl implements Transport {
    /// How long a close waits for a peer that does not read what was deferred.
    private static final long LAST_WRITES_NANOS = 10_000_000_000L;

    private final @Nullable Acceptors acceptors; // of a listener
    private volatile @Nullable Endpoint endpoint; // from create() or accept() on
    private final LingeringClose lingering = new LingeringClose();
    private volatile boolean closesNow; // and waits for nothing
    private volatile boolean defersWrites;
    private volatile int timeout; // SO_TIMEOUT in milliseconds, 0 for none
    private volatile boolean inputShut;
    private volatile boolean closing;
    private volatile List<InetAddress> alternatives = List.of(); // for connect(), if there are some
    private volatile @Nullable InetSocketAddress bound; // where bind() was asked to
    private volatile boolean wasListening; // set before it is handed out
    private volatile OnCancellation onCancellation = OnCancellation.KEEP_OPEN;
    private final Failures failures = new Failures();
    private final GreenInputStream input = new GreenInputStream(this);
    private final GreenOutputStream output = new GreenOutputStream(this);

    GreenSocketImpl(boolean listener) {
        acceptors = listener ? new Acceptors(this) : null;
    }

    @Override
    public Endpoint endpoint() throws SocketException {
        var known = endpoint;
        if (known == null) {
            throw new SocketException(
                    lingering.hasBegun() ? "Socket closed" : "Socket is not created");
        }
        return known;
    }

    /// As dumps name it.
    String name() {
        var known = endpoint;
        return known == null ? "a socket" : known.toString();
    }

    /// Whether there was an endpoint and it is closed.
    boolean hasLostEndpoint() {
        var known = endpoint;
        return known != null && !known.isOpen();
    }

    @Override
    public boolean sendsFiles() {
        var known = endpoint;
        return known != null && known.sendsFiles();
    }

    @Override
    public int sendFile(OpenFile file, long position, int length) throws IOException {
        return output.send(file, position, length);
    }

    /// The deadline of an operation that begins now and is subject to SO_TIMEOUT.
    long deadline() {
        int millis = timeout;
        return millis == 0 ? Waits.NEVER : Waits.deadlineAfter(millis * 1_000_000L);
    }

    @Override
    public Failures failures() {
        return failures;
    }

    boolean defersWrites() {
        return defersWrites;
    }

    boolean hasDeferred() {
        var known = endpoint;
        return known != null && known.hasDeferred();
    }

    void deferWrites(boolean on) {
        defersWrites = on;
        var known = endpoint;
        if (known != null) {
            known.deferWrites(on);
        }
    }

    OnCancellation onCancellation() {
        return onCancellation;
    }

    void setOnCancellation(OnCancellation then) {
        onCancellation = then;
    }

    /// What to throw for an error that has ended a wait for the mutex of an operation.
    IOException toldNotBegun(Throwable error) {
        return failures.toldNotBegun(error, onCancellation == OnCancellation.CLOSE);
    }

    /// What to throw for an error that has ended an operation on the socket.
    IOException told(Throwable error, @Nullable Closeable socket) {
        boolean closing = onCancellation == OnCancellation.CLOSE;
        return failures.told(error, closing, socket == null ? this::close : socket);
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new SocketException("A green socket is a stream socket");
        }
        if (wasListening) {
            return;
        }
        var network = HubStrand.networkOfCaller();
        endpoint = acceptors != null ? network.openListener() : network.open();
        if (defersWrites) {
            endpoint().deferWrites(true);
        }
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(new InetSocketAddress(address, port), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        connect(remote, millis == 0 ? Waits.NEVER : Waits.deadlineAfter(millis * 1_000_000L));
    }

    void connect(SocketAddress remote, long deadline) throws IOException {
        if (!(remote instanceof InetSocketAddress to)) {
            throw new IllegalArgumentException(
                    "a socket connects to an InetSocketAddress, not to " + remote);
        }
        if (to.isUnresolved()) {
            close();
            throw new UnknownHostException(to.getHostString());
        }
        if (alternatives.isEmpty()) {
            endpoint().connect(to, deadline);
        } else {
            connectToAny(alternatives, to.getPort(), deadline);
        }
        address = endpoint().remoteAddress().getAddress(); // not the wildcard
        port = to.getPort();
        localport = endpoint().localAddress().getPort();
    }

    @Override
    public void connectTo(List<InetAddress> addresses) {
        alternatives = List.copyOf(addresses);
    }

    /// Tries one address after another; each may take an equal share of what is left of the time.
    private void connectToAny(List<InetAddress> addresses, int toPort, long deadline)
            throws IOException {
        IOException failure = null;
        for (int i = 0; i < addresses.size(); i++) {
            try {
                if (failure != null) {
                    reopen();
                }
                var next = new InetSocketAddress(addresses.get(i), toPort);
                endpoint().connect(next, share(deadline, addresses.size() - i));
                return;
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
                if (closing || Waits.hasPassed(deadline)) {
                    break;
                }
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private static long share(long deadline, int left) {
        if (deadline == Waits.NEVER) {
            return deadline;
        }
        return Waits.deadlineAfter((deadline - Waits.clock().nanoTime()) / left);
    }

    /// With a new endpoint in the place of one that could not connect, and is closed.
    private void reopen() throws IOException {
        create(true);
        if (closing) { // by another thread, which may not have seen the new one
            endpoint().close();
        }
        var local = bound;
        if (local != null) {
            endpoint().bind(local.getAddress(), local.getPort());
        }
    }

    @Override
    protected void bind(InetAddress host, int toPort) throws IOException {
        endpoint().bind(host, toPort);
        bound = new InetSocketAddress(host, toPort);
        address = host;
        localport = toPort;
        if (acceptors == null) { // a listener knows its port when it listens
            localport = endpoint().localAddress().getPort();
        }
    }

    @Override
    protected void listen(int backlog) throws IOException {
        endpoint().listen(backlog);
        localport = endpoint().localAddress().getPort();
    }

    @Override
    protected void accept(SocketImpl into) throws IOException {
        if (acceptors == null) {
            throw new SocketException("This socket does not listen");
        }
        ((GreenSocketImpl) into).adopt(acceptors.accept(deadline()));
    }

    /// Takes a listener that is open, before the JDK has this create one.
    void adoptListener(Endpoint listener) throws IOException {
        endpoint = listener;
        wasListening = true;
        var local = listener.localAddress();
        address = local.getAddress();
        localport = local.getPort();
    }

    /// Whether it is a listener that was open when this was made.
    boolean wasListening() {
        return wasListening;
    }

    private void adopt(Endpoint accepted) throws IOException {
        endpoint = accepted;
        var remote = accepted.remoteAddress();
        address = remote.getAddress();
        port = remote.getPort();
        localport = -1; // asked for when needed: a system call
    }

    @Override
    protected int getLocalPort() {
        if (localport == -1) {
            try {
                localport = endpoint().localAddress().getPort();
            } catch (IOException e) {
                return -1; // closed
            }
        }
        return localport;
    }

    @Override
    protected InputStream getInputStream() {
        return input;
    }

    @Override
    protected OutputStream getOutputStream() {
        return output;
    }

    @Override
    protected int available() throws IOException {
        return inputShut && endpoint().isOpen() ? 0 : endpoint().available();
    }

    boolean isPeerGone() {
        var known = endpoint;
        try {
            return known != null && known.isPeerGone();
        } catch (IOException e) { // it is closed
            return true;
        }
    }

    @Override
    protected void close() throws IOException {
        closing = true;
        var known = endpoint;
        try {
            if (known != null) {
                close(known);
            }
        } finally {
            if (acceptors != null) {
                acceptors.close();
            }
        }
    }

    /// What was deferred is sent before; who does not come to that is told, and so is the peer.
    private void close(Endpoint known) throws IOException {
        boolean isSent = false;
        try {
            if (known.hasDeferred() && !closesNow) {
                known.endWrites(Waits.deadlineAfter(LAST_WRITES_NANOS));
            }
            isSent = true;
        } catch (IOException e) {
            throw failures.noted(e);
        } finally {
            if (isSent && !failures.hasEnded() && lingering.begin(known)) {
                endpoint = null;
            } else {
                known.close();
            }
        }
    }

    @Override
    public void deferClose() {
        lingering.ask();
    }

    @Override
    public boolean defersClose(boolean isUnread) {
        if (isUnread) {
            lingering.noteUnread();
        }
        return lingering.isAsked();
    }

    @Override
    public void finishClose() {
        lingering.drain();
    }

    @Override
    public void closeNow() throws IOException {
        closesNow = true;
        var left = lingering.giveUp();
        if (left != null) {
            left.close();
        } else {
            close();
        }
    }

    @Override
    protected void shutdownInput() throws IOException {
        inputShut = true;
        endpoint().shutdownInput();
    }

    boolean isInputShut() {
        return inputShut;
    }

    @Override
    protected void shutdownOutput() throws IOException {
        if (hasDeferred()) {
            output.shutdown();
        } else {
            endpoint().shutdownOutput();
        }
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        if (port == 0 && endpoint().isOpen()) {
            throw new SocketException("Not connected");
        }
        output.urgent(data);
    }

    // ---- options

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        endpoint().setOption(option, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return endpoint().getOption(option);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        var known = endpoint;
        return known == null ? Set.of() : known.supportedOptions();
    }

    /// The options of old, by number.
    @Override
    public void setOption(int id, @Nullable Object value) throws SocketException {
        if (id == SO_TIMEOUT) {
            timeout = (Integer) Objects.requireNonNull(value);
        } else {
            OldOptions.set(endpoint(), id, value);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        return id == SO_TIMEOUT ? (Object) timeout : OldOptions.get(endpoint(), id);
    }
}
