// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.IOException;

/// What green sockets can do beyond `java.net.Socket`, plain ones and those of TLS: a [GreenSocket]
/// or a [io.eventlet.net.tls.GreenSslSocket].
///
/// A thread that waits in a read has to hold the buffer that it reads into. One that serves many
/// idle connections waits first and takes a buffer then:
///
/// ```java
/// void echo(GreenConnection client, BlockingQueue<byte[]> buffers) throws Exception {
///     int n = 0;
///     while (n >= 0) {
///         client.awaitReadable(); // without a buffer, for as long as it takes
///         byte[] buffer = buffers.take();
///         try {
///             n = client.recv(buffer);
///             if (n > 0) {
///                 client.sendAll(buffer, 0, n);
///             }
///         } finally {
///             buffers.add(buffer);
///         }
///     }
/// }
/// ```
///
/// Not for others to implement: methods may be added.
public interface GreenConnection {
    /// Receives what is there, at most what the array holds, waiting for the first byte; -1 at the
    /// end of the stream.
    default int recv(byte[] into) throws IOException {
        return recv(into, 0, into.length);
    }

    /// As [#recv(byte[])], into a part of the array: at most `length` bytes, the first of them at
    /// `offset`. For no bytes, does not wait. Throws an `IndexOutOfBoundsException` if the array
    /// has no such part, a `SocketTimeoutException` when SO_TIMEOUT passes, a `SocketException` if
    /// the peer resets the connection or another thread closes the socket.
    int recv(byte[] into, int offset, int length) throws IOException;

    /// Waits until there is something to receive: bytes, the end of the stream, or an error, which
    /// is thrown here or by the next [#recv(byte[])]. Eventlet's `trampoline(fd, read=True)`.
    ///
    /// It is a read as far as other threads are concerned: one that reads meanwhile is an error,
    /// [io.eventlet.errors.ConcurrentUse]. SO_TIMEOUT, timeouts and kills end it as they end a
    /// read. As select(2) may, it may return early, when bytes that it heard of have been read
    /// already; the read that follows waits then.
    ///
    /// A plain socket in hub mode, and one in memory, holds no buffer meanwhile; TLS holds one only
    /// if a packet has come in part; in portable mode the socket reads one byte ahead.
    void awaitReadable() throws IOException;

    /// Whether nothing will come from the peer any more: it has closed the connection, or its
    /// direction of it, or reset it, or in TLS said goodbye, and all that it sent has been read;
    /// true as well when this is closed, false when it was never connected. For pools that look at
    /// a connection before they lend it.
    ///
    /// Neither reads nor waits, except in portable mode for a millisecond; false there, and in TLS,
    /// while another thread reads, which is told itself. TLS opens packets that have come. A peer
    /// whose host has lost its power or its network is not known to have gone.
    boolean isPeerGone();

    /// Sends all of an array.
    default void sendAll(byte[] bytes) throws IOException {
        sendAll(bytes, 0, bytes.length);
    }

    /// Sends a part of an array, `length` bytes from `offset` on, waiting until the kernel has
    /// taken all of it. Throws an `IndexOutOfBoundsException` if the array has no such part, a
    /// `SocketException` if the peer resets the connection or another thread closes the socket.
    void sendAll(byte[] bytes, int offset, int length) throws IOException;
}
