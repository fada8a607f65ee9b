// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Waits;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;

/// What becomes of a socket when a [io.eventlet.Timeout] or a kill ends a wait on it.
public enum OnCancellation {
    /// It stays open, and the wait throws the cause itself, an `Error` or what the caller chose:
    /// for code that knows where in its protocol it is then, and can go on or close. Sockets that
    /// the program makes or accepts itself begin with this.
    ///
    /// In portable mode the JDK closes the socket all the same.
    KEEP_OPEN,

    /// It is closed, and the wait throws an `InterruptedIOException` with the cause as its cause:
    /// for libraries, which treat an `IOException` as the end of that connection, and anything else
    /// as their own ruin or not at all. Sockets made by a factory begin with this.
    ///
    /// The cancellation itself is still to be thrown: by the next wait that is not on such a
    /// socket, or as what the body of the timeout, or of the killed thread, has ended with.
    CLOSE;

    /// What to throw for an error that has ended an operation on a socket.
    IOException told(Throwable error, Closeable socket) {
        if (this == KEEP_OPEN || !Interrupts.giveBack(error)) {
            throw Waits.rethrow(error);
        }
        var told = interrupted("Socket closed: ", error);
        try {
            socket.close();
        } catch (IOException e) {
            told.addSuppressed(e);
        }
        Waits.PARKING.yieldNow(); // a library may try again at once, and never wait
        return told;
    }

    /// What to throw for an error that has ended a wait for the turn of the caller's on a socket,
    /// which others use.
    IOException toldInTurn(Throwable error) {
        if (this == KEEP_OPEN || !Interrupts.giveBack(error)) {
            throw Waits.rethrow(error);
        }
        return interrupted("Not begun: ", error);
    }

    private static InterruptedIOException interrupted(String what, Throwable error) {
        var told = new InterruptedIOException(what + error.getMessage());
        told.initCause(error);
        return told;
    }
}
