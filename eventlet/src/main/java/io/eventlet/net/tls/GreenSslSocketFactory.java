// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.net.GreenSocket;
import io.eventlet.net.OnCancellation;
import io.eventlet.transport.HostAddress;
import io.eventlet.transport.Transport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;

/// Makes green TLS sockets, also for libraries that take a socket factory. Thread-safe.
///
/// Its clients demand that the certificate names the host they are connected to. The JDK's own
/// factory leaves that to its users; for a library that does it itself, or that is told not to,
/// there is [#withoutIdentification()].
///
/// A timeout or a kill that ends a wait on one of its sockets closes it: see [OnCancellation]. One
/// over a green socket is treated as that is.
public final class GreenSslSocketFactory extends SSLSocketFactory {
    private final SSLContext context;
    private final boolean identifies;
    private final OnCancellation then;

    /// One with the default context of the JVM, for libraries that make one by the name of this
    /// class. Throws an `IllegalStateException` if the JVM has none.
    public GreenSslSocketFactory() {
        this(defaultContext(), true, OnCancellation.CLOSE);
    }

    private static SSLContext defaultContext() {
        try {
            Rehearsal.awaitDefaultContext();
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no default context for TLS", e);
        }
    }

    /// As the constructor, for libraries that ask for one by the name of this class.
    public static GreenSslSocketFactory getDefault() {
        return new GreenSslSocketFactory();
    }

    private GreenSslSocketFactory(SSLContext context, boolean identifies, OnCancellation then) {
        this.context = context;
        this.identifies = identifies;
        this.then = then;
    }

    public static GreenSslSocketFactory of(SSLContext context) {
        return new GreenSslSocketFactory(
                Objects.requireNonNull(context), true, OnCancellation.CLOSE);
    }

    /// The same, but its clients accept every certificate that the context trusts, whomever it
    /// names.
    public GreenSslSocketFactory withoutIdentification() {
        return new GreenSslSocketFactory(context, false, then);
    }

    /// The same, but its sockets are treated otherwise when a wait on them is cancelled.
    public GreenSslSocketFactory onCancellation(OnCancellation cancellation) {
        return new GreenSslSocketFactory(context, identifies, Objects.requireNonNull(cancellation));
    }

    /// Puts TLS on a connected socket, as its client; the host is who the certificate must name.
    public GreenSslSocket client(Socket connected, String host) throws IOException {
        return createSocket(connected, host, connected.getPort(), true);
    }

    /// Puts TLS on an accepted socket, as its server.
    public GreenSslSocket server(Socket accepted) throws IOException {
        return over(accepted, TlsEngines.server(context), true).begun();
    }

    /// Puts TLS on a connected socket, as its client. Closing closes that socket too if `autoClose`
    /// says so; else it waits until the peer has said goodbye as well, for ten seconds at most, and
    /// the connection can go on without TLS. If a thread is reading then, closing does not wait,
    /// but that thread reads up to the peer's goodbye before it gets its `SocketException`.
    ///
    /// If a cancellation closes it ([OnCancellation#CLOSE]), that socket is closed in any case: its
    /// stream has been left within a packet, and is no use to anybody.
    @Override
    public GreenSslSocket createSocket(
            Socket connected, @Nullable String host, int port, boolean autoClose)
            throws IOException {
        var peer = host != null ? host : addressOf(connected);
        var engine = TlsEngines.client(context, peer, port, identifies);
        return over(connected, engine, autoClose).begun();
    }

    private static @Nullable String addressOf(Socket socket) {
        var address = socket.getInetAddress();
        return address == null ? null : address.getHostAddress();
    }

    private GreenSslSocket over(Socket below, SSLEngine engine, boolean closesBelow) {
        return new GreenSslSocket(new TlsLayer(below, context, engine, closesBelow, then));
    }

    /// A client that is not connected.
    @Override
    public GreenSslSocket createSocket() throws IOException {
        return over(below(), TlsEngines.client(context, identifies), true);
    }

    private GreenSocket below() throws SocketException {
        var below = new GreenSocket();
        below.setOnCancellation(then);
        return below;
    }

    @Override
    public GreenSslSocket createSocket(String host, int port) throws IOException {
        return connected(HostAddress.allOf(host), port, null);
    }

    @Override
    public GreenSslSocket createSocket(
            String host, int port, InetAddress localAddress, int localPort) throws IOException {
        return connected(
                HostAddress.allOf(host), port, new InetSocketAddress(localAddress, localPort));
    }

    @Override
    public GreenSslSocket createSocket(InetAddress address, int port) throws IOException {
        return connected(List.of(address), port, null);
    }

    @Override
    public GreenSslSocket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(List.of(address), port, new InetSocketAddress(localAddress, localPort));
    }

    private GreenSslSocket connected(
            List<InetAddress> addresses, int port, @Nullable InetSocketAddress local)
            throws IOException {
        var below = below();
        Transport.of(below).connectTo(addresses);
        var socket = over(below, TlsEngines.client(context, identifies), true);
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(new InetSocketAddress(addresses.getFirst(), port));
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return context.getDefaultSSLParameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return context.getSupportedSSLParameters().getCipherSuites();
    }
}
