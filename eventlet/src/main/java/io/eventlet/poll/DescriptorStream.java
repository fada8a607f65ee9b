// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.SentFiles;
import io.eventlet.os.Sockets;

import java.io.IOException;
import java.net.SocketException;
import java.util.Objects;

/// A descriptor of the kernel that streams bytes: a stream socket, unless a subclass calls the
/// kernel otherwise.
abstract class DescriptorStream extends PolledDescriptor implements ByteEndpoint {
    /*
     * drained: a receive of less than was asked for has emptied the descriptor, so the next read
     * waits for the edge that tells of more, without a receive that would only say EAGAIN. Not
     * after an exceptional edge: the peer's FIN may have come on the same edge as the data, and a
     * receive stops in front of urgent data; no other edge follows. The same holds for a send that
     * filled the descriptor (full). A ring has no edges: a request tells of what is there when it
     * is made, which is the next thing that its own hub does, and so only a reader there waits.
     */
    /// A critical call delays safepoints for as long as it copies.
    private static final int MAX_COPY = 1 << 16;

    private boolean drained; // the reader
    private boolean filled; // the reader: it has got all that it asked for
    private boolean reset; // the reader
    private boolean full; // the writer

    DescriptorStream(ReadinessPoller poller, int descriptor) {
        super(poller, descriptor);
    }

    /// Has the first read wait without a try. For who is told of all that has come and comes, and
    /// has not handed it out.
    final void waitFirst() {
        drained = true;
    }

    /// Receives without waiting: the number of bytes, 0 at the end, or `-errno`.
    int receive(byte[] into, int offset, int length) {
        return Sockets.recv(descriptor, into, offset, length);
    }

    /// Sends without waiting: the number of bytes, or `-errno`.
    int transmit(byte[] from, int offset, int length) {
        return Sockets.send(descriptor, from, offset, length);
    }

    /// Whether a receive would have something: as [Sockets#peek].
    int peek() {
        return Sockets.peek(descriptor);
    }

    /// Whether there are bytes, if the kernel can say so without a receive.
    boolean hasBytes() {
        return Sockets.available(descriptor) > 0;
    }

    /// Whether a read of less than was asked for leaves nothing to be read.
    boolean isEmptyAfterShortRead() {
        return true;
    }

    /// Whether the calling thread is told of what comes, and so need not try first; another may
    /// have drained it.
    boolean isToldInTime() {
        return true;
    }

    /// Waits until what was deferred has been sent. For the writer.
    void awaitSent(long deadline) throws IOException {}

    /// Called before something is sent, for the writer.
    void beforeWrite() {}

    /// Has a write that would begin, or wait, end where a close waits for that.
    void ensureMayWrite() throws SocketException {}

    @Override
    public final int read(byte[] into, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int asked = Math.min(length, MAX_COPY);
        beginRead("a read");
        try {
            if (asked == 0) {
                return 0;
            }
            if (reset) {
                throw new SocketException("Connection reset");
            }
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                if (!drained || !isToldInTime()) {
                    int n = receive(into, offset, asked);
                    if (n > 0) {
                        filled = n == asked;
                        drained = !filled && isEmptyAfterShortRead() && !isExceptional();
                        yieldAfterStreak();
                        return n;
                    }
                    if (n == 0) {
                        ensureOpen(); // else it is our own end
                        return -1;
                    }
                    if (n == -Errno.ECONNRESET) {
                        ensureOpen();
                        reset = true;
                        throw new SocketException("Connection reset");
                    }
                    ensureAgain(n, "read");
                    ensureMayWait(outcome, "Read timed out");
                }
                drained = false;
                outcome = awaitInput(deadline);
            }
        } finally {
            endRead();
        }
    }

    /// As [Endpoint#awaitReadable].
    public final void awaitReadable(long deadline) throws IOException {
        beginRead("a wait for bytes");
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while ((drained && isToldInTime()) || !isReadable()) {
                ensureMayWait(outcome, "Read timed out");
                drained = false;
                outcome = awaitInput(deadline);
                if (outcome == Parking.Outcome.UNPARKED) {
                    return; // by an edge: the read sees of what
                }
            }
        } finally {
            endRead();
        }
    }

    /// Whether a read would tell of the end. For who has the reading side.
    final boolean isAtEnd() {
        int n = reset ? 0 : peek();
        if (n == -Errno.ECONNRESET) { // the kernel tells it once
            reset = true;
        }
        return n == 0 || reset;
    }

    /// A receive, also of one byte, is dear while much comes: so where bytes are likely, the kernel
    /// is asked how many there are.
    private boolean isReadable() throws SocketException {
        if (filled && hasBytes()) {
            return true;
        }
        int n = reset ? 0 : peek();
        if (n == -Errno.ECONNRESET) { // the kernel tells it once
            reset = true;
        } else if (n < 0) {
            ensureAgain(n, "read");
            return false;
        }
        return true;
    }

    @Override
    public final int write(byte[] from, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        int asked = Math.min(length, MAX_COPY);
        beginWrite("a write");
        try {
            if (asked == 0) {
                return 0;
            }
            ensureMayWrite();
            beforeWrite();
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                if (!full) {
                    int n = transmit(from, offset, asked);
                    if (n > 0) {
                        full = n < asked;
                        yieldAfterStreak();
                        return n;
                    }
                    ensureAgain(n, "write");
                    ensureMayWait(outcome, "Write timed out");
                }
                full = false;
                outcome = awaitOutput(deadline);
                ensureMayWrite();
            }
        } finally {
            endWrite();
        }
    }

    /// As [Endpoint#sendFile]. That less was sent than was asked for says nothing of the socket:
    /// the file may have ended.
    public final int sendFile(int file, long position, int length, long deadline)
            throws IOException {
        beginWrite("a write");
        try {
            awaitSent(deadline);
            ensureMayWrite();
            beforeWrite();
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                if (!full) {
                    int n = SentFiles.send(descriptor, file, position, length);
                    if (n >= 0) {
                        poller().parking.yieldNow(); // it takes as long as many small writes
                        return n;
                    }
                    ensureAgain(n, "write");
                    ensureMayWait(outcome, "Write timed out");
                }
                full = false;
                outcome = awaitOutput(deadline);
                ensureMayWrite();
            }
        } finally {
            endWrite();
        }
    }

    final void shutdown(int how, String operation) throws IOException {
        beginCall();
        try {
            int result = Sockets.shutdown(descriptor, how);
            if (result != -Errno.ENOTCONN) { // after a reset there is nothing to end
                DescriptorErrors.ensure(result, operation);
            }
        } finally {
            endCall();
        }
    }
}
