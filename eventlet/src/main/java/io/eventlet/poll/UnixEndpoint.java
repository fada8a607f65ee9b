// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;

/// One end of a connection between processes of this host, or what listens for such on a path. Its
/// operations know no deadlines; a cancellation ends them as it ends those of an [Endpoint].
public interface UnixEndpoint extends ByteEndpoint {
    /// Two ends of one connection.
    record Pair(UnixEndpoint first, UnixEndpoint second) {}

    /// Listens on a path, at which nothing must be.
    void listen(UnixDomainSocketAddress at, int backlog) throws IOException;

    UnixEndpoint accept() throws IOException;

    /// Connects, or closes the endpoint when it cannot.
    void connect(UnixDomainSocketAddress to) throws IOException;

    /// As [Endpoint#awaitReadable].
    void awaitReadable() throws IOException;

    /// As [Endpoint#isPeerGone]; false while another thread reads.
    boolean isPeerGone() throws IOException;

    /// The number of bytes that can be read without waiting, or fewer.
    @Override
    int available() throws IOException;

    void shutdownInput() throws IOException;

    void shutdownOutput() throws IOException;
}
