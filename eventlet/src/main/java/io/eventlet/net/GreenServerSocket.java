// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.Endpoint;
import io.eventlet.transport.Transport;
import io.eventlet.transport.TransportListener;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;

/// A listener whose `accept` blocks only the green thread that makes it.
///
/// A `java.net.ServerSocket` in every other respect. Threads of a hub that accept at the same time
/// take turns; several hubs may accept from one listener, and what each accepts is polled by it.
@SuppressWarnings("exports") // its superclass is the door for TLS and servers
public final class GreenServerSocket extends TransportListener {
    private final GreenSocketImpl impl;

    /// A listener that is not bound.
    public GreenServerSocket() {
        this(new GreenSocketImpl(true));
    }

    private GreenServerSocket(GreenSocketImpl impl) {
        super(impl);
        this.impl = impl;
    }

    /// Listens on a port of all addresses; 0 for one that the system chooses.
    public GreenServerSocket(int port) throws IOException {
        this(port, Transport.BACKLOG, null);
    }

    public GreenServerSocket(int port, int backlog, @Nullable InetAddress address)
            throws IOException {
        this();
        bindOrClose(new InetSocketAddress(address, port), backlog);
    }

    /// Listens on an address, with `SO_REUSEADDR`.
    public static GreenServerSocket listen(InetSocketAddress address) throws IOException {
        return listen(address, Transport.BACKLOG, false);
    }

    /// Listens on an address with `SO_REUSEADDR`, and with `SO_REUSEPORT` if the port is to be
    /// shared with other listeners of this user, among which the kernel divides the connections.
    public static GreenServerSocket listen(
            InetSocketAddress address, int backlog, boolean sharePort) throws IOException {
        if (address.isUnresolved()) {
            throw new SocketException(
                    "Cannot listen on '%s': no such host".formatted(address.getHostString()));
        }
        var listener = new GreenServerSocket();
        try {
            listener.setReuseAddress(true);
            if (sharePort) {
                listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            listener.bind(address, backlog);
        } catch (Throwable e) {
            listener.close();
            throw e;
        }
        return listener;
    }

    /// Listens on a path, for connections of processes of this host, so that servers can serve
    /// them: what it accepts is a [GreenSocket] like others. All its addresses are that of the
    /// loopback interface, with port 0. Needs hub mode, else throws a `SocketException`.
    ///
    /// Listening makes the file, and closing leaves it: see [UnixServerSocket], which is for who
    /// wants no more than to accept.
    public static GreenServerSocket listen(UnixDomainSocketAddress address, int backlog)
            throws IOException {
        return of(HubStrand.networkOfCaller().listenOnPath(address, backlog));
    }

    /// One that is open already.
    static GreenServerSocket of(Endpoint endpoint) throws IOException {
        try {
            var impl = new GreenSocketImpl(true);
            impl.adoptListener(endpoint);
            var listener = new GreenServerSocket(impl);
            var ignored = listener.supportedOptions(); // has the JDK know that there is one
            return listener;
        } catch (Throwable e) {
            endpoint.close();
            throw e;
        }
    }

    private void bindOrClose(InetSocketAddress address, int backlog) throws IOException {
        try {
            bind(address, backlog);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    @Override
    public boolean isBound() {
        return impl.wasListening() || super.isBound();
    }

    /// Waits for a connection and accepts it.
    @Override
    public GreenSocket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        var socket = new GreenSocket(impl.onCancellation());
        try {
            implAccept(socket);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, this);
        }
        return socket;
    }

    /// What becomes of it, and of what it accepts, when a timeout or a kill ends a wait on it.
    public OnCancellation onCancellation() {
        return impl.onCancellation();
    }

    /// Sets what becomes of it when a timeout or a kill ends a wait in `accept`, and of the sockets
    /// that it accepts from now on when one ends a wait on them.
    public void setOnCancellation(OnCancellation then) {
        impl.setOnCancellation(Objects.requireNonNull(then));
    }

    /// Closes it; whoever waits in `accept` gets a SocketException.
    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            runCloseHooks();
        }
    }
}
