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

/// A socket whose reads end at a deadline, or when nothing has come for a time. Reads go by
/// SO_TIMEOUT, which costs nothing; writes by a timeout of their own, when they may take long.
final class TimedSocket {
    private static final int MILLI = 1_000_000;

    /// Ends a wait that is not a read.
    static final class Passed extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        Passed() {
            super("a limit has passed", null, false, false);
        }
    }

    private final Socket socket;
    private final GreenConnection green;
    private long deadline = Waits.NEVER;
    private int quiet; // milliseconds, 0 for no limit
    private String what = "";
    private int set; // SO_TIMEOUT
    private boolean slow; // whether writes may take long
    private boolean failed; // to write

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

    /// What is awaited from now on, until when, and how long nothing may come, zero for ever.
    void await(String awaited, long until, int quietMillis) {
        what = awaited;
        deadline = until;
        quiet = quietMillis;
    }

    /// Whether writes may take long from now on, and are limited as reads are.
    void expectSlowWrites(boolean expected) {
        slow = expected;
    }

    /// Whether a write has failed, and not for time.
    boolean hasFailedToWrite() {
        return failed;
    }

    int read(byte[] into, int offset, int length) throws IOException {
        int millis = millis();
        if (millis != set) {
            socket.setSoTimeout(millis);
            set = millis;
        }
        try {
            return green.recv(into, offset, length);
        } catch (SocketTimeoutException e) {
            throw late(e);
        }
    }

    /// How long the next wait may be, 0 for no limit. What has come already is not read after the
    /// deadline, or a stream without pause would have none.
    private int millis() throws SocketTimeoutException {
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

    /// What tells that a limit has passed.
    SocketTimeoutException late(@Nullable Exception cause) {
        var late =
                new SocketTimeoutException(
                        Waits.hasPassed(deadline)
                                ? "the time is over while waiting for " + what
                                : "nothing has happened for %s while waiting for %s"
                                        .formatted(
                                                Durations.format(Duration.ofMillis(quiet)), what));
        late.initCause(cause);
        return late;
    }

    void write(byte[] from, int offset, int length) throws IOException {
        try {
            if (slow && (quiet > 0 || deadline != Waits.NEVER)) {
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
        try (var _ = Timeout.after(Duration.ofMillis(millis()), Passed::new)) {
            green.sendAll(from, offset, length);
        } catch (Passed e) {
            throw late(e);
        }
    }
}
