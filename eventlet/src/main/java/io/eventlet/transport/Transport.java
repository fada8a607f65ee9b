// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.poll.Endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;

/// A connection as what stands on its socket sees it.
public interface Transport {
    /// How many connections the kernel keeps for a listener that were not accepted, unless somebody
    /// says how many.
    int BACKLOG = 1024;

    /// What moves the bytes. Throws a `SocketException` if there is none yet.
    Endpoint endpoint() throws SocketException;

    /// Has the connect that comes try all of these addresses in their order, and not only the one
    /// that it is given. For who makes a socket and has not handed it out: what is set by options
    /// would be lost.
    void connectTo(List<InetAddress> addresses);

    /// Whether the kernel can send files on it: see [#sendFile].
    boolean sendsFiles();

    /// Sends a part of a file, waiting for the peer as a write does: how many bytes it was, at
    /// least one, or 0 if the file ends before the part begins. The kernel waits for a disk if the
    /// part is not in its memory, and with it the caller's hub. It takes the bytes when they leave,
    /// so what is written to the file meanwhile may be sent.
    int sendFile(OpenFile file, long position, int length) throws IOException;

    /// From now on a close that leaves input unread only ends the output, and keeps the connection
    /// for [#finishClose] or [#closeNow]. For whoever calls one of those in any case.
    void deferClose();

    /// Whether [#deferClose] was called. For what is about to close it and stands on it: `isUnread`
    /// says that input was taken off the transport and not used, which counts as unread then.
    boolean defersClose(boolean isUnread);

    /// Ends a close that was deferred: reads on until the peer has ended too, within limits, so
    /// that it gets all that was sent to it. Throws what ends its wait.
    void finishClose();

    /// Closes it, or what a close has kept, without regard to what is unread.
    void closeNow() throws IOException;

    /// Whether there is something that moves the bytes, and is not closed.
    default boolean isOpen() {
        try {
            return endpoint().isOpen();
        } catch (SocketException e) {
            return false;
        }
    }

    /// How its operations have failed.
    Failures failures();

    /// That of a socket.
    static Transport of(TransportSocket socket) {
        return socket.transport;
    }

    /// That of a listener.
    static Transport of(TransportListener listener) {
        return listener.transport;
    }
}
