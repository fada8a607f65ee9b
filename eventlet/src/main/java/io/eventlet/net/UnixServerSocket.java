// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.UnixEndpoint;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Mutex;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// A listener on a path, for connections of processes of this host. Its `accept` blocks only the
/// green thread that makes it; threads that accept at the same time take turns.
///
/// Listening makes the file, and closing leaves it: delete it before the next one listens there,
/// else that fails with a `BindException`. Who may write the file may connect.
public final class UnixServerSocket implements Closeable {
    private final UnixEndpoint endpoint;
    private final UnixDomainSocketAddress address;
    private final Mutex accepting =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of accepts by " + endpoint;
                }
            };

    private UnixServerSocket(UnixEndpoint endpoint, UnixDomainSocketAddress address) {
        this.endpoint = endpoint;
        this.address = address;
    }

    /// Listens on a path, with room for 1024 connections that were not accepted.
    public static UnixServerSocket listen(Path path) throws IOException {
        return listen(UnixDomainSocketAddress.of(path), Transport.BACKLOG);
    }

    public static UnixServerSocket listen(UnixDomainSocketAddress address, int backlog)
            throws IOException {
        var endpoint = HubStrand.networkOfCaller().openUnix(true);
        try {
            endpoint.listen(address, backlog);
        } catch (Throwable e) {
            endpoint.close();
            throw e;
        }
        return new UnixServerSocket(endpoint, address);
    }

    /// Waits for a connection and accepts it. A timeout or a kill ends the wait and leaves this
    /// usable (in portable mode the JDK closes it); a close by another thread ends it with a
    /// `SocketException`.
    public UnixSocket accept() throws IOException {
        accepting.acquire();
        try {
            return new UnixSocket(endpoint.accept());
        } finally {
            accepting.release();
        }
    }

    public UnixDomainSocketAddress address() {
        return address;
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
