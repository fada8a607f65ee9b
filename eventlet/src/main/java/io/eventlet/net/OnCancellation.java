// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

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
    /// Who waited only for another thread to be done with it, which wrote, accepted or made the TLS
    /// handshake, gets the same exception, but the socket stays open: nothing of its own has begun,
    /// and the other thread goes on.
    ///
    /// The cancellation itself is still to be thrown: by the next wait that is not on such a
    /// socket, or as what the body of the timeout, or of the killed thread, has ended with.
    CLOSE
}
