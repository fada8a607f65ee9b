// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.Eventlet;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

import javax.net.ssl.SSLContext;

/// Both ends of a TLS connection on loopback, perhaps with a relay in between. The handshake is yet
/// to be made.
record TlsPair(GreenSslSocket client, GreenSslSocket server, @Nullable Relay relayOrNull)
        implements AutoCloseable {
    private static final TestCertificate LOCAL = TestCertificate.local();

    static TlsPair open() throws IOException {
        return open(TestCertificate.trusting(LOCAL));
    }

    static TlsPair open(SSLContext clients) throws IOException {
        return open(clients, false);
    }

    static TlsPair relayed() throws IOException {
        return open(TestCertificate.trusting(LOCAL), true);
    }

    private static TlsPair open(SSLContext clients, boolean relayed) throws IOException {
        try (var listener =
                Eventlet.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            var relay = relayed ? new Relay(listener.getLocalPort()) : null;
            int port = relay == null ? listener.getLocalPort() : relay.port();
            var near = Eventlet.connect("127.0.0.1", port);
            var client = Eventlet.wrapSsl(near, clients, "localhost");
            var server = Eventlet.wrapSslServer(listener.accept(), LOCAL.context());
            return new TlsPair(client, server, relay);
        }
    }

    /// With the handshake made.
    static TlsPair shaken(String... protocols) throws IOException {
        var pair = open();
        if (protocols.length > 0) {
            pair.client.setEnabledProtocols(protocols);
        }
        pair.shakeHands();
        return pair;
    }

    TlsPair shakeHands() throws IOException {
        var other = Eventlet.spawn(() -> server.startHandshake());
        client.startHandshake();
        other.await();
        return this;
    }

    Relay relay() {
        return Objects.requireNonNull(relayOrNull);
    }

    @Override
    public void close() throws IOException {
        if (relayOrNull != null) {
            relayOrNull.toTarget().release();
            relayOrNull.fromTarget().release();
            relayOrNull.close();
        }
        // without the words that the other end may no longer hear
        client.layer().transport().close();
        server.layer().transport().close();
    }
}
