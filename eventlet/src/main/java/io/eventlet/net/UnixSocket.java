// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.UnixEndpoint;
import io.eventlet.transport.EndpointInput;
import io.eventlet.transport.EndpointOutput;
import io.eventlet.wait.Waits;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// A stream socket to another process of this host, whose address is a path, or one of a pair
/// within this process. Its operations block only the green thread that makes them.
///
/// ```java
/// try (var docker = UnixSocket.connect(Path.of("/var/run/docker.sock"))) {
///     docker.sendAll("GET /_ping HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
///     byte[] answer = docker.getInputStream().readAllBytes();
/// }
/// ```
///
/// There is no SO_TIMEOUT: a [io.eventlet.Timeout] ends any wait, and leaves the socket usable (in
/// hub mode; in portable mode the JDK closes it). May be used from all hubs and from platform
/// threads. Two threads that read at the same time are an error,
/// [io.eventlet.errors.ConcurrentUse], that names both; threads that write take turns. Closing it
/// ends the operations of other threads with a `SocketException`.
public final class UnixSocket implements GreenConnection, Closeable {
    private final UnixEndpoint endpoint;
    private final EndpointInput input;
    private final EndpointOutput output;

    UnixSocket(UnixEndpoint endpoint) {
        this.endpoint = endpoint;
        input = new EndpointInput(endpoint, endpoint::available, this);
        output = new EndpointOutput(endpoint, this);
    }

    /// Connects to who listens on a path, or throws a `ConnectException`. Waits while the listener
    /// has no room.
    public static UnixSocket connect(Path path) throws IOException {
        return connect(UnixDomainSocketAddress.of(path));
    }

    public static UnixSocket connect(UnixDomainSocketAddress address) throws IOException {
        var endpoint = HubStrand.networkOfCaller().openUnix(false);
        endpoint.connect(address);
        return new UnixSocket(endpoint);
    }

    /// Two sockets that are connected with each other.
    ///
    /// @param first one of the two
    /// @param second the other
    public record Pair(UnixSocket first, UnixSocket second) implements Closeable {
        @Override
        public void close() throws IOException {
            try (second) {
                first.close();
            }
        }
    }

    /// Opens two sockets that are connected with each other, socketpair(2): between green threads,
    /// hubs and platform threads of this process.
    public static Pair pair() throws IOException {
        var ends = HubStrand.networkOfCaller().openPair();
        return new Pair(new UnixSocket(ends.first()), new UnixSocket(ends.second()));
    }

    /// What is received; closing it closes the socket.
    public InputStream getInputStream() throws SocketException {
        ensureOpen();
        return input;
    }

    /// What is sent; closing it closes the socket.
    public OutputStream getOutputStream() throws SocketException {
        ensureOpen();
        return output;
    }

    private void ensureOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    @Override
    public int recv(byte[] into, int offset, int length) throws IOException {
        return endpoint.read(into, offset, length, Waits.NEVER);
    }

    @Override
    public void awaitReadable() throws IOException {
        endpoint.awaitReadable();
    }

    @Override
    public boolean isPeerGone() {
        try {
            return endpoint.isPeerGone();
        } catch (IOException e) { // it is closed
            return true;
        }
    }

    @Override
    public void sendAll(byte[] bytes, int offset, int length) throws IOException {
        output.write(bytes, offset, length);
    }

    /// Receives no more: a read sees the end.
    public void shutdownInput() throws IOException {
        endpoint.shutdownInput();
    }

    /// Sends no more: the peer sees the end, and may still send.
    public void shutdownOutput() throws IOException {
        endpoint.shutdownOutput();
    }

    public boolean isClosed() {
        return !endpoint.isOpen();
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
