// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.wait.Waits;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/// What becomes of a peer that is silent: it is sent a ping, and given up if it does not answer, or
/// sent away. It needs no thread: the reader's wait at the socket has a limit, SO_TIMEOUT. For the
/// thread that reads.
final class Silence implements FrameInput.Listener {
    /// Sends a ping.
    interface Ping {
        void send() throws IOException;
    }

    /// There was no message for too long.
    static final class Idle extends IOException {
        @java.io.Serial private static final long serialVersionUID = 1;

        Idle() {
            super("idle");
        }
    }

    private final Duration keepAlive;
    private final Duration idleLimit;
    private final Socket socket;
    private final Ping ping;
    private final long limitNanos; // of a wait, zero for none
    private long idleEnd;
    private long silentSince;
    private boolean isSilent; // nothing has come since then
    private boolean isShortened; // SO_TIMEOUT is less than the limit
    private boolean isAsked; // a ping has been sent since something came

    Silence(WebSocketSettings settings, Socket socket, Ping ping) throws IOException {
        keepAlive = settings.keepAlive();
        idleLimit = settings.idleLimit();
        this.socket = socket;
        this.ping = ping;
        limitNanos = Waits.nanos(shorter(keepAlive, idleLimit));
        limitWaits(limitNanos);
        onMessage();
    }

    private static Duration shorter(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.isZero() ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    private void limitWaits(long nanos) throws IOException {
        socket.setSoTimeout((int) Math.min(Math.ceilDiv(nanos, 1_000_000), Integer.MAX_VALUE));
    }

    void onMessage() {
        if (!idleLimit.isZero()) {
            idleEnd = Waits.deadlineAfter(idleLimit);
        }
    }

    /// After a control frame: these do not count.
    void ensureNotIdle() throws IOException {
        if (!idleLimit.isZero() && Waits.hasPassed(idleEnd)) {
            throw new Idle();
        }
    }

    /// A wait that was ended by a timeout of the user's is part of the silence: else who looks for
    /// a message every second would never ask whether the peer is there.
    @Override
    public void onWait() throws IOException {
        if (limitNanos == 0) {
            return;
        }
        long now = Waits.clock().nanoTime();
        if (!isSilent) {
            isSilent = true;
            silentSince = now;
            return;
        }
        long left = limitNanos - (now - silentSince);
        if (left <= 0) {
            silentSince = now;
            onSilence();
            left = limitNanos;
        }
        limitWaits(left);
        isShortened = true;
    }

    @Override
    public void onBytes() throws IOException {
        isSilent = false;
        isAsked = false;
        restoreLimit();
    }

    private void restoreLimit() throws IOException {
        if (isShortened) {
            limitWaits(limitNanos);
            isShortened = false;
        }
    }

    @Override
    public void onSilence() throws IOException {
        restoreLimit();
        silentSince = Waits.clock().nanoTime();
        ensureNotIdle();
        if (keepAlive.isZero()) {
            return;
        }
        if (isAsked) {
            throw new EOFException("the peer has not answered a ping for " + keepAlive);
        }
        isAsked = true;
        ping.send();
    }
}
