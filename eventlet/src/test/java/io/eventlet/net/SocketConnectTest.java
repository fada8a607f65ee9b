// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Connecting, to those who answer, refuse, or are silent.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketConnectTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    /// Bound and not listening, so that nobody else listens there, and no socket that connects to
    /// it gets that very port for itself.
    private static final Socket NOBODY = new Socket();

    private static InetSocketAddress nobody() throws IOException {
        if (!NOBODY.isBound()) {
            NOBODY.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        return (InetSocketAddress) NOBODY.getLocalSocketAddress();
    }

    private static GreenSocket connect(GreenSocket socket, InetSocketAddress to)
            throws IOException {
        socket.connect(to);
        return socket;
    }

    private static void awaitParked(GreenThread<?> thread) {
        Eventually.until(() ->
                switch (thread.thread().getState()) {
                    case WAITING, TIMED_WAITING -> true;
                    default -> false;
                });
    }

    /// From Eventlet's api_test.py: TestApi.test_connect_tcp.
    @Test
    void connectsToAHost() throws Exception {
        try (var listener = Eventlet.listen("localhost", 0);
                var client = Eventlet.connect("localhost", listener.getLocalPort());
                var server = listener.accept()) {
            client.sendAll(new byte[] {42});

            assertThat(server.getInputStream().read()).isEqualTo(42);
        }
    }

    /// From Eventlet's test__socket_errors.py: TestSocketErrors.test_connection_refused.
    @Test
    void refusalIsAnErrorThatNamesTheAddress() throws Exception {
        var address = nobody();

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> Eventlet.connect(address))
                .withMessageContaining("Connection refused")
                .withMessageContaining(String.valueOf(address.getPort()));
    }

    @Test
    void refusalClosesTheSocket() throws Exception {
        var socket = new GreenSocket();
        var address = nobody();

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> socket.connect(address));

        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void unknownHostIsAnErrorAndClosesTheSocket() throws Exception {
        var socket = new GreenSocket();
        var unresolved = InetSocketAddress.createUnresolved("no.such.host.invalid", 80);

        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> socket.connect(unresolved))
                .withMessageContaining("no.such.host.invalid");

        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void limitEndsConnect() throws Exception {
        try (var silent = new FullBacklog()) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> Eventlet.connect(silent.address(), MOMENT))
                    .withMessageContaining("Connect timed out")
                    .withMessageContaining(String.valueOf(silent.address().getPort()));
        }
    }

    /// From Eventlet's greenio_test.py: TestGreenSocket.test_connect_timeout.
    @Test
    void limitInMillisecondsEndsConnectAndClosesTheSocket() throws Exception {
        try (var silent = new FullBacklog();
                var socket = new GreenSocket()) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.connect(silent.address(), 20));

            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void connectGoesOnWhenThePeerAnswersAtLast() throws Exception {
        try (var silent = new FullBacklog()) {
            var connecting = Eventlet.spawn(() -> Eventlet.connect(silent.address()));
            awaitParked(connecting);

            silent.acceptAll();

            try (var socket = connecting.await()) { // with the next SYN, after a second
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }

    @Test
    void timeoutEndsConnectAndClosesTheSocket() throws Exception {
        try (var silent = new FullBacklog();
                var socket = new GreenSocket()) {
            var connecting =
                    Eventlet.spawn(() ->
                            Eventlet.withTimeout(MOMENT, () -> connect(socket, silent.address())));

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(connecting::await)
                    .withCauseInstanceOf(TimeoutExpired.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void timeoutWithAnExceptionOfTheCallersClosesTheSocketToo() throws Exception {
        var mine = new IllegalStateException("mine");

        try (var silent = new FullBacklog();
                var socket = new GreenSocket()) {
            var connecting =
                    Eventlet.spawn(() -> {
                        var timeout = io.eventlet.Timeout.after(MOMENT, () -> mine);
                        try (timeout) {
                            socket.connect(silent.address());
                        }
                    });

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(connecting::await)
                    .withCause(mine);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void killEndsConnectAndClosesTheSocket() throws Exception {
        try (var silent = new FullBacklog();
                var socket = new GreenSocket()) {
            var connecting = Eventlet.spawn(() -> socket.connect(silent.address()));
            awaitParked(connecting);

            connecting.kill();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(connecting::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void closingEndsConnect() throws Exception {
        var socket = new GreenSocket();

        try (var silent = new FullBacklog()) {
            var connecting = Eventlet.spawn(() -> socket.connect(silent.address()));
            awaitParked(connecting);

            socket.close();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(connecting::await)
                    .withCauseInstanceOf(SocketException.class)
                    .withMessageContaining("failed");
        }
    }

    @Test
    void connectsFromAnAddressOfTheCallers() throws Exception {
        var loopback = InetAddress.getLoopbackAddress();

        try (var listener = Eventlet.listen(new InetSocketAddress(loopback, 0));
                var client = new GreenSocket()) {
            client.bind(new InetSocketAddress(loopback, 0));
            int port = client.getLocalPort();
            client.connect(listener.getLocalSocketAddress());

            try (var server = listener.accept()) {
                assertThat(client.getLocalPort()).isEqualTo(port);
                assertThat(server.getPort()).isEqualTo(port);
            }
        }
    }

    @Test
    void portThatIsTakenIsNamed() throws Exception {
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            int port = listener.getLocalPort();

            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> Eventlet.listen("127.0.0.1", port))
                    .withMessageContaining("Address already in use");
        }
    }

    @Test
    void addressOfAnotherHostCannotBeBound() {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> Eventlet.listen("192.0.2.77", 0))
                .withMessageContaining("Cannot assign requested address");
    }

    @Test
    void limitMayBeLongerThanAnyLife() throws Exception {
        try (var listener = Eventlet.listen("localhost", 0);
                var client =
                        Eventlet.connect(
                                new InetSocketAddress("localhost", listener.getLocalPort()),
                                Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void negativeLimitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Eventlet.connect(
                                new InetSocketAddress("localhost", 1), Duration.ofMillis(-1)));
    }

    // ---- by the thousands

    private static void connectMany(int count, InetSocketAddress to, Duration limit) {
        var failed = new AtomicInteger();
        var pool = new GreenPool(500);
        for (int i = 0; i < count; i++) {
            var ignored =
                    pool.spawn(() -> {
                        try {
                            Eventlet.connect(to, limit).close();
                        } catch (ConnectException | SocketTimeoutException e) {
                            failed.incrementAndGet();
                        }
                    });
        }
        pool.waitall();
        assertThat(failed).hasValue(count);
    }

    @Test
    void thousandsOfRefusalsLeaveNothingBehind() throws Exception {
        var address = nobody();
        connectMany(10, address, Duration.ZERO);
        int before = OpenFiles.count();

        connectMany(5000, address, Duration.ofMinutes(5));

        Eventually.until(() -> OpenFiles.count() <= before);
    }

    @Test
    void thousandsOfTimeoutsLeaveNothingBehind() throws Exception {
        try (var silent = new FullBacklog()) {
            connectMany(10, silent.address(), MOMENT);
            int before = OpenFiles.count();
            long timers = Hub.main().statistics().timers();

            connectMany(3000, silent.address(), MOMENT);

            Eventually.until(() -> OpenFiles.count() <= before);
            assertThat(Hub.main().statistics().timers()).isLessThan(timers + 200);
        }
    }
}
