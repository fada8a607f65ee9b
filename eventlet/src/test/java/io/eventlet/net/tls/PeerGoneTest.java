// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.SocketPair;
import io.eventlet.testing.MemoryNetwork;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Clock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;

/// Whether the peer has gone, without reading.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PeerGoneTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private SocketPair pair;

    @BeforeEach
    void open() throws IOException {
        pair = SocketPair.open();
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    private void awaitUnread(GreenSocket socket, int bytes) {
        Eventually.until(() -> {
            try {
                return socket.getInputStream().available() >= bytes;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void openConnectionHasItsPeer() {
        assertThat(pair.green().isPeerGone()).isFalse();
    }

    @Test
    void peerThatClosesHasGone() throws Exception {
        pair.peer().close();

        Eventually.until(pair.green()::isPeerGone);
        assertThat(pair.green().recv(new byte[1])).isEqualTo(-1);
        assertThat(pair.green().isPeerGone()).isTrue();
    }

    @Test
    void peerThatSendsNoMoreHasGoneThoughItReads() throws Exception {
        pair.peer().shutdownOutput();

        Eventually.until(pair.green()::isPeerGone);
        pair.green().sendAll(new byte[] {7});
        assertThat(pair.peer().getInputStream().read()).isEqualTo(7);
    }

    @Test
    void peerThatResetsHasGoneAndTheReaderIsToldOfTheReset() throws Exception {
        pair.peer().setSoLinger(true, 0);
        pair.peer().close();

        Eventually.until(pair.green()::isPeerGone);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> pair.green().recv(new byte[1]))
                .withMessage("Connection reset");
        assertThat(pair.green().isPeerGone()).isTrue();
    }

    @Test
    void peerHasNotGoneWhileBytesAreUnread() throws Exception {
        pair.peer().getOutputStream().write(new byte[] {1, 2});
        pair.peer().close();
        awaitUnread(pair.green(), 2);

        assertThat(pair.green().isPeerGone()).isFalse();
        assertThat(pair.green().getInputStream().readNBytes(2)).containsExactly(1, 2);

        Eventually.until(pair.green()::isPeerGone);
    }

    @Test
    void lookTakesNothingFromTheReader() throws Exception {
        assertThat(pair.green().isPeerGone()).isFalse();
        pair.peer().getOutputStream().write(new byte[] {1, 2, 3});
        for (int i = 0; i < 3; i++) {
            assertThat(pair.green().isPeerGone()).isFalse();
        }

        assertThat(pair.green().getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    }

    @Test
    void whoWaitsForBytesIsNotDisturbed() throws Exception {
        var reader = Eventlet.spawn(() -> pair.green().recv(new byte[10]));
        SocketPair.awaitParked(reader);

        assertThat(pair.green().isPeerGone()).isFalse();
        pair.peer().getOutputStream().write(1);

        assertThat(reader.await()).isEqualTo(1);
    }

    @Test
    void ownHalfCloseIsNotThePeers() throws Exception {
        pair.green().shutdownOutput();
        assertThat(pair.green().isPeerGone()).isFalse();

        pair.peer().close();

        Eventually.until(pair.green()::isPeerGone);
    }

    @Test
    void closedOneHasNoPeerAndAnUnconnectedOneHadNone() throws Exception {
        pair.green().close();

        assertThat(pair.green().isPeerGone()).isTrue();
        try (var unconnected = new GreenSocket()) {
            assertThat(unconnected.isPeerGone()).isFalse();
            unconnected.bind(null);
            assertThat(unconnected.isPeerGone()).isFalse();
        }
    }

    @Test
    void cancellationStaysForTheNextWait() {
        Thread.currentThread().interrupt();

        assertThat(pair.green().isPeerGone()).isFalse();

        assertThatExceptionOfType(Cancelled.class).isThrownBy(() -> Eventlet.sleep(HOUR));
        assertThat(pair.green().isClosed()).isFalse();
    }

    @Test
    @Tag("hub-only")
    void inMemoryItIsTheSame() throws Exception {
        var network = new MemoryNetwork();
        try (var hub = Hub.start("memory", Clock.system(), network.poller())) {
            var ignored =
                    Eventlet.spawnOn(
                                    hub,
                                    () -> {
                                        try (var listener = Eventlet.listen(7);
                                                var client = Eventlet.connect("10.0.0.1", 7)) {
                                            var server = listener.accept();
                                            assertThat(client.isPeerGone()).isFalse();
                                            server.sendAll(new byte[] {1});
                                            server.close();
                                            assertThat(client.isPeerGone()).isFalse();
                                            assertThat(client.recv(new byte[9])).isEqualTo(1);
                                            assertThat(client.isPeerGone()).isTrue();
                                        }
                                    })
                            .await();
        }
    }

    // ---- TLS

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void peerThatSaysGoodbyeHasGone(String protocol) throws Exception {
        try (var tls = TlsPair.shaken(protocol)) {
            assertThat(tls.client().isPeerGone()).isFalse(); // tickets of sessions are no data

            tls.server().close();

            Eventually.until(tls.client()::isPeerGone);
            assertThat(tls.client().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void goodbyeAfterDataIsNoticedWhenThoseAreRead() throws Exception {
        try (var tls = TlsPair.shaken()) {
            tls.server().sendAll(new byte[] {1, 2, 3});
            tls.server().close();
            assertThat(tls.client().isPeerGone()).isFalse();

            assertThat(tls.client().getInputStream().readNBytes(3)).containsExactly(1, 2, 3);

            Eventually.until(tls.client()::isPeerGone);
        }
    }

    @Test
    void peerThatGoesBeforeTheHandshakeHasGone() throws Exception {
        try (var client =
                Eventlet.wrapSsl(
                        pair.green(),
                        TestCertificate.trusting(TestCertificate.local()),
                        "localhost")) {
            assertThat(client.isPeerGone()).isFalse();

            pair.peer().close();

            Eventually.until(client::isPeerGone);
        }
    }

    @Test
    void peerThatGoesWithoutGoodbyeHasGone() throws Exception {
        try (var tls = TlsPair.shaken()) {
            assertThat(tls.client().isPeerGone()).isFalse();

            tls.server().layer().transport().close();

            Eventually.until(tls.client()::isPeerGone);
        }
    }
}
