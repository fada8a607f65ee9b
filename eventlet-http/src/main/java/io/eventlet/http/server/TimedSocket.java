// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.net.GreenConnection;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

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
        if (isCut) {
            throw new IOException("nothing can follow a write that was cut off");
        }
        boolean isWhole = false;
        try {
            for (int done = 0; done < length; done += PIECE) {
                writePiece(from, offset + done, Math.min(length - done, PIECE));
            }
            isWhole = true;
        } catch (IOException e) {
            writeFailure = e;
            throw e;
        } finally {
            isCut = !isWhole;
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
        long rated = Math.min(nanosFor(length), stallNanos); // for a client that has died
        var limit = Timeout.after(Duration.ofNanos(stallNanos + rated));
        try {
            connection.sendAll(from, offset, length);
        } catch (TimeoutExpired e) {
            if (e.timeout() != limit) {
                throw e;
            }
            throw new SocketTimeoutException("the client reads too slowly");
        } finally {
            limit.close();
        }
    }

    /// Ends the output, then reads and drops what comes until the client has ended, the stall time
    /// is over or so many bytes have come: a close with input to come would reset the connection,
    /// and what was sent would be lost.
    void drain(int most) {
        try {
            socket.shutdownOutput();
            long begin = now();
            var dropped = new byte[8192];
            int n = 0;
            for (long all = 0; n >= 0 && all < most; all += n) {
                limitReads(millis(remaining(stallNanos - (now() - begin))));
                n = connection.recv(dropped, 0, dropped.length);
            }
        } catch (IOException e) { // it has gone, or takes too long
            return;
        }
    }
}
