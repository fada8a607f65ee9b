// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.Random;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Green TLS sockets as sockets: both ends are ours, or one is the JDK's.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsSocketTest {

    private static final TestCertificate LOCAL = TestCertificate.local();
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
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
