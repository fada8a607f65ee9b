// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.SocketPair;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// Sockets that outlive the hub that made them, as those in a pool do: whoever uses one next waits
/// for it on a hub of its own.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClosedHubTest {
    private final Hub hub = Hub.start("passing");
    private GreenServerSocket listener;
    private GreenSocket socket;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        listener = new GreenServerSocket(0, 10, InetAddress.getLoopbackAddress());
        socket = Eventlet.spawnOn(hub, this::connected).await();
        peer = listener.accept();
        peer.setSoTimeout(50_000);
    }

    private GreenSocket connected() throws IOException {
        return new GreenSocket(listener.getInetAddress(), listener.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        hub.close();
        listener.close();
        socket.close();
        peer.close();
    }

    private GreenThread<?> reading() {
        var reader = Eventlet.spawn(() -> assertThat(socket.recv(new byte[10])).isEqualTo(1));
        SocketPair.awaitParked(reader);
        return reader;
    }

    private void useOnItsHub() {
        var ignored =
                Eventlet.spawnOn(
                                hub,
                                () -> {
                                    var reader = Eventlet.spawn(() -> socket.recv(new byte[10]));
                                    Eventlet.yield();
                                    peer.getOutputStream().write(1);
                                    return reader.await();
                                })
                        .await();
    }

    @Test
    void itIsReadByAGreenThreadOfAnotherHub() throws Exception {
        useOnItsHub();
        hub.close();

        var reader = reading();
        peer.getOutputStream().write(1);

        reader.await();
    }

    @Test
    void itIsReadByAPlatformThread() throws Exception {
        useOnItsHub();
        hub.close();
        var writer = Eventlet.spawn(() -> peer.getOutputStream().write(7));

        assertThat(socket.getInputStream().read()).isEqualTo(7);

        writer.await();
    }

    @Test
    void whoWaitsOnAnotherHubWhenItClosesWaitsOn() throws Exception {
        var reader = reading();

        hub.close();
        peer.getOutputStream().write(1);

        reader.await();
    }

    @Test
    void bothSidesGoOnFromDifferentHubs() throws Exception {
        useOnItsHub();
        hub.close();
        try (var other = Hub.start("other")) {
            var bytes = new byte[3 << 20];
            var writer = Eventlet.spawnOn(other, () -> socket.sendAll(bytes));
            var reader = reading();
            peer.getOutputStream().write(1);

            reader.await();
            assertThat(peer.getInputStream().readNBytes(bytes.length)).hasSize(bytes.length);
            writer.await();
        }
    }

    @Test
    void itMovesAgainWhenThatHubIsClosedToo() throws Exception {
        hub.close();
        try (var second = Hub.start("second")) {
            var reader = Eventlet.spawnOn(second, () -> socket.recv(new byte[10]));
            SocketPair.awaitParked(reader);
            peer.getOutputStream().write(1);
            reader.await();
        }

        var reader = reading();
        peer.getOutputStream().write(1);

        reader.await();
    }

    @Test
    void itConnectsAfterItsHubWasClosed() throws Exception {
        var unconnected = Eventlet.spawnOn(hub, () -> bound(new GreenSocket())).await();
        hub.close();

        unconnected.connect(listener.getLocalSocketAddress());

        try (unconnected;
                var accepted = listener.accept()) {
            accepted.sendAll(new byte[] {7});
            assertThat(unconnected.getInputStream().read()).isEqualTo(7);
        }
    }

    private static GreenSocket bound(GreenSocket made) throws IOException {
        made.bind(null);
        return made;
    }

    @Test
    void listenerOfAClosedHubAcceptsOnAnother() throws Exception {
        try (var other =
                Eventlet.spawnOn(
                                hub,
                                () ->
                                        new GreenServerSocket(
                                                0, 10, InetAddress.getLoopbackAddress()))
                        .await()) {
            hub.close();
            var accepting = Eventlet.spawn(other::accept);
            SocketPair.awaitParked(accepting);

            try (var client = new Socket(other.getInetAddress(), other.getLocalPort());
                    var accepted = accepting.await()) {
                client.getOutputStream().write(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void tlsGoesOnTooInTheMiddleOfAHandshake() throws Exception {
        var certificate = TestCertificate.local();
        var client = Eventlet.wrapSsl(socket, TestCertificate.trusting(certificate), "localhost");
        var handshake = Eventlet.spawn(() -> client.startHandshake());
        SocketPair.awaitParked(handshake);
        hub.close();

        try (var server = Eventlet.wrapSslServer(peer, certificate.context())) {
            server.sendAll(new byte[] {7});
            handshake.await();

            assertThat(client.getInputStream().read()).isEqualTo(7);
            client.close();
        }
    }
}
