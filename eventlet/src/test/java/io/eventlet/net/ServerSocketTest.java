// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// Listening and accepting.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServerSocketTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private static GreenServerSocket listen() throws IOException {
        return Eventlet.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Socket connect(GreenServerSocket listener) throws IOException {
        return new Socket(listener.getInetAddress(), listener.getLocalPort());
    }

    @Test
    void acceptWaitsForAConnection() throws Exception {
        try (var listener = listen()) {
            var acceptor = Eventlet.spawn(listener::accept);
            awaitParked(acceptor);

            try (var client = connect(listener);
                    var accepted = acceptor.await()) {
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
            }
        }
    }

    @Test
    void acceptTakesThoseWhoWaitInOrder() throws Exception {
        try (var listener = listen();
                var first = connect(listener);
                var second = connect(listener);
                var one = listener.accept();
                var two = listener.accept()) {
            assertThat(one.getPort()).isEqualTo(first.getLocalPort());
            assertThat(two.getPort()).isEqualTo(second.getLocalPort());
        }
    }

    /// From Eventlet's greenio_test.py: TestGreenSocket.test_accept_timeout.
    @Test
    void acceptTimeoutLeavesTheListenerUsable() throws Exception {
        try (var listener = listen()) {
            listener.setSoTimeout(20);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(listener::accept)
                    .withMessage("Accept timed out");
            listener.setSoTimeout(0);

            try (var client = connect(listener);
                    var accepted = listener.accept()) {
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
            }
        }
    }

    @Test
    void acceptTimeoutHoldsForThoseWhoWaitForTheirTurn() throws Exception {
        try (var listener = listen()) {
            var first = Eventlet.spawn(listener::accept);
            awaitParked(first);

            listener.setSoTimeout(20);

            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(listener::accept);
            first.kill();
        }
    }

    @Test
    @Tag("hub-only")
    void timeoutEndsAcceptAndLeavesTheListenerUsable() throws Exception {
        var expired = new CompletableFuture<Void>();

        try (var listener = listen()) {
            var acceptor =
                    Eventlet.spawn(() -> {
                        assertThatExceptionOfType(TimeoutExpired.class)
                                .isThrownBy(() -> Eventlet.withTimeout(MOMENT, listener::accept));
                        expired.complete(null);
                        return listener.accept();
                    });
            expired.get();

            try (var client = connect(listener);
                    var accepted = acceptor.await()) {
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
            }
        }
    }

    @Test
    @Tag("hub-only")
    void killedAcceptorTakesNoConnectionWithIt() throws Exception {
        try (var listener = listen()) {
            var killed = Eventlet.spawn(listener::accept);
            awaitParked(killed);
            var next = Eventlet.spawn(listener::accept);
            awaitParked(next);

            killed.kill();
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(killed::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);

            try (var client = connect(listener);
                    var accepted = next.await()) {
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
            }
        }
    }

    @Test
    @Tag("portable-only")
    void timeoutOfAcceptClosesTheListenerInPortableMode() throws Exception {
        try (var listener = listen()) {
            var acceptor = Eventlet.spawn(() -> Eventlet.withTimeout(MOMENT, listener::accept));

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(acceptor::await)
                    .withCauseInstanceOf(TimeoutExpired.class);
            assertThatExceptionOfType(SocketException.class).isThrownBy(listener::accept);
        }
    }

    @Test
    void timeoutEndsAcceptOnAPlatformThread() throws Exception {
        try (var listener = listen()) {
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, listener::accept));
        }
    }

    @Test
    void acceptorsOfSeveralHubsShareAListener() throws Exception {
        int connections = 60;
        var sent = new AtomicInteger();

        try (var listener = listen();
                var one = Hub.start("one");
                var two = Hub.start("two")) {
            var acceptors = new ArrayList<GreenThread<?>>();
            for (var hub : new Hub[] {one, two, Hub.main()}) {
                acceptors.add(
                        Eventlet.spawnOn(
                                hub,
                                () -> {
                                    for (int i = 0; i < connections / 3; i++) {
                                        try (var accepted = listener.accept()) {
                                            accepted.sendAll(new byte[] {1});
                                            sent.getAndIncrement();
                                        }
                                    }
                                }));
            }
            for (int i = 0; i < connections; i++) {
                try (var client = connect(listener)) {
                    assertThat(client.getInputStream().read()).isEqualTo(1);
                }
            }

            acceptors.forEach(GreenThread::await);
            assertThat(sent).hasValue(connections);
        }
    }

    // ---- binding

    @Test
    void portIsFreeAgainAtOnce() throws Exception {
        int port;
        try (var listener = listen();
                var client = connect(listener);
                var accepted = listener.accept()) {
            port = listener.getLocalPort();
            accepted.getOutputStream().close(); // this end has to wait for stray packets
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }

        try (var listener =
                Eventlet.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            assertThat(listener.getLocalPort()).isEqualTo(port);
        }
    }

    @Test
    void unresolvedHostIsNamed() {
        var nowhere = InetSocketAddress.createUnresolved("no.such.host.invalid", 0);

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> Eventlet.listen(nowhere))
                .withMessageContaining("no.such.host.invalid");
    }

    /// From Eventlet's convenience_test.py: test_socket_reuse.
    @Test
    void listenersShareAPortIfAllWantTo() throws Exception {
        var loopback = InetAddress.getLoopbackAddress();

        try (var first = GreenServerSocket.listen(new InetSocketAddress(loopback, 0), 10, true)) {
            var address = new InetSocketAddress(loopback, first.getLocalPort());
            try (var second = GreenServerSocket.listen(address, 10, true)) {
                assertThat(second.getLocalPort()).isEqualTo(first.getLocalPort());
                assertThatExceptionOfType(BindException.class)
                        .isThrownBy(() -> Eventlet.listen(address));
            }
        }
    }

    @Test
    void unboundListenerIsBoundLater() throws Exception {
        try (var listener = new GreenServerSocket()) {
            assertThat(listener.isBound()).isFalse();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);

            try (var client = connect(listener);
                    var accepted = listener.accept()) {
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
            }
        }
    }
}
