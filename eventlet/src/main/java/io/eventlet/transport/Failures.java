// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Waits;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// How operations of one connection have failed. By this an error that is the end of a connection,
/// which peers bring about as they like, is told from one of the code that uses it, perhaps with
/// connections of its own. TLS shares it with the socket below. Thread-safe.
public final class Failures {
    /*
     * The exceptions themselves are kept, not just that there were some: what ends a handler is
     * often not the last of them, as buffers try again to write what they hold when they are closed.
     */
    private static final int MOST = 4;
    private static final int MAX_CAUSES = 100; // a chain may be a ring

    private volatile List<IOException> last = List.of(); // written under the lock of this
    private volatile boolean ended;

    /// Remembers a failure, and returns it.
    public synchronized <E extends IOException> E noted(E failure) {
        var known = new ArrayList<>(last);
        known.remove(failure);
        if (failure instanceof SocketTimeoutException) { // one who polls has many
            known.removeIf(e -> e instanceof SocketTimeoutException);
        }
        known.add(failure);
        last = List.copyOf(known.subList(Math.max(0, known.size() - MOST), known.size()));
        return failure;
    }

    /// What to throw for an error that has ended an operation on the socket: the error itself; or,
    /// if a cancellation is to close the socket, an `InterruptedIOException` that has it as its
    /// cause. Closes the socket then.
    public IOException told(Throwable error, boolean closing, Closeable socket) {
        if (!closing || !Interrupts.giveBack(error)) {
            throw Waits.rethrow(error);
        }
        var told = interrupted("Socket closed: ", error);
        try {
            socket.close();
        } catch (IOException e) {
            told.addSuppressed(e);
        }
        Waits.PARKING.yieldNow(); // a library may try again at once, and never wait
        return noted(told);
    }

    /// As [#told], for a wait for the mutex of an operation: nothing of that has begun, and whoever
    /// has the mutex still uses the socket, so that it stays open.
    public IOException toldNotBegun(Throwable error, boolean closing) {
        if (!closing || !Interrupts.giveBack(error)) {
            throw Waits.rethrow(error);
        }
        return noted(interrupted("Not begun: ", error));
    }

    private static InterruptedIOException interrupted(String what, Throwable error) {
        var told = new InterruptedIOException(what + error.getMessage());
        told.initCause(error);
        return told;
    }

    /// Remembers that a read has come to the end of the stream.
    public void noteEnd() {
        ended = true;
    }

    /// Whether a read has come to the end of the stream.
    public boolean hasEnded() {
        return ended;
    }

    /// Whether an error was thrown by this very connection, or came of it; so does every
    /// `EOFException`, whoever throws it, once the peer's stream has ended.
    public boolean explain(Throwable error) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (last.contains(cause) || (ended && cause instanceof EOFException)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
