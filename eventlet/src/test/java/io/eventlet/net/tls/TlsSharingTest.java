// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.errors.ConcurrentUse;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.OnCancellation;
import io.eventlet.net.SocketPair;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/// TLS sockets that several threads use, one of which may close them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsSharingTest {
    private static final TestCertificate LOCAL = TestCertificate.local();
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void awaitParked(GreenThread<?> thread) {
        Eventually.until(() -> thread.thread().getState() == Thread.State.WAITING);
    }

    private static void assertEndedByClose(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isInstanceOf(SocketException.class)
                .withMessageContaining("closed");
    }

    @Test
    void secondReaderIsToldOfTheFirst() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var first = Eventlet.spawn("first reader", () -> read(pair.client(), 5));
            awaitParked(first);

            assertThatExceptionOfType(ConcurrentUse.class)
                    .isThrownBy(() -> pair.client().recv(new byte[1]))
                    .withMessageContaining("first reader")
                    .withMessageContaining(Thread.currentThread().getName());

            pair.server().sendAll(HELLO);
            assertThat(first.await()).isEqualTo("hello");
        }
    }

    @Test
    void readerWaitsForTheThreadThatMakesTheHandshake() throws Exception {
        try (var pair = TlsPair.open()) {
            var shaking = Eventlet.spawn(() -> pair.client().startHandshake());
            awaitParked(shaking);
            var reader = Eventlet.spawn(() -> read(pair.client(), 5));
            awaitParked(reader);

            pair.server().sendAll(HELLO);

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void socketIsSharedByThreadsOfTwoHubs() throws Exception {
        try (var pair = TlsPair.shaken();
                var hub = Hub.start("other")) {
            var reader = Eventlet.spawnOn(hub, () -> read(pair.client(), 5));
            awaitParked(reader);

            pair.server().sendAll(HELLO);

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    /// Where a cancellation closes the socket: the other one is in the middle of what it writes.
    @Test
    void whoIsKilledWhileItWaitsForItsTurnToWriteLeavesTheSocketToTheOther() throws Exception {
        int length = 1 << 23; // more than fits on the way
        try (var pair = TlsPair.shaken()) {
            ((GreenSocket) pair.client().layer().transport())
                    .setOnCancellation(OnCancellation.CLOSE);
            var first = Eventlet.spawn(() -> pair.client().sendAll(new byte[length]));
            awaitParked(first);
            var second = Eventlet.spawn(() -> pair.client().sendAll(HELLO));
            awaitParked(second);

            second.kill();

            second.join();
            assertThat(second.isCancelled()).isTrue();
            assertThat(pair.server().getInputStream().readNBytes(length)).hasSize(length);
            first.await();
            assertThat(pair.client().isClosed()).isFalse();
        }
    }

    /// Its stream was left within a packet: whoever gave it is told by that.
    @Test
    void aCancellationThatClosesItClosesTheSocketBelowThoughClosingItDoesNot() throws Exception {
        var clients = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));
        try (var pair = SocketPair.open()) {
            pair.green().setOnCancellation(OnCancellation.CLOSE);
            var tls = clients.createSocket(pair.green(), "localhost", 443, false);
            var shaking = Eventlet.spawn(() -> tls.startHandshake());
            awaitParked(shaking);

            shaking.kill();

            shaking.join();
            assertThat(tls.isClosed()).isTrue();
            assertThat(pair.green().isClosed()).isTrue();
        }
    }

    @Test
    void closingEndsReader() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var reader = Eventlet.spawn(() -> read(pair.client(), 5));
            awaitParked(reader);

            pair.client().close();

            assertEndedByClose(reader);
        }
    }

    @Test
    void closingEndsWriter() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var writer = Eventlet.spawn(() -> pair.client().sendAll(new byte[64 << 20]));
            awaitParked(writer);

            pair.client().close();

            assertEndedByClose(writer);
        }
    }

    @Test
    void closingOnlyTlsLeavesThePeersGoodbyeToTheReader() throws Exception {
        try (var listener =
                        Eventlet.listen(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var near = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                var far = listener.accept()) {
            var client =
                    GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL))
                            .createSocket(near, "localhost", near.getPort(), false);
            var server = GreenSslSocketFactory.of(LOCAL.context()).createSocket(far, "", 0, false);
            server.setUseClientMode(false);
            var other = Eventlet.spawn(() -> server.recv(new byte[1]));
            client.startHandshake();
            var reader = Eventlet.spawn(() -> client.recv(new byte[1]));
            awaitParked(reader);

            client.close();
            assertThat(other.await()).isEqualTo(-1);
            server.close();
            far.sendAll("plain".getBytes(US_ASCII));

            assertEndedByClose(reader);
            assertThat(read(near, 5)).isEqualTo("plain");
        }
    }

    @Test
    void closingEndsHandshake() throws Exception {
        try (var pair = TlsPair.open()) {
            var shaking = Eventlet.spawn(() -> pair.client().startHandshake());
            awaitParked(shaking);

            pair.client().close();

            assertEndedByClose(shaking);
        }
    }

    @Test
    void closedSocketRefusesEverything() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var client = pair.client();
            var in = client.getInputStream();
            var out = client.getOutputStream();

            client.close();
            client.close();

            var refused = assertThatExceptionOfType(SocketException.class);
            refused.isThrownBy(in::read);
            refused.isThrownBy(() -> out.write(1));
            refused.isThrownBy(client::getInputStream);
            refused.isThrownBy(client::getOutputStream);
            refused.isThrownBy(client::startHandshake);
            refused.isThrownBy(client::getSoTimeout);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void closingStreamClosesSocket() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.client().getInputStream().close();

            assertThat(pair.client().isClosed()).isTrue();
            assertThat(pair.server().recv(new byte[1])).isEqualTo(-1);
        }
    }
}
