// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.ConcurrentUse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Set;

/// One end of a stream connection, or a listener, whose operations block the calling thread.
///
/// Deadlines are values of `System.nanoTime()` compared by difference, or [#NEVER]; an operation
/// that passes its deadline throws `SocketTimeoutException` and leaves the endpoint as it was, and
/// so does one whose thread is cancelled: it throws the cause. An operation that can be done at
/// once is done, whatever the deadline and the cancellations. On a socket of the JDK, a cancelled
/// operation that waits closes the endpoint.
///
/// One thread may read (or accept) and another may write at the same time; a second reader or
/// writer gets a [ConcurrentUse] that names both. Closing ends the operations of other threads with
/// a `SocketException`. Everything else is thread-safe.
public interface Endpoint extends ByteEndpoint {
    /// The deadline that never passes.
    long NEVER = Long.MAX_VALUE;

    /// Binds to a local address; port 0 lets the system choose.
    void bind(InetAddress address, int port) throws IOException;

    void listen(int backlog) throws IOException;

    /// What accepts for the threads of a network: this, or another endpoint of the same listener if
    /// they are to wait there and what they accept is to be there. To be closed like this.
    default Endpoint acceptingOn(Network network) throws IOException {
        return this;
    }

    Endpoint accept(long deadline) throws IOException;

    /// Connects, or closes the endpoint when it cannot.
    void connect(InetSocketAddress remote, long deadline) throws IOException;

    /// Waits until a read would not have to wait, for bytes, the end of the stream or an error. May
    /// return although nothing is there, as select(2) may.
    void awaitReadable(long deadline) throws IOException;

    /// Whether writes keep to their deadlines. Those of the JDK's sockets do not.
    default boolean limitsWrites() {
        return true;
    }

    /// Has small writes, from the next on, return before they are sent, which they are soon
    /// afterwards together with those of others; or not any more. Who then computes delays the
    /// peer. An error is told by a later write, or by [#flush]. Where that gains nothing, this does
    /// nothing.
    default void deferWrites(boolean on) {}

    /// Whether writes may have returned before they were sent.
    default boolean hasDeferred() {
        return false;
    }

    /// Waits until the kernel has taken all that was written, unless another thread writes. What it
    /// then fails to take when this is closed is lost, and the connection broken off.
    default void flush(long deadline) throws IOException {}

    /// As [#flush], and if there is something to be sent, ends the writes of other threads as
    /// [#close] does. To be closed then, whatever came of it.
    default void endWrites(long deadline) throws IOException {}

    /// Whether [#sendFile] can be called.
    default boolean sendsFiles() {
        return false;
    }

    /// Sends at least one byte of an open file, by its descriptor, without a copy in between; 0 if
    /// the file ends before the position. Waits for the disk as well if what is sent is not in the
    /// kernel's memory.
    default int sendFile(int file, long position, int length, long deadline) throws IOException {
        throw new UnsupportedOperationException("no files are sent on " + this);
    }

    /// The number of bytes that can be read without waiting.
    @Override
    int available() throws IOException;

    /// Whether the peer has ended its direction of the connection, or all of it, and no byte is
    /// left to be read. Asks without reading or waiting, or waits a millisecond for a byte and
    /// keeps it for the next reader, where the system is not asked otherwise; does not take from a
    /// reader what it is to be told. False if it was never connected.
    boolean isPeerGone() throws IOException;

    void shutdownInput() throws IOException;

    /// Ends the output behind all that was written. Where writes were deferred it waits for that
    /// and for the thread that writes; whatever ends the wait leaves the output open.
    void shutdownOutput() throws IOException;

    void sendUrgent(int data) throws IOException;

    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    <T> T getOption(SocketOption<T> option) throws IOException;

    Set<SocketOption<?>> supportedOptions();

    InetSocketAddress localAddress() throws IOException;

    /// Where it is connected to, or has begun to connect; the wildcard address before that.
    InetSocketAddress remoteAddress();
}
