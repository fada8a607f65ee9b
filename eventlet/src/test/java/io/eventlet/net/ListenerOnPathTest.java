// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.net.server.GreenServer;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/// Listeners on a path that are served like others.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ListenerOnPathTest {
    @TempDir Path directory;

    private UnixDomainSocketAddress address;

    @BeforeEach
    void choosePath() {
        address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    }

    private GreenServerSocket listen() throws IOException {
        return GreenServerSocket.listen(address, 10);
    }

    @Test
    @Tag("hub-only")
    void whatItAcceptsIsASocketOfThisHost() throws Exception {
        try (var listener = listen();
                var client = UnixSocket.connect(address);
                var accepted = listener.accept()) {
            client.sendAll("ab".getBytes(US_ASCII));
            client.shutdownOutput();

            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo("ab".getBytes(US_ASCII));
            assertThat(accepted.getInetAddress().isLoopbackAddress()).isTrue();
            assertThat(accepted.getRemoteSocketAddress())
                    .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(listener.isBound()).isTrue();
            assertThat(listener.getLocalSocketAddress())
                    .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
    }

    @Test
    @Tag("hub-only")
    void readsKeepToTheirLimit() throws Exception {
        try (var listener = listen();
                var client = UnixSocket.connect(address);
                var accepted = listener.accept()) {
            accepted.setSoTimeout(1);

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(accepted::awaitReadable);
            assertThat(client.isPeerGone()).isFalse();
        }
    }

    @Test
    @Tag("hub-only")
    void acceptKeepsToItsLimit() throws Exception {
        try (var listener = listen()) {
            listener.setSoTimeout(1);

            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(listener::accept);
        }
    }

    @Test
    @Tag("hub-only")
    void endOfThePeerIsSeen() throws Exception {
        try (var listener = listen();
                var client = UnixSocket.connect(address);
                var accepted = listener.accept()) {
            var before = accepted.isPeerGone();
            client.shutdownOutput();

            assertThat(before).isFalse();
            assertThat(accepted.isPeerGone()).isTrue();
        }
    }

    /// Servers ask for it on every connection.
    @Test
    @Tag("hub-only")
    void nothingIsDelayedOnAPath() throws Exception {
        try (var listener = listen();
                var client = UnixSocket.connect(address);
                var accepted = listener.accept()) {
            accepted.setTcpNoDelay(true);

            assertThat(accepted.getTcpNoDelay()).isTrue();
            assertThat(client.isPeerGone()).isFalse();
        }
    }

    @Test
    @Tag("hub-only")
    void pathThatIsTakenIsRefused() throws Exception {
        try (var listener = listen()) {
            assertThatExceptionOfType(BindException.class).isThrownBy(this::listen);
            assertThat(listener.isClosed()).isFalse();
        }
    }

    @Test
    @Tag("hub-only")
    void severalHubsServeOneListener() throws Exception {
        var server =
                GreenServer.builder(client ->
                                client.getInputStream().transferTo(client.getOutputStream()))
                        .listener(listen())
                        .hubs(2)
                        .start();
        try {
            for (int i = 0; i < 20; i++) {
                try (var client = UnixSocket.connect(address)) {
                    client.sendAll("ab".getBytes(US_ASCII));
                    client.shutdownOutput();

                    assertThat(client.getInputStream().readAllBytes())
                            .isEqualTo("ab".getBytes(US_ASCII));
                }
            }
            assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
        } finally {
            server.close(Duration.ZERO);
        }
    }

    @Test
    @Tag("portable-only")
    void portableModeHasNone() {
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(this::listen)
                .withMessageContaining("jdk");
    }
}
