// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Timeout;
import io.eventlet.lang.Durations;
import io.eventlet.net.GreenConnection;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Serial;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A socket whose reads end at a deadline, or when nothing has come for a time, and nothing of a
/// body has been taken either. Reads go by SO_TIMEOUT, which costs nothing; writes by a timeout of
/// their own, when they may take long.
final class TimedSocket {
    private static final int MILLI = 1_000_000;

    /// Ends a wait that is not a read.
    static final class Passed extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        Passed() {
            super("a limit has passed", null, false, false);
        }
    }

    /// What is awaited, until when, and how many milliseconds nothing may come, zero for ever.
    record Limit(String what, Object of, long deadline, int quiet) {
        static final Limit NONE = new Limit("", "", Waits.NEVER, 0);

        boolean isNone() {
            return quiet == 0 && deadline == Waits.NEVER;
        }

        /// How long the next wait may be, 0 for no limit. What has come already is not read after
        /// the deadline, or a stream without pause would have none.
        int millis() throws SocketTimeoutException {
            if (deadline == Waits.NEVER) {
                return quiet;
            }
            long left = Math.ceilDiv(deadline - Waits.clock().nanoTime(), MILLI);
            if (left <= 0) {
                throw late(null);
            }
            long most = quiet == 0 ? Integer.MAX_VALUE : quiet;
            return (int) Math.min(left, most);
        }

        /// What tells that it has passed.
        SocketTimeoutException late(@Nullable Exception cause) {
            var late =
                    new SocketTimeoutException(
                            Waits.hasPassed(deadline)
                                    ? "the time is over while waiting for " + what + of
                                    : "nothing has happened for %s while waiting for %s%s"
                                            .formatted(
                                                    Durations.format(Duration.ofMillis(quiet)),
                                                    what,
                                                    of));
            late.initCause(cause);
            return late;
        }
    }

    private final Socket socket;
    private final GreenConnection green;
    private Limit reads = Limit.NONE;
    private Limit writes = Limit.NONE; // but that of short ones, which the kernel just takes
    private int set; // SO_TIMEOUT
    private volatile boolean failed; // to write
    private volatile boolean moved; // a write that may take long has begun, once
    private volatile long movedAt; // by the clock: when the last one began or ended

    TimedSocket(Socket socket) {
        this.socket = socket;
        this.green = (GreenConnection) socket;
    }

    Socket socket() {
        return socket;
    }

    GreenConnection green() {
        return green;
    }

    /// What is awaited from now on.
    void await(Limit limit) {
        reads = limit;
    }

    /// As [#await(Limit)].
    void await(String what, Object of, long until, int quietMillis) {
        await(new Limit(what, of, until, quietMillis));
    }

    /// Writes may take long from now on, and are limited as reads are; they are not by
    /// [Limit#NONE].
    void expectSlowWrites(Limit limit) {
        writes = limit;
    }

    /// Whether a write has failed, and not for time.
    boolean hasFailedToWrite() {
        return failed;
    }

    int read(byte[] into, int offset, int length) throws IOException {
        int millis = reads.millis();
        while (true) {
            if (millis != set) {
                socket.setSoTimeout(millis);
                set = millis;
            }
            try {
                return green.recv(into, offset, length);
            } catch (SocketTimeoutException e) {
                millis = millisSinceMoved(e);
            }
        }
    }

    /// How long a read that has been quiet goes on because another thread has sent meanwhile. A
    /// write that goes on counts as from its beginning: it has the same time.
    private int millisSinceMoved(SocketTimeoutException passed) throws SocketTimeoutException {
        if (reads.quiet == 0 || !moved) {
            throw reads.late(passed);
        }
        long until = movedAt + (long) reads.quiet * MILLI;
        long left = Math.ceilDiv(until - Waits.clock().nanoTime(), MILLI);
        if (left <= 0) {
            throw reads.late(passed);
        }
        return (int) Math.min(left, reads.millis());
    }

    /// What tells that the limit of writes has passed.
    SocketTimeoutException lateToWrite(@Nullable Exception cause) {
        return writes.late(cause);
    }

    void write(byte[] from, int offset, int length) throws IOException {
        try {
            if (!writes.isNone()) {
                writeInTime(from, offset, length);
            } else {
                green.sendAll(from, offset, length);
            }
        } catch (SocketException e) {
            failed = true;
            throw e;
        }
    }

    private void writeInTime(byte[] from, int offset, int length) throws IOException {
        move();
        try (var _ = Timeout.after(Duration.ofMillis(writes.millis()), Passed::new)) {
            green.sendAll(from, offset, length);
        } catch (Passed e) {
            throw lateToWrite(e);
        }
        move();
    }

    private void move() {
        movedAt = Waits.clock().nanoTime();
        moved = true;
    }
}
