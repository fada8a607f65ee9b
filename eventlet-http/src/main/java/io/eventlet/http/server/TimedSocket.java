// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.net.GreenConnection;
import io.eventlet.transport.OpenFile;
import io.eventlet.transport.Transport;
import io.eventlet.transport.TransportSocket;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A client's socket whose reads and writes end when the client takes too long. For one thread.
final class TimedSocket {
    private static final int PIECE = 1 << 16;
    private static final int UNSET = -1;

    /// What is being read.
    private enum Phase {
        IDLE, // the first bytes of a request
        HEAD,
        BODY,
        UPGRADED // another protocol, with limits of its own
    }

    private final Socket socket;
    private final GreenConnection connection;
    private final ServerLimits limits;
    private final long headNanos;
    private final long stallNanos;
    private final int idleMillis;
    private Phase phase = Phase.IDLE;
    private long start; // of the head
    private long waited; // for the body, in nanoseconds
    private long received; // in the phase
    private int millis = UNSET; // SO_TIMEOUT
    private @Nullable IOException writeFailure;
    private boolean isCut; // a write has ended somewhere in its bytes

    TimedSocket(Socket socket, ServerLimits limits) {
        this.socket = socket;
        connection = (GreenConnection) socket;
        this.limits = limits;
        headNanos = nanos(limits.headTime());
        stallNanos = nanos(limits.stallTime());
        idleMillis = millis(nanos(limits.idleTime()));
    }

    private static long nanos(Duration time) {
        try {
            return time.toNanos();
        } catch (ArithmeticException e) { // for ever
            return Long.MAX_VALUE / 2;
        }
    }

    private static int millis(long nanos) {
        return Math.clamp(Math.ceilDiv(nanos, 1_000_000L), 1, Integer.MAX_VALUE);
    }

    /// By the clock of the hub, which a simulation may set.
    private static long now() {
        return Waits.clock().nanoTime();
    }

    Socket socket() {
        return socket;
    }

    /// Waits for the first byte of a request, without a buffer. Throws a `SocketTimeoutException`
    /// after the idle time.
    void awaitRequest() throws IOException {
        limitReads(idleMillis);
        connection.awaitReadable();
    }

    /// `isBegun` if bytes of it have come already.
    void beginRequest(boolean isBegun) {
        phase = isBegun ? Phase.HEAD : Phase.IDLE;
        start = isBegun ? now() : 0;
    }

    void beginBody() {
        phase = Phase.BODY;
        waited = 0;
        received = 0;
    }

    int read(byte[] into, int offset, int length) throws IOException {
        return switch (phase) {
            case IDLE -> {
                limitReads(idleMillis);
                int n = connection.recv(into, offset, length);
                phase = Phase.HEAD;
                start = now();
                yield n;
            }
            case HEAD -> {
                limitReads(millis(remaining(headNanos - (now() - start))));
                yield connection.recv(into, offset, length);
            }
            case BODY -> readBody(into, offset, length);
            case UPGRADED -> connection.recv(into, offset, length);
        };
    }

    /// Only the time counts for which the client was waited for, not that of the handler.
    private int readBody(byte[] into, int offset, int length) throws IOException {
        limitReads(millis(Math.min(stallNanos, remaining(bodyNanos()))));
        long begin = now();
        int n = connection.recv(into, offset, length);
        waited += now() - begin;
        received += Math.max(n, 0);
        return n;
    }

    /// How much longer the client may be silent without falling below the rate.
    private long bodyNanos() {
        if (limits.minimumRate() == 0) {
            return stallNanos;
        }
        return stallNanos + nanosFor(received) - waited;
    }

    private long nanosFor(long bytes) {
        return limits.minimumRate() == 0
                ? 0
                : (long) ((double) bytes / limits.minimumRate() * TimeUnit.SECONDS.toNanos(1));
    }

    private static long remaining(long nanos) throws SocketTimeoutException {
        if (nanos <= 0) {
            throw new SocketTimeoutException("the client is too slow");
        }
        return nanos;
    }

    private void limitReads(int newMillis) throws SocketException {
        if (newMillis != millis) {
            socket.setSoTimeout(newMillis);
            millis = newMillis;
        }
    }

    /// Lifts the limits: the connection speaks another protocol from now on.
    void giveUpLimits() throws SocketException {
        limitReads(0);
        phase = Phase.UPGRADED;
    }

    void write(byte[] from, int offset, int length) throws IOException {
        ensureWhole();
        isCut = true;
        try {
            for (int done = 0; done < length; done += PIECE) {
                writePiece(from, offset + done, Math.min(length - done, PIECE));
            }
            isCut = false;
        } catch (IOException e) {
            writeFailure = e;
            throw e;
        }
    }

    private void ensureWhole() throws IOException {
        if (isCut) {
            throw new IOException("nothing can follow a write that was cut off");
        }
    }

    /// Whether the kernel can send files to the client.
    boolean sendsFiles() {
        return socket instanceof TransportSocket plain && Transport.of(plain).sendsFiles();
    }

    /// Sends a part of a file, as fast as if it were written. Throws an `EOFException` if the file
    /// ends before.
    void sendFile(OpenFile file, long position, int length) throws IOException {
        ensureWhole();
        isCut = true;
        try {
            for (int done = 0; done < length; ) {
                done += sendPiece(file, position + done, length - done);
            }
            isCut = false;
        } catch (EOFException e) { // of the file
            throw e;
        } catch (IOException e) {
            writeFailure = e;
            throw e;
        }
    }

    /// At least as much as a write has its time for, or all.
    private int sendPiece(OpenFile file, long position, int length) throws IOException {
        var transport = Transport.of((TransportSocket) socket);
        int least = Math.min(length, PIECE);
        var limit = writeLimit(least);
        try {
            int done = 0;
            while (done < least) {
                int n = transport.sendFile(file, position + done, length - done);
                if (n == 0) {
                    throw new EOFException("the file has become shorter while it was sent");
                }
                done += n;
            }
            return done;
        } catch (TimeoutExpired e) {
            throw tooSlow(e, limit);
        } finally {
            limit.close();
        }
    }

    /// Whether nothing more can be sent: the client has gone, or reads too slowly.
    boolean isOutputBroken() {
        return writeFailure != null;
    }

    /// Makes the close a reset, so that the client knows that what it got is not all.
    void resetOnClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    private void writePiece(byte[] from, int offset, int length) throws IOException {
        var limit = writeLimit(length);
        try {
            connection.sendAll(from, offset, length);
        } catch (TimeoutExpired e) {
            throw tooSlow(e, limit);
        } finally {
            limit.close();
        }
    }

    private Timeout writeLimit(int length) {
        long rated = Math.min(nanosFor(length), stallNanos); // for a client that has died
        return Timeout.after(Duration.ofNanos(stallNanos + rated));
    }

    private static IOException tooSlow(TimeoutExpired expired, Timeout limit) {
        if (expired.timeout() != limit) {
            throw expired;
        }
        return new SocketTimeoutException("the client reads too slowly");
    }

    /// So that the client knows that nothing more comes; false if it has gone.
    boolean endOutput() {
        try {
            socket.shutdownOutput();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Reads and drops what comes until the client has ended, the time is over or so many bytes
    /// have come: a close with input to come would reset the connection, and what was sent would be
    /// lost.
    void drain(int most, Duration time) {
        try {
            long nanos = nanos(time);
            long begin = now();
            var dropped = new byte[8192];
            int n = 0;
            for (long all = 0; n >= 0 && all < most; all += n) {
                limitReads(millis(remaining(nanos - (now() - begin))));
                n = connection.recv(dropped, 0, dropped.length);
            }
        } catch (IOException e) { // it has gone, or takes too long
            return;
        }
    }
}
