// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.testing.KeptPort;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.transport.FakeNames;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;

import javax.net.ssl.SSLContext;

/// Hosts that have several addresses, some of which cannot be reached. Linux answers on all of
/// `127.0.0.0/8`.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HostConnectTest {
    private static final String HOST = "several.example.org";
    private static final InetAddress SECOND = InetAddress.ofLiteral("127.0.0.2");

    private FakeNames names;
    private KeptPort kept; // on the other addresses nobody is there
    private GreenServerSocket listener;
    private int port;

    @BeforeEach
    void listenOnTheSecondAddress() throws IOException {
        names = new FakeNames().with(HOST, "127.0.0.1", "127.0.0.2", "127.0.0.3");
        kept = new KeptPort();
        port = kept.number();
        listener = Eventlet.listen(new InetSocketAddress(SECOND, port));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        kept.close();
        names.close();
    }

    private static void assertReachesTheSecond(Socket socket) throws IOException {
        try (socket) {
            assertThat(socket.getInetAddress()).isEqualTo(SECOND);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void connectTriesTheNextAddress() throws Exception {
        assertReachesTheSecond(Eventlet.connect(HOST, port));
    }

    @Test
    void connectWithALimitTriesTheNextAddress() throws Exception {
        assertReachesTheSecond(Eventlet.connect(HOST, port, Duration.ofSeconds(30)));
    }

    @Test
    void constructorTriesTheNextAddress() throws Exception {
        assertReachesTheSecond(new GreenSocket(HOST, port));
    }

    @Test
    void factoryTriesTheNextAddress() throws Exception {
        assertReachesTheSecond(GreenSocketFactory.instance().createSocket(HOST, port));
    }

    @Test
    void factoryTriesTheNextAddressFromTheSameLocalOne() throws Exception {
        var local = InetAddress.ofLiteral("127.0.0.9");

        var socket = GreenSocketFactory.instance().createSocket(HOST, port, local, 0);

        assertThat(socket.getLocalAddress()).isEqualTo(local);
        assertReachesTheSecond(socket);
    }

    @Test
    void tlsFactoryTriesTheNextAddress() throws Exception {
        var factory = GreenSslSocketFactory.of(SSLContext.getDefault());

        var socket = factory.createSocket(HOST, port);

        assertThat(socket.getInetAddress()).isEqualTo(SECOND);
        var closing = Eventlet.spawn(() -> listener.accept().close()); // ends the goodbye
        socket.close();
        var _ = closing.await();
    }

    @Test
    void greenThreadsTryTheNextAddress() throws Exception {
        var connecting = Eventlet.spawn(() -> Eventlet.connect(HOST, port));

        assertReachesTheSecond(connecting.await());
    }

    @Test
    void anAddressThatDoesNotAnswerTakesItsShareOfTheLimitOnly() throws Exception {
        try (var silent = new FullBacklog();
                var other =
                        Eventlet.listen(
                                new InetSocketAddress(SECOND, silent.address().getPort()))) {
            var socket = Eventlet.connect(HOST, other.getLocalPort(), Duration.ofSeconds(3));

            assertReachesTheSecond(socket);
        }
    }

    @Test
    void failureIsThatOfTheLastAddressAndHasTheOthers() throws Exception {
        listener.close();

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> Eventlet.connect(HOST, port))
                .withMessageContaining("127.0.0.3")
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageContaining("127.0.0.2"));
    }

    @Test
    void limitEndsItWhenNoAddressAnswers() throws Exception {
        names.with("silent.example.org", "127.0.0.1", "127.0.0.1");
        try (var silent = new FullBacklog()) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() ->
                            Eventlet.connect(
                                    "silent.example.org",
                                    silent.address().getPort(),
                                    Duration.ofMillis(100)));
        }
    }

    @Test
    void unknownHostIsAnError() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> Eventlet.connect("nosuch.example.org", port));
    }

    @Test
    void listenTakesTheFirstAddress() throws Exception {
        try (var first = Eventlet.listen(HOST, 0)) {
            assertThat(first.getInetAddress().getHostAddress()).isEqualTo("127.0.0.1");
        }
    }
}
