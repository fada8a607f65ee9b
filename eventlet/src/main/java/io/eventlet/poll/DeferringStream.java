// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A stream that may leave it to a ring to send what is written to it: what of that is not sent is
/// sent before all else.
abstract class DeferringStream extends DescriptorStream {
    private volatile @Nullable UringOutflow outflow; // once it has deferred writes
    private volatile @Nullable Queue<Slot> successors; // of a writer; as soon as that
    private volatile boolean defers;
    private volatile boolean isEnding; // nobody writes any more but who closes it
    private boolean isLeftToRing; // who releases it

    DeferringStream(ReadinessPoller poller, int descriptor) {
        super(poller, descriptor);
    }

    /// What a ring knows it by; null while none does.
    abstract @Nullable UringWatch watch();

    /// As [Endpoint#deferWrites].
    public void deferWrites(boolean on) {
        if (on && outflow == null) {
            beginDeferring();
        }
        defers = on;
    }

    private synchronized void beginDeferring() {
        if (outflow == null) {
            successors = new ConcurrentLinkedQueue<>();
            outflow = new UringOutflow(descriptor);
        }
    }

    /// As [Endpoint#hasDeferred].
    public final boolean hasDeferred() {
        return outflow != null;
    }

    @Override
    final int transmit(byte[] from, int offset, int length) {
        var deferred = outflow;
        return deferred == null
                ? super.transmit(from, offset, length)
                : deferred.write(watch(), defers, from, offset, length);
    }

    @Override
    final void ensureMayWrite() throws SocketException {
        if (isEnding) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    final void awaitSent(long deadline) throws IOException {
        awaitSent(deadline, false);
    }

    private void awaitSent(long deadline, boolean atEnd) throws IOException {
        var deferred = outflow;
        if (deferred == null) {
            return;
        }
        var outcome = Parking.Outcome.UNPARKED;
        for (int n; (n = deferred.push()) != 0; ) {
            DescriptorErrors.ensureAgain(n, "write");
            if (!atEnd) {
                ensureMayWrite();
            }
            ensureMayWait(outcome, "Write timed out");
            outcome = awaitOutput(deadline);
        }
    }

    /// As [Endpoint#flush].
    public final void flush(long deadline) throws IOException {
        if (outflow == null || !isOpen() || !tryBeginWrite()) {
            return;
        }
        try {
            awaitSent(deadline);
        } finally {
            endWrite();
        }
    }

    /// As [Endpoint#endWrites].
    public final void endWrites(long deadline) throws IOException {
        var deferred = outflow;
        if (deferred == null || !isOpen()) {
            return;
        }
        isEnding = true;
        wakeWriter();
        if (!tryBeginWrite()) {
            if (deferred.isEmpty()) { // it may be on a hub that does not come to it for long
                return;
            }
            awaitTurn(deadline);
        }
        try {
            awaitSent(deadline, true);
        } finally {
            endWrite();
        }
    }

    /// Ends the output behind what was written, also by others; or not at all.
    final void shutdownWrites() throws IOException {
        if (outflow == null || isEnding) {
            shutdown(Sockets.SHUT_WR, "shutdownOutput");
            return;
        }
        awaitTurn(NEVER);
        try {
            awaitSent(NEVER);
            shutdown(Sockets.SHUT_WR, "shutdownOutput");
        } finally {
            endWrite();
        }
    }

    /// Begins to write as soon as nobody else does.
    private void awaitTurn(long deadline) throws IOException {
        var waiting = Objects.requireNonNull(successors);
        var turn = new Slot();
        waiting.add(turn);
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while (!tryBeginWrite()) {
                ensureMayWait(outcome, "Write timed out");
                outcome = turn.await(poller().parking, this, deadline);
            }
        } finally {
            waiting.remove(turn);
            turn.close();
        }
    }

    @Override
    final void wakeSuccessors() {
        var waiting = successors;
        if (waiting != null) {
            waiting.forEach(Slot::ready);
        }
    }

    /// Sends what there is room for.
    final void push() {
        var deferred = outflow;
        if (deferred != null) {
            int ignored = deferred.push();
        }
    }

    /// Sends what there is room for, before it is released. False if that is not all: then the peer
    /// is not to take it for all.
    final boolean finishWrites() {
        var deferred = outflow;
        if (deferred == null) {
            return true;
        }
        isLeftToRing = deferred.isLeftToRing();
        return isLeftToRing || hasSentAll();
    }

    final boolean hasSentAll() {
        var deferred = outflow;
        return deferred == null || deferred.isEmpty();
    }

    /// Whether the ring ends the connection and closes the descriptor.
    final boolean isLeftToRing() {
        return isLeftToRing;
    }

    @Override
    final void closeNumber() {
        if (isLeftToRing) {
            poller().wakeup();
        } else {
            super.closeNumber();
        }
    }
}
