// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.hub.HubStrand;
import io.eventlet.net.GreenSocket;
import io.eventlet.poll.Endpoint;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Mutex;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.function.Function;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// TLS over an endpoint: an engine of the JDK that makes and opens packets, and the endpoint that
/// moves them.
final class TlsConnection {
    /*
     * The engine never waits, and nothing of it is held while we wait: only three things wait, the
     * endpoint's read in TlsInput.fill(), its write in TlsOutput, and the mutexes here. What a wait
     * has moved so far is in the buffers on both sides. So whatever ends a wait, a timeout or a
     * kill, it can be begun again, in a handshake and in the middle of a packet too.
     *
     * Callbacks of the user's may wait as well, inside the engine. What ends such a wait ends the
     * connection, since the engine does not begin them again.
     */

    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    /// How long closing waits for the peer to take what is on its way, the last words included.
    static final long CLOSE_NANOS = 10_000_000_000L;

    private final SSLEngine engine;
    private final Endpoint endpoint;
    private final Closeable transport;
    private final boolean closesTransport;
    private final Runnable onHandshake;
    private final Function<Throwable, IOException> toldNotBegun;
    private final TlsInput input;
    private final TlsOutput output;
    private final TlsTasks tasks;
    private final TlsHandshake handshake;
    private final TlsReading reading;
    private final Mutex handshaking = mutexOf("the handshake of ");
    private final Mutex writing = mutexOf("writes to ");
    private volatile boolean negotiated; // the handshake is made
    private volatile @Nullable SSLException failure;
    private volatile boolean closed;

    /// The transport is what is closed along with it if `closesTransport`; `onHandshake` is called
    /// when the handshake is done; `toldNotBegun` says what to throw for an error that has ended
    /// the wait for a mutex here.
    TlsConnection(
            SSLEngine engine,
            Endpoint endpoint,
            Closeable transport,
            boolean closesTransport,
            Runnable onHandshake,
            Function<Throwable, IOException> toldNotBegun) {
        this.engine = engine;
        this.endpoint = endpoint;
        this.transport = transport;
        this.closesTransport = closesTransport;
        this.onHandshake = onHandshake;
        this.toldNotBegun = toldNotBegun;
        input = new TlsInput(engine, endpoint, !closesTransport);
        output = new TlsOutput(engine, endpoint);
        tasks = new TlsTasks(engine, this::broken);
        handshake = new TlsHandshake(engine, input, output, tasks);
        reading = new TlsReading(this, engine, endpoint, input, output, tasks);
    }

    private Mutex mutexOf(String what) {
        return new Mutex() {
            @Override
            public String toString() {
                return "mutex of " + what + TlsConnection.this;
            }
        };
    }

    boolean isNegotiated() {
        return negotiated;
    }

    /// Whether it was closed here while the socket below goes on.
    boolean isClosedAlone() {
        return closed && !closesTransport;
    }

    // ---- the handshake

    /// Makes the handshake, unless it has been made; threads that need it wait for the one that
    /// makes it.
    void handshake(long deadline) throws IOException {
        if (negotiated) {
            return;
        }
        if (!acquire(handshaking, deadline)) {
            throw handshakeTimedOut();
        }
        try {
            if (!negotiated) {
                ensureUsable();
                handshake.make(deadline);
                negotiated = true;
                onHandshake.run();
            }
        } catch (SocketTimeoutException e) {
            throw handshakeTimedOut();
        } catch (SSLException e) {
            throw failed(e);
        } finally {
            handshaking.release();
        }
    }

    private boolean acquire(Mutex mutex, long deadline) throws IOException {
        try {
            return mutex.acquire(deadline);
        } catch (RuntimeException | Error e) {
            throw toldNotBegun.apply(e);
        }
    }

    private void acquireToWrite() throws IOException {
        boolean ignored = acquire(writing, Waits.NEVER);
    }

    private static SocketTimeoutException handshakeTimedOut() {
        return new SocketTimeoutException("Handshake timed out");
    }

    /// Begins another handshake: new keys. What the peer answers is read along with its data.
    void rehandshake() throws IOException {
        say(engine::beginHandshake);
    }

    private interface Words {
        void begin() throws SSLException;
    }

    /// Has the engine begin to say something, and sends it.
    private void say(Words words) throws IOException {
        acquireToWrite();
        try {
            ensureUsable();
            words.begin();
            output.wrapOwn();
            output.flush(Waits.NEVER);
        } catch (SSLException e) {
            throw failed(e);
        } finally {
            writing.release();
        }
    }

    // ---- data

    int available() {
        return negotiated && !closed ? Math.max(0, input.plain()) : 0; // a rough look
    }

    /// The side that reads.
    TlsReading reading() {
        return reading;
    }

    /// Writes after the handshake; threads that write at the same time do so one after another.
    void write(byte[] from, int offset, int length) throws IOException {
        var source = ByteBuffer.wrap(from, offset, length);
        acquireToWrite();
        try {
            ensureUsable();
            while (source.hasRemaining()) {
                output.flush(Waits.NEVER); // what an interrupted one has left
                wrap(source);
                output.flush(Waits.NEVER);
            }
        } catch (SSLException e) {
            throw failed(e);
        } finally {
            writing.release();
        }
    }

    /// Makes as many packets of the source as are sent at once.
    private void wrap(ByteBuffer source) throws IOException {
        do {
            var result = output.wrap(source);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new SocketException(
                        closed ? "Socket closed" : "The TLS connection is closed for writing");
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                tasks.run();
            }
        } while (source.hasRemaining() && output.pending() < 2 * PacketBuffers.PACKET);
    }

    // ---- the end

    /// Says that no more will be sent.
    void shutdownOutput() throws IOException {
        say(engine::closeOutbound);
    }

    /// Says goodbye as far as the peer listens, and closes the transport.
    void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (failure == null && endpoint.isOpen()) {
                sayGoodbye();
            }
        } finally {
            if (closesTransport) {
                transport.close();
            }
        }
    }

    private void sayGoodbye() throws IOException {
        long deadline = Waits.deadlineAfter(CLOSE_NANOS);
        try {
            engine.closeOutbound();
            output.wrapOwn();
            boolean said = flushLastWords(deadline); // not if a writer waits: it ends with us
            if (!closesTransport) {
                reading.awaitGoodbye(deadline);
            } else if (!defersClose() && said) {
                reading.dropUnread();
            }
        } catch (IOException e) {
            if (!closesTransport) {
                throw e;
            } // else there is nobody to say it to
        }
    }

    /// Whether what is unread is for others to drop.
    private boolean defersClose() {
        return transport instanceof GreenSocket green
                && Transport.of(green).defersClose(input.isUnread());
    }

    /// Sends what is left as far as it goes. Who writes without deadline has the transport closed.
    private boolean flushLastWords(long deadline) throws IOException {
        if (endpoint.limitsWrites() || output.pending() == 0) {
            return output.tryFlush(deadline);
        }
        String name = "closes " + this; // not on the loop: the socket below may be the user's
        Runnable closing = () -> Thread.ofVirtual().name(name).start(this::abandon);
        var limit = HubStrand.scheduleForCaller(closing, CLOSE_NANOS);
        try {
            return output.tryFlush(deadline);
        } finally {
            limit.cancel(false);
        }
    }

    private void abandon() {
        try {
            transport.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing " + this, e);
        }
    }

    static long now() {
        return Waits.deadlineAfter(0);
    }

    void ensureUsable() throws IOException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
        var known = failure;
        if (known != null) {
            throw new SSLException("The TLS connection has failed: " + known.getMessage(), known);
        }
    }

    /// Tells the peer what is wrong, as far as it listens, and closes the transport.
    IOException failed(SSLException error) throws IOException {
        if (closed) {
            var end = new SocketException("Socket closed");
            end.initCause(error);
            return end;
        }
        if (failure == null) {
            failure = error;
            try {
                sayWhatIsWrong();
            } finally {
                if (closesTransport) {
                    transport.close();
                }
            }
        }
        return error;
    }

    /// A callback did not come to its end.
    private void broken(Throwable cause) {
        try {
            var ignored = failed(new SSLException("A callback ended with " + cause, cause));
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void sayWhatIsWrong() {
        try {
            output.wrapOwn();
            if (flushLastWords(now()) && closesTransport) {
                reading.dropUnread();
            }
        } catch (IOException e) { // it has gone
            return;
        }
    }

    /// For error messages and dumps.
    @Override
    public String toString() {
        return "TLS over " + endpoint;
    }
}
