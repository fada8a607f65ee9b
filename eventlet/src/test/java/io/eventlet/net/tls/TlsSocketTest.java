// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.TaskFailed;
import io.eventlet.net.GreenSocket;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.Random;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Green TLS sockets as sockets: both ends are ours, or one is the JDK's.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsSocketTest {
    private static final TestCertificate LOCAL = TestCertificate.local();
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);
    private static final byte ALERT = 21;

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static int available(InputStream in) {
        try {
            return in.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- reading

    @Test
    void readsByteByByteWhatCameInOnePacket() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.server().sendAll(HELLO);
            var in = pair.client().getInputStream();

            assertThat(in.read()).isEqualTo('h');
            assertThat(in.available()).isEqualTo(4);
            assertThat(in.read()).isEqualTo('e');
            assertThat(read(pair.client(), 3)).isEqualTo("llo");
            assertThat(in.available()).isZero();
        }
    }

    /// From Eventlet's ssl_test.py:
    /// SSLTest.test_receiving_doesnt_block_if_there_is_already_decrypted_buffered_data.
    @Test
    void readReturnsWhatIsDecryptedWithoutWaitingForMore() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.server().sendAll(HELLO);

            int first = pair.client().recv(new byte[2]);
            int second = pair.client().recv(new byte[100]);

            assertThat(first).isEqualTo(2);
            assertThat(second).isEqualTo(3);
        }
    }

    @Test
    void awaitReadableWaitsForAPacketAndLeavesItToTheRead() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var reader =
                    Eventlet.spawn(() -> {
                        pair.client().awaitReadable();
                        return pair.client().getInputStream().available();
                    });

            pair.server().sendAll(HELLO);

            assertThat(reader.await()).isEqualTo(5);
            assertThat(read(pair.client(), 5)).isEqualTo("hello");
        }
    }

    @Test
    void awaitReadableReturnsAtOnceWhenSomethingIsDecrypted() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.server().sendAll(HELLO);
            assertThat(read(pair.client(), 1)).isEqualTo("h");

            pair.client().awaitReadable();

            assertThat(read(pair.client(), 4)).isEqualTo("ello");
        }
    }

    @Test
    void awaitReadableReturnsAtTheGoodbyeOfThePeer() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.server().close();

            pair.client().awaitReadable();

            assertThat(pair.client().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void awaitReadableMakesTheHandshake() throws Exception {
        try (var pair = TlsPair.open()) {
            var reader =
                    Eventlet.spawn(() -> {
                        pair.server().awaitReadable();
                        return read(pair.server(), 5);
                    });

            pair.client().sendAll(HELLO);

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void awaitReadableObeysSoTimeout() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.client().setSoTimeout(20);

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(pair.client()::awaitReadable);
            pair.server().sendAll(HELLO);
            pair.client().setSoTimeout(0);
            pair.client().awaitReadable();

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
        }
    }

    @Test
    void readOfNothingDoesNotWait() throws Exception {
        try (var pair = TlsPair.open()) {
            assertThat(pair.client().recv(new byte[0])).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void goodbyeOfThePeerIsTheEnd(String protocol) throws Exception {
        try (var pair = TlsPair.shaken(protocol)) {
            pair.server().sendAll(HELLO);
            pair.server().close();

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
            assertThat(pair.client().recv(new byte[1])).isEqualTo(-1);
            assertThat(pair.client().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void endWithoutGoodbyeIsTheEndToo() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.server().layer().transport().shutdownOutput();

            assertThat(pair.client().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void resetIsAnError() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.server().setSoLinger(true, 0);
            pair.server().layer().transport().close();

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[1]))
                    .withMessage("Connection reset");
        }
    }

    @Test
    void packetThatWasTamperedWithEndsTheConnection() throws Exception {
        try (var pair = TlsPair.shaken()) {
            byte[] forged = {
                23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                20
            };
            pair.server().layer().transport().getOutputStream().write(forged);

            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[1]));
            assertThat(pair.client().isClosed()).isTrue();
        }
    }

    @Test
    void peerIsToldOfBadPacketThatMoreFollowed() throws Exception {
        try (var pair = TlsPair.shaken("TLSv1.2")) {
            var far = pair.server().layer().transport();
            var bad = new byte[5000];
            bad[0] = 23;
            bad[1] = 3;
            bad[2] = 3;
            bad[4] = 100;
            far.getOutputStream().write(bad);
            var arrived = pair.client().layer().transport().getInputStream();
            Eventually.until(() -> available(arrived) == bad.length);

            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[1]));

            assertThat(far.getInputStream().readAllBytes()).startsWith(ALERT);
        }
    }

    @Test
    void partsOfArraysAreSentAndReceived() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var into = new byte[4];

            pair.client().sendAll(new byte[] {1, 2, 3, 4}, 1, 2);

            assertThat(pair.server().recv(into, 1, 3)).isEqualTo(2);
            assertThat(into).containsExactly(0, 2, 3, 0);
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.client().sendAll(into, 3, 2))
                    .withMessage("Range [3, 3 + 2) out of bounds for length 4");
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.server().recv(into, 3, 2))
                    .withMessage("Range [3, 3 + 2) out of bounds for length 4");
        }
    }

    // ---- writing

    @Test
    void writersTakeTurns() throws Exception {
        int writers = 5;
        int length = 200_000;

        try (var pair = TlsPair.shaken()) {
            for (int i = 0; i < writers; i++) {
                var bytes = new byte[length];
                Arrays.fill(bytes, (byte) i);
                Eventlet.spawn(() -> pair.client().sendAll(bytes));
            }
            var in = new DataInputStream(pair.server().getInputStream());

            for (int i = 0; i < writers; i++) {
                byte[] block = in.readNBytes(length);
                assertThat(block).containsOnly(block[0]);
            }
        }
    }

    /// From Eventlet's ssl_test.py: SSLTest.test_duplex_response.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothEndsSendMuchAtOnce(String protocol) throws Exception {
        var there = new byte[4 << 20];
        var back = new byte[4 << 20];
        new Random(1).nextBytes(there);
        new Random(2).nextBytes(back);

        try (var pair = TlsPair.shaken(protocol)) {
            Eventlet.spawn(() -> pair.client().sendAll(there));
            Eventlet.spawn(() -> pair.server().sendAll(back));
            var server =
                    Eventlet.spawn(() -> pair.server().getInputStream().readNBytes(there.length));
            byte[] atClient = pair.client().getInputStream().readNBytes(back.length);

            assertThat(Arrays.mismatch(atClient, back)).isEqualTo(-1);
            assertThat(Arrays.mismatch(server.await(), there)).isEqualTo(-1);
        }
    }

    // ---- half of it

    @Test
    void oneEndMaySpeakOnAfterTheOtherHasFinished() throws Exception {
        try (var pair = TlsPair.shaken("TLSv1.3")) {
            pair.client().sendAll(HELLO);
            pair.client().shutdownOutput();

            assertThat(pair.server().getInputStream().readAllBytes()).isEqualTo(HELLO);
            pair.server().sendAll(HELLO);
            assertThat(read(pair.client(), 5)).isEqualTo("hello");
            assertThat(pair.client().isOutputShutdown()).isTrue();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().getOutputStream());
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().sendAll(HELLO));
        }
    }

    @Test
    void beforeTls13TheFirstGoodbyeIsForBoth() throws Exception {
        try (var pair = TlsPair.shaken("TLSv1.2")) {
            pair.client().shutdownOutput();

            assertThat(pair.server().recv(new byte[1])).isEqualTo(-1);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.server().sendAll(HELLO))
                    .withMessageContaining("closed");
            assertThat(pair.client().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void shutInputReadsNothingMore() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var in = pair.client().getInputStream();
            pair.server().sendAll(HELLO);

            pair.client().shutdownInput();

            assertThat(in.read()).isEqualTo(-1);
            assertThat(pair.client().isInputShutdown()).isTrue();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().getInputStream());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void connectionGoesOnInPlainTextAfterTls(String protocol) throws Exception {
        try (var listener = Eventlet.listen(InetSocketAddress.createUnresolved("", 0).getPort())) {
            var near = Eventlet.connect("127.0.0.1", listener.getLocalPort());
            var far = listener.accept();
            var client =
                    GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL))
                            .createSocket(near, "localhost", near.getPort(), false);
            client.setEnabledProtocols(new String[] {protocol});
            var server = GreenSslSocketFactory.of(LOCAL.context()).createSocket(far, "", 0, false);
            server.setUseClientMode(false);
            var other =
                    Eventlet.spawn(() -> {
                        String said = read(server, 5);
                        server.close();
                        far.sendAll("plain".getBytes(US_ASCII));
                        return said;
                    });

            client.sendAll(HELLO);
            client.close();

            assertThat(other.await()).isEqualTo("hello");
            assertThat(read(near, 5)).isEqualTo("plain");
            near.close();
            far.close();
        }
    }

    // ---- new keys, another handshake

    @Test
    void newKeysMayBeAskedForAtAnyTime() throws Exception {
        try (var pair = TlsPair.shaken("TLSv1.3")) {
            var echo =
                    Eventlet.spawn(() ->
                            pair.server()
                                    .getInputStream()
                                    .transferTo(pair.server().getOutputStream()));
            for (int i = 0; i < 10; i++) {
                pair.client().startHandshake();
                pair.client().sendAll(HELLO);
                assertThat(read(pair.client(), 5)).isEqualTo("hello");
            }

            pair.client().shutdownOutput();
            echo.await();
        }
    }

    @Test
    void peerThatAsksForKeysAndNeverReadsIsNotAnsweredForEver() throws Exception {
        try (var pair = TlsPair.shaken("TLSv1.3")) {
            for (int i = 0; i < 2000; i++) {
                pair.client().startHandshake();
            }
            pair.client().sendAll(HELLO);

            assertThat(read(pair.server(), 5)).isEqualTo("hello");
        }
    }

    // ---- the JDK's own TLS at the other end

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void talksToServerOfTheJdk(String protocol) throws Exception {
        var factory = LOCAL.context().getServerSocketFactory();
        try (var listener =
                (SSLServerSocket)
                        factory.createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var plain = Eventlet.connect("127.0.0.1", listener.getLocalPort());
            var client = Eventlet.wrapSsl(plain, TestCertificate.trusting(LOCAL), "localhost");
            client.setEnabledProtocols(new String[] {protocol});
            var server =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (var accepted = (SSLSocket) listener.accept()) {
                                    var in = accepted.getInputStream();
                                    byte[] first = in.readNBytes(5);
                                    accepted.startHandshake(); // once more, or new keys
                                    accepted.getOutputStream().write(first);
                                    in.transferTo(accepted.getOutputStream());
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });

            client.sendAll(HELLO);
            assertThat(read(client, 5)).isEqualTo("hello");
            client.sendAll(HELLO);
            assertThat(read(client, 5)).isEqualTo("hello");
            client.close();
            server.join();
        }
    }

    @Test
    void tlsGoesThroughTls() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var inner =
                    Eventlet.wrapSsl(pair.client(), TestCertificate.trusting(LOCAL), "localhost");
            var server =
                    Eventlet.spawn(
                            () -> read(Eventlet.wrapSslServer(pair.server(), LOCAL.context()), 5));

            inner.sendAll(HELLO);

            assertThat(server.await()).isEqualTo("hello");
        }
    }

    // ---- what it is as a socket

    @Test
    void addressesAndOptionsAreThoseOfTheSocketBelow() throws Exception {
        try (var pair = TlsPair.open()) {
            var client = pair.client();
            var below = client.layer().transport();

            client.setTcpNoDelay(true);
            client.setKeepAlive(true);
            client.setOption(StandardSocketOptions.SO_RCVBUF, 20_000);

            assertThat(below.getTcpNoDelay()).isTrue();
            assertThat(below.getKeepAlive()).isTrue();
            assertThat(client.getReceiveBufferSize()).isEqualTo(below.getReceiveBufferSize());
            assertThat(client.getInetAddress()).isEqualTo(below.getInetAddress());
            assertThat(client.getPort()).isEqualTo(below.getPort());
            assertThat(client.getLocalPort()).isEqualTo(below.getLocalPort());
            assertThat(client.getRemoteSocketAddress()).isEqualTo(below.getRemoteSocketAddress());
            assertThat(client.getLocalSocketAddress()).isEqualTo(below.getLocalSocketAddress());
            assertThat(client.supportedOptions()).isEqualTo(below.supportedOptions());
            assertThat(client.isBound()).isTrue();
            assertThat(client.isConnected()).isTrue();
            assertThat(client.toString()).contains("TLS").contains(below.toString());
        }
    }

    @Test
    void hasNoUrgentData() throws Exception {
        try (var pair = TlsPair.open()) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().sendUrgentData(1))
                    .withMessageContaining("urgent");
        }
    }

    @Test
    void unconnectedSocketSaysSo() throws Exception {
        var factory = GreenSslSocketFactory.of(TestCertificate.trusting(LOCAL));

        try (var socket = factory.createSocket()) {
            assertThat(socket.isConnected()).isFalse();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(socket::startHandshake)
                    .withMessageContaining("not connected");
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(socket::getInputStream)
                    .withMessageContaining("not connected");
        }
    }

    @Test
    void socketBelowMustBeConnected() throws Exception {
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() ->
                        Eventlet.wrapSsl(
                                new GreenSocket(), TestCertificate.trusting(), "localhost"))
                .withMessageContaining("not connected");
    }

    @Test
    void connectsOnlyOnce() throws Exception {
        try (var pair = TlsPair.open()) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().connect(new InetSocketAddress("localhost", 1)))
                    .withMessage("Already connected");
        }
    }

    @Test
    void negativeTimeoutIsRefused() throws Exception {
        try (var pair = TlsPair.open()) {
            assertThatIllegalArgumentException().isThrownBy(() -> pair.client().setSoTimeout(-1));
        }
    }

    @Test
    void failedHandshakeIsTheAnswerToWhatFollows() throws Exception {
        try (var pair = TlsPair.open()) {
            var parameters = pair.client().getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.2"});
            pair.client().setSSLParameters(parameters);
            pair.server().setEnabledProtocols(new String[] {"TLSv1.3"});
            var server = Eventlet.spawn(() -> pair.server().startHandshake());

            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> pair.client().startHandshake());
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(server::await)
                    .withCauseInstanceOf(SSLHandshakeException.class);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().sendAll(HELLO));
        }
    }
}
