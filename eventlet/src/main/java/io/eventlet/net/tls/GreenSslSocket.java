// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.GreenThread;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.OnCancellation;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.JdkNetwork;
import io.eventlet.transport.Failures;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// A TLS socket whose operations block only the green thread that makes them.
///
/// ```java
/// try (var socket = Eventlet.wrapSsl(Eventlet.connect("example.org", 443), "example.org")) {
///     socket.sendAll("HEAD / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
///     int n = socket.recv(buffer);
/// }
/// ```
///
/// [GreenSslSocketFactory] and `Eventlet.wrapSsl` make them. It is an `SSLSocket` in every other
/// respect: parameters, sessions, ALPN and listeners (called in a green thread of their own) are
/// those of the JDK. A client demands that the certificate names its host; to leave that to others,
/// set `SSLParameters.setEndpointIdentificationAlgorithm("")`.
///
/// The handshake is made by the first read or write, or by [#startHandshake()]. A
/// [io.eventlet.Timeout], a kill or an SO_TIMEOUT may end any operation, at any byte: the
/// connection stays usable, and what was under way, the handshake too, goes on with the next
/// operation. (In portable mode the JDK closes the socket when a timeout or a kill ends an
/// operation. In both modes it is closed when that happens inside a callback of the handshake, such
/// as a trust manager that waits.) How much of an interrupted write the peer gets is not known, as
/// with every socket.
///
/// One thread may read while others write; a second reader gets a
/// [io.eventlet.errors.ConcurrentUse], writers take turns. Closing says goodbye to the peer
/// (`close_notify`), waiting ten seconds at most for it to take that and what was sent before; it
/// ends the operations of other threads with a `SocketException`. Before TLS 1.3, a peer's goodbye
/// ends both directions. A peer that closes without goodbye ends the stream like one that says it.
public final class GreenSslSocket extends LayeredSslSocket {
    private final SSLContext context;
    private final boolean closesTransport;
    private final OnCancellation then; // over a socket that is not green
    private final Failures failures;
    private final Input input = new Input();
    private final Output output = new Output();
    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();

    private volatile SSLEngine engine; // replaced by connect(): it must know its peer from birth
    private volatile @Nullable TlsConnection connection; // set when the transport is connected
    private volatile @Nullable BiFunction<SSLSocket, List<String>, String> selector;
    private volatile int timeout; // SO_TIMEOUT in milliseconds, 0 for none
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile boolean closed;

    private GreenSslSocket(
            Socket transport,
            SSLContext context,
            SSLEngine engine,
            boolean closesTransport,
            OnCancellation then) {
        super(transport);
        this.then = then;
        this.context = context;
        this.engine = engine;
        this.closesTransport = closesTransport;
        failures =
                switch (transport) {
                    case GreenSocket below -> Transport.of(below).failures();
                    case GreenSslSocket below -> below.failures;
                    default -> new Failures();
                };
    }

    /// A client that is not connected.
    static GreenSslSocket unconnected(SSLContext context, boolean identifies, OnCancellation then)
            throws IOException {
        var engine = context.createSSLEngine();
        asClient(engine, identifies);
        var below = new GreenSocket();
        below.setOnCancellation(then);
        return new GreenSslSocket(below, context, engine, true, then);
    }

    /// A client over a connected socket; the host is whom it talks to.
    static GreenSslSocket client(
            Socket transport,
            SSLContext context,
            @Nullable String host,
            int port,
            boolean identifies,
            boolean closesTransport,
            OnCancellation then)
            throws IOException {
        var peer = host != null ? host : addressOf(transport);
        var engine = context.createSSLEngine(peer, port);
        asClient(engine, identifies);
        var socket = new GreenSslSocket(transport, context, engine, closesTransport, then);
        socket.begin();
        return socket;
    }

    /// A server over an accepted socket.
    static GreenSslSocket server(Socket transport, SSLContext context, OnCancellation then)
            throws IOException {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        var socket = new GreenSslSocket(transport, context, engine, true, then);
        socket.begin();
        return socket;
    }

    private static @Nullable String addressOf(Socket transport) {
        var address = transport.getInetAddress();
        return address == null ? null : address.getHostAddress();
    }

    private static void asClient(SSLEngine engine, boolean identifies) {
        engine.setUseClientMode(true);
        if (identifies) {
            identify(engine, "HTTPS");
        }
    }

    private static void identify(SSLEngine engine, String algorithm) {
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(algorithm);
        engine.setSSLParameters(parameters);
    }

    private void begin() throws IOException {
        if (!transport.isConnected()) {
            throw new SocketException("The socket below is not connected");
        }
        timeout = transport.getSoTimeout();
        connection =
                new TlsConnection(
                        engine, endpoint(), transport, closesTransport, this::handshakeCompleted);
    }

    private Endpoint endpoint() throws SocketException {
        return transport instanceof GreenSocket green
                ? Transport.of(green).endpoint()
                : JdkNetwork.over(Waits.PARKING, transport);
    }

    @Override
    SSLEngine engine() {
        return engine;
    }

    private TlsConnection connection() throws SocketException {
        if (isClosed()) {
            throw failures.noted(new SocketException("Socket is closed"));
        }
        var known = connection;
        if (known == null) {
            throw failures.noted(new SocketException("Socket is not connected"));
        }
        return known;
    }

    // ---- the life of the connection

    /// Connects within a limit in milliseconds, 0 for none; the handshake comes later. The host of
    /// the address is whom the certificate must name.
    @Override
    public void connect(SocketAddress address, int millis) throws IOException {
        if (connection != null) {
            throw new SocketException("Already connected");
        }
        transport.connect(address, millis);
        var to = (InetSocketAddress) address;
        var before = engine;
        var named = context.createSSLEngine(to.getHostString(), to.getPort());
        named.setUseClientMode(before.getUseClientMode());
        named.setSSLParameters(before.getSSLParameters());
        named.setEnableSessionCreation(before.getEnableSessionCreation());
        engine = named;
        setHandshakeApplicationProtocolSelector(selector);
        begin();
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    /// Makes the handshake if it has not been made; waits for a thread that makes it. Once it has,
    /// asks for new keys (TLS 1.3) or another handshake.
    @Override
    public void startHandshake() throws IOException {
        var known = connection();
        try {
            if (known.isNegotiated()) {
                known.rehandshake();
            } else {
                known.handshake(deadline());
            }
        } catch (IOException e) {
            throw failures.noted(e);
        } catch (RuntimeException | Error e) {
            throw told(e);
        }
    }

    /// As [#startHandshake()] for a handshake that has not been made, within a limit: a
    /// `SocketTimeoutException` tells that it has passed.
    public void startHandshake(Duration limit) throws IOException {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException(
                    "the limit of a handshake must be positive: " + limit);
        }
        try {
            connection().handshake(Waits.deadlineAfter(limit));
        } catch (IOException e) {
            throw failures.noted(e);
        } catch (RuntimeException | Error e) {
            throw told(e);
        }
    }

    private TlsConnection negotiated() throws IOException {
        var known = connection();
        if (!known.isNegotiated()) {
            known.handshake(deadline());
        }
        return known;
    }

    /// The deadline of an operation that begins now and is subject to SO_TIMEOUT.
    private long deadline() {
        int millis = timeout;
        return millis == 0 ? Waits.NEVER : Waits.deadlineAfter(millis * 1_000_000L);
    }

    private void handshakeCompleted() {
        if (!listeners.isEmpty()) {
            var event = new HandshakeCompletedEvent(this, engine.getSession());
            GreenThread.spawnN(() -> listeners.forEach(l -> l.handshakeCompleted(event)));
        }
    }

    /// Says goodbye to the peer, for ten seconds at most, and closes the socket below.
    @Override
    public void close() throws IOException {
        closed = true;
        var known = connection;
        if (known == null) {
            transport.close();
            return;
        }
        try {
            known.close();
        } catch (RuntimeException | Error e) {
            throw told(e);
        }
    }

    /// What to throw for an error that has ended an operation on the socket.
    private IOException told(Throwable error) {
        return failures.told(error, onCancellation() == OnCancellation.CLOSE, this::abort);
    }

    private OnCancellation onCancellation() {
        return switch (transport) {
            case GreenSocket below -> below.onCancellation();
            case GreenSslSocket below -> below.onCancellation();
            default -> then;
        };
    }

    /// Closes it without a goodbye, which might have to wait.
    private void abort() throws IOException {
        closed = true;
        transport.close();
    }

    @Override
    public boolean isClosed() {
        return closed || transport.isClosed();
    }

    /// Ends reading here; the peer is not told.
    @Override
    public void shutdownInput() throws IOException {
        var ignored = connection();
        inputShut = true;
        if (closesTransport) {
            transport.shutdownInput();
        }
    }

    /// Says that no more will be sent; reading goes on (before TLS 1.3 the peer may end that too).
    @Override
    public void shutdownOutput() throws IOException {
        try {
            negotiated().shutdownOutput();
        } catch (IOException e) {
            throw failures.noted(e);
        } catch (RuntimeException | Error e) {
            throw told(e);
        }
        outputShut = true;
        if (closesTransport) {
            transport.shutdownOutput();
        }
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    // ---- data

    /// Receives what a packet holds, at most what the array does, waiting for the first byte; -1 at
    /// the end of the stream.
    public int recv(byte[] into) throws IOException {
        return recv(into, 0, into.length);
    }

    /// As [#recv(byte[])], into a part of the array: at most `length` bytes, the first of them at
    /// `offset`. For no bytes, does not wait. Throws an `IndexOutOfBoundsException` if the array
    /// has no such part, and what [GreenSocket#recv(byte[],int,int)] does.
    public int recv(byte[] into, int offset, int length) throws IOException {
        return input.read(into, offset, length);
    }

    /// Sends all of an array.
    public void sendAll(byte[] bytes) throws IOException {
        sendAll(bytes, 0, bytes.length);
    }

    /// Sends a part of an array, `length` bytes from `offset` on, waiting until the kernel has
    /// taken all of it. Throws an `IndexOutOfBoundsException` if the array has no such part, and
    /// what [GreenSocket#sendAll(byte[],int,int)] does.
    public void sendAll(byte[] bytes, int offset, int length) throws IOException {
        output.write(bytes, offset, length);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        var ignored = connection();
        if (inputShut) {
            throw failures.noted(new SocketException("Socket input is shutdown"));
        }
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        var ignored = connection();
        if (outputShut) {
            throw failures.noted(new SocketException("Socket output is shutdown"));
        }
        return output;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            try {
                var known = negotiated();
                int n = inputShut ? -1 : known.read(into, offset, length, deadline());
                if (n < 0) {
                    failures.noteEnd();
                }
                return n;
            } catch (IOException e) {
                throw failures.noted(e);
            } catch (RuntimeException | Error e) {
                throw told(e);
            }
        }

        /// What was received and decrypted; more may have come.
        @Override
        public int available() throws IOException {
            return connection().available();
        }

        @Override
        public void close() throws IOException {
            GreenSslSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            if (length == 0) {
                return;
            }
            try {
                negotiated().write(from, offset, length);
            } catch (IOException e) {
                throw failures.noted(e);
            } catch (RuntimeException | Error e) {
                throw told(e);
            }
        }

        @Override
        public void close() throws IOException {
            GreenSslSocket.this.close();
        }
    }

    /// How long a read, or a handshake, waits, in milliseconds; 0 for no limit.
    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (millis < 0) {
            throw new IllegalArgumentException("the timeout must not be negative: " + millis);
        }
        timeout = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        return timeout;
    }

    // ---- what is negotiated

    /// The session, after the handshake, which it makes if it was not made; an invalid one if that
    /// fails.
    @Override
    public SSLSession getSession() {
        try {
            var ignored = negotiated();
        } catch (IOException e) { // the session says that it is none
            return engine.getSession();
        }
        return engine.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    /// The protocol chosen by ALPN: empty for none, null before the handshake.
    @Override
    public @Nullable String getApplicationProtocol() {
        return engine.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        return engine.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(
            @Nullable BiFunction<SSLSocket, List<String>, String> newSelector) {
        selector = newSelector;
        engine.setHandshakeApplicationProtocolSelector(
                newSelector == null ? null : (_, protocols) -> newSelector.apply(this, protocols));
    }

    @Override
    public @Nullable BiFunction<SSLSocket, List<String>, String>
            getHandshakeApplicationProtocolSelector() {
        return selector;
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("this listener was not added: " + listener);
        }
    }

    // ---- parameters

    @Override
    public void setUseClientMode(boolean client) {
        engine.setUseClientMode(client);
        if (!client) { // a server does not look for the names of its clients
            identify(engine, "");
        }
    }

    /// For error messages and dumps.
    @Override
    public String toString() {
        return "TLS over " + transport;
    }
}
