// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.net.GreenSocket;
import io.eventlet.net.OnCancellation;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.JdkNetwork;
import io.eventlet.transport.Failures;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Objects;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/// TLS as it lies on a socket: the engine, the connection once the socket below has one, how long
/// reads wait, and what is told of an operation that has failed. Thread-safe.
final class TlsLayer {
    private final Socket transport;
    private final SSLContext context;
    private final boolean closesTransport;
    private final OnCancellation then; // over a socket that is not green
    private final Failures failures;

    private volatile SSLEngine engine; // replaced by connect(): it must know its peer from birth
    private volatile @Nullable TlsConnection connection; // set when the transport is connected
    private volatile int timeout; // SO_TIMEOUT in milliseconds, 0 for none
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile boolean closed;

    TlsLayer(
            Socket transport,
            SSLContext context,
            SSLEngine engine,
            boolean closesTransport,
            OnCancellation then) {
        this.transport = transport;
        this.context = context;
        this.engine = engine;
        this.closesTransport = closesTransport;
        this.then = then;
        failures =
                switch (transport) {
                    case GreenSocket below -> Transport.of(below).failures();
                    case GreenSslSocket below -> below.layer().failures;
                    default -> new Failures();
                };
    }

    Socket transport() {
        return transport;
    }

    SSLEngine engine() {
        return engine;
    }

    /// Begins on a connected transport; `onHandshake` is called when the handshake is done.
    void begin(Runnable onHandshake) throws IOException {
        if (!transport.isConnected()) {
            throw new SocketException("The socket below is not connected");
        }
        timeout = transport.getSoTimeout();
        connection =
                new TlsConnection(
                        engine,
                        endpoint(),
                        transport,
                        closesTransport,
                        onHandshake,
                        this::toldNotBegun);
    }

    private Endpoint endpoint() throws SocketException {
        return transport instanceof GreenSocket green
                ? Transport.of(green).endpoint()
                : JdkNetwork.over(Waits.PARKING, transport);
    }

    /// Connects the transport, within a limit in milliseconds, and begins.
    void connect(SocketAddress address, int millis, Runnable onHandshake) throws IOException {
        if (connection != null) {
            throw new SocketException("Already connected");
        }
        transport.connect(address, millis);
        engine = TlsEngines.forPeer(context, (InetSocketAddress) address, engine);
        begin(onHandshake);
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

    // ---- the handshake

    /// Makes the handshake; once it is made, asks for another.
    void startHandshake() throws IOException {
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

    void startHandshake(Duration limit) throws IOException {
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

    /// The session after the handshake; an invalid one if that fails.
    SSLSession session() {
        try {
            var ignored = negotiated();
        } catch (IOException e) { // the session says that it is none
            return engine.getSession();
        } catch (RuntimeException | Error e) {
            IOException ignored = told(e);
            return engine.getSession();
        }
        return engine.getSession();
    }

    // ---- data

    /// Reads after the handshake, which it makes if that was not made; -1 at the end of the stream.
    int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        try {
            var known = negotiated();
            int n = inputShut ? -1 : known.reading().read(into, offset, length, deadline());
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

    /// Waits after the handshake, which it makes if that was not made, until a read has something.
    void awaitReadable() throws IOException {
        try {
            var known = negotiated();
            if (!inputShut) {
                known.reading().awaitReadable(deadline());
            }
        } catch (IOException e) {
            throw failures.noted(e);
        } catch (RuntimeException | Error e) {
            throw told(e);
        }
    }

    boolean isPeerGone() {
        var known = connection;
        return isClosed() || (known != null && known.reading().isPeerGone());
    }

    int available() throws IOException {
        return connection().available();
    }

    /// Writes all after the handshake, which it makes if that was not made.
    void write(byte[] from, int offset, int length) throws IOException {
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

    void ensureReadable() throws IOException {
        var ignored = connection();
        if (inputShut) {
            throw failures.noted(new SocketException("Socket input is shutdown"));
        }
    }

    void ensureWritable() throws IOException {
        var ignored = connection();
        if (outputShut) {
            throw failures.noted(new SocketException("Socket output is shutdown"));
        }
    }

    void setTimeout(int millis) throws SocketException {
        ensureOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("the timeout must not be negative: " + millis);
        }
        timeout = millis;
    }

    int timeout() throws SocketException {
        ensureOpen();
        return timeout;
    }

    private void ensureOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    /// The deadline of an operation that begins now and is subject to SO_TIMEOUT.
    private long deadline() {
        int millis = timeout;
        return millis == 0 ? Waits.NEVER : Waits.deadlineAfter(millis * 1_000_000L);
    }

    // ---- the end

    /// Says goodbye to the peer, and closes the transport.
    void close() throws IOException {
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
        return failures.told(error, isToBeClosed(), this::abort);
    }

    /// What to throw for an error that has ended a wait for the mutex of an operation.
    private IOException toldNotBegun(Throwable error) {
        return failures.toldNotBegun(error, isToBeClosed());
    }

    private boolean isToBeClosed() {
        return onCancellation() == OnCancellation.CLOSE;
    }

    private OnCancellation onCancellation() {
        return switch (transport) {
            case GreenSocket below -> below.onCancellation();
            case GreenSslSocket below -> below.layer().onCancellation();
            default -> then;
        };
    }

    /// Closes it without a goodbye, which might have to wait, and the transport in any case: its
    /// stream has been left within a packet, and is no use to anybody.
    private void abort() throws IOException {
        closed = true;
        transport.close();
    }

    boolean isClosed() {
        return closed || transport.isClosed();
    }

    void shutdownInput() throws IOException {
        var ignored = connection();
        inputShut = true;
        if (closesTransport) {
            transport.shutdownInput();
        }
    }

    void shutdownOutput() throws IOException {
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

    boolean isInputShut() {
        return inputShut;
    }

    boolean isOutputShut() {
        return outputShut;
    }
}
