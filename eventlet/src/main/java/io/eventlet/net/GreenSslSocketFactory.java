// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Makes TLS sockets over green sockets, with the TLS of the JDK. Thread-safe.
public final class GreenSslSocketFactory extends SSLSocketFactory {
    private final SSLSocketFactory tls;

    private GreenSslSocketFactory(SSLSocketFactory tls) {
        this.tls = tls;
    }

    public static GreenSslSocketFactory of(SSLContext context) {
        return new GreenSslSocketFactory(context.getSocketFactory());
    }

    /// Puts TLS on a connected socket, as its client; the host is who the certificate must name.
    public SSLSocket client(Socket connected, String host) throws IOException {
        return (SSLSocket) createSocket(connected, host, connected.getPort(), true);
    }

    /// Puts TLS on an accepted socket, as its server.
    public SSLSocket server(Socket accepted) throws IOException {
        var socket = (SSLSocket) tls.createSocket(accepted, null, accepted.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
            throws IOException {
        return tls.createSocket(connected, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return layered(new GreenSocket(host, port), host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        var factory = GreenSocketFactory.instance();
        return layered(factory.createSocket(host, port, localHost, localPort), host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return layered(new GreenSocket(address, port), address.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        var factory = GreenSocketFactory.instance();
        return layered(
                factory.createSocket(address, port, localAddress, localPort),
                address.getHostAddress(),
                port);
    }

    private Socket layered(Socket connected, String host, int port) throws IOException {
        try {
            return createSocket(connected, host, port, true);
        } catch (Throwable e) {
            connected.close();
            throw e;
        }
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }
}
