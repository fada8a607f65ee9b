// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/// Operations of TLS sockets that a timeout or a kill ends, and what comes after them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsInterruptionTest {
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static void assertTimesOut(ThrowingCallable call) {
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        Eventlet.<Object, Exception>withTimeout(
                                MOMENT,
                                () -> {
                                    run(call);
                                    return "in time";
                                }));
    }

    private static void run(ThrowingCallable call) throws Exception {
        try {
            call.call();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static String read(GreenSslSocket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void awaitParked(GreenThread<?> thread) {
        Eventually.until(() -> thread.thread().getState() == Thread.State.WAITING);
    }

    // ---- reading

    @Test
    @Tag("hub-only")
    void timeoutOfReadLeavesSessionUsable() throws Exception {
        try (var pair = TlsPair.shaken()) {
            assertTimesOut(() -> pair.client().recv(new byte[10]));

            pair.server().sendAll(HELLO);

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 6, 500, 1000})
    @Tag("hub-only")
    void timeoutInTheMiddleOfPacketLosesNothing(int arrived) throws Exception {
        var sent = pattern(1000);

        try (var pair = TlsPair.relayed().shakeHands()) {
            pair.relay().fromTarget().holdAfter(arrived);
            pair.server().sendAll(sent);
            pair.relay().fromTarget().awaitHeld();

            assertTimesOut(() -> pair.client().recv(new byte[1000]));
            pair.relay().fromTarget().release();

            assertThat(pair.client().getInputStream().readNBytes(1000)).isEqualTo(sent);
        }
    }

    @Test
    @Tag("hub-only")
    void killOfReaderLeavesSessionToTheNext() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var reader = Eventlet.spawn(() -> pair.client().recv(new byte[10]));
            awaitParked(reader);

            reader.kill();
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(reader::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            pair.server().sendAll(HELLO);

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
        }
    }

    @Test
    void readTimeoutLeavesSessionUsable() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.client().setSoTimeout(20);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[10]));
            pair.client().setSoTimeout(0);

            pair.server().sendAll(HELLO);

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 500})
    void readTimeoutInTheMiddleOfPacketLosesNothing(int arrived) throws Exception {
        var sent = pattern(1000);

        try (var pair = TlsPair.relayed().shakeHands()) {
            pair.relay().fromTarget().holdAfter(arrived);
            pair.server().sendAll(sent);
            pair.client().setSoTimeout(20);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[1000]));
            pair.client().setSoTimeout(0);
            pair.relay().fromTarget().release();

            assertThat(pair.client().getInputStream().readNBytes(1000)).isEqualTo(sent);
        }
    }

    // ---- the handshake

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, 0",
        "TLSv1.2, 3",
        "TLSv1.2, 50",
        "TLSv1.2, 300",
        "TLSv1.2, 700",
        "TLSv1.3, 0",
        "TLSv1.3, 3",
        "TLSv1.3, 50",
        "TLSv1.3, 300",
        "TLSv1.3, 600"
    })
    @Tag("hub-only")
    void handshakeGoesOnAfterTimeoutOfClient(String protocol, int arrived) throws Exception {
        try (var pair = TlsPair.relayed()) {
            pair.client().setEnabledProtocols(new String[] {protocol});
            pair.relay().fromTarget().holdAfter(arrived);
            var server = Eventlet.spawn(() -> read(pair.server(), 5));

            assertTimesOut(() -> pair.client().startHandshake());
            pair.relay().fromTarget().release();
            pair.client().sendAll(HELLO);

            assertThat(server.await()).isEqualTo("hello");
        }
    }

    @Test
    void handshakeEndsByItsLimit() throws Exception {
        try (var pair = TlsPair.open()) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> pair.client().startHandshake(MOMENT))
                    .withMessage("Handshake timed out");
        }
    }

    @Test
    void limitOfHandshakeIsPositive() throws Exception {
        try (var pair = TlsPair.open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pair.client().startHandshake(Duration.ZERO))
                    .withMessageContaining("PT0S");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 0", "TLSv1.2, 100", "TLSv1.3, 0", "TLSv1.3, 100"})
    @Tag("hub-only")
    void handshakeGoesOnAfterTimeoutOfServer(String protocol, int arrived) throws Exception {
        try (var pair = TlsPair.relayed()) {
            pair.client().setEnabledProtocols(new String[] {protocol});
            pair.relay().toTarget().holdAfter(arrived);
            var client =
                    Eventlet.spawn(() -> {
                        pair.client().sendAll(HELLO);
                        return read(pair.client(), 5);
                    });

            assertTimesOut(() -> pair.server().startHandshake());
            pair.relay().toTarget().release();
            pair.server().sendAll(pair.server().getInputStream().readNBytes(5));

            assertThat(client.await()).isEqualTo("hello");
        }
    }

    @Test
    void handshakeGoesOnAfterReadTimeout() throws Exception {
        try (var pair = TlsPair.relayed()) {
            pair.relay().fromTarget().holdAfter(100);
            pair.client().setSoTimeout(20);
            var server = Eventlet.spawn(() -> read(pair.server(), 5));

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> pair.client().startHandshake())
                    .withMessage("Handshake timed out");
            pair.client().setSoTimeout(0);
            pair.relay().fromTarget().release();
            pair.client().sendAll(HELLO);

            assertThat(server.await()).isEqualTo("hello");
        }
    }

    @Test
    @Tag("hub-only")
    void killedWhileAnotherMakesTheHandshake() throws Exception {
        try (var pair = TlsPair.relayed()) {
            pair.relay().fromTarget().holdAfter(0);
            var server = Eventlet.spawn(() -> read(pair.server(), 5));
            var first = Eventlet.spawn(() -> pair.client().startHandshake());
            awaitParked(first);
            var second = Eventlet.spawn(() -> pair.client().sendAll(HELLO));
            awaitParked(second);

            second.kill();
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(second::await);
            pair.relay().fromTarget().release();
            first.await();
            pair.client().sendAll("other".getBytes(US_ASCII));

            assertThat(server.await()).isEqualTo("other");
        }
    }

    // ---- writing

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    @Tag("hub-only")
    void timeoutOfWriteLeavesWholePackets(String protocol) throws Exception {
        var sent = pattern(64 << 20);

        try (var pair = TlsPair.shaken(protocol)) {
            assertTimesOut(() -> pair.client().sendAll(sent));
            var rest =
                    Eventlet.spawn(() -> {
                        pair.client().sendAll(HELLO);
                        pair.client().shutdownOutput();
                    });
            byte[] received = pair.server().getInputStream().readAllBytes();
            rest.await();

            int cut = received.length - HELLO.length;
            assertThat(Arrays.copyOfRange(received, cut, received.length)).isEqualTo(HELLO);
            assertThat(Arrays.mismatch(sent, 0, cut, received, 0, cut)).isEqualTo(-1);
            assertThat(cut).isLessThan(sent.length);
        }
    }

    @Test
    @Tag("hub-only")
    void killOfWriterDoesNotKeepReaderFromReading() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var writer = Eventlet.spawn(() -> pair.client().sendAll(new byte[64 << 20]));
            awaitParked(writer);
            writer.kill();
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(writer::await);

            pair.server().sendAll(HELLO); // and reads nothing

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
        }
    }

    // ---- closing

    @Test
    @Tag("hub-only")
    void timeoutEndsGoodbyeAndCloses() throws Exception {
        while (!hasGoodbyeThatTimesOut()) {
            Thread.yield(); // the kernel had room for it after all
        }
    }

    /// Says goodbye to a peer whose buffers are full, if the kernel does not make them larger.
    private static boolean hasGoodbyeThatTimesOut() throws Exception {
        try (var pair = TlsPair.shaken()) {
            pair.client().setSendBufferSize(20_000); // or the kernel lets it grow
            for (int i = 0; i < 5; i++) { // until the peer's is full too
                assertTimesOut(() -> pair.client().sendAll(new byte[64 << 20]));
            }

            boolean timedOut = timesOut(() -> pair.client().close());

            assertThat(pair.client().isClosed()).isTrue();
            assertThat(pair.client().layer().transport().isClosed()).isTrue();
            return timedOut;
        }
    }

    private static boolean timesOut(ThrowingCallable call) {
        try {
            assertTimesOut(call);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @Test
    @Tag("stress") // takes ten seconds
    void goodbyeToSilentPeerHasLimit() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var writer = Eventlet.spawn(() -> pair.client().sendAll(new byte[64 << 20]));
            awaitParked(writer);
            writer.kill();
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(writer::await);

            pair.client().close();

            assertThat(pair.client().layer().transport().isClosed()).isTrue();
        }
    }

    /// A socket that takes nothing more once it is told to, until it is closed.
    private static final class Blocking extends Socket {
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean blocks;

        Blocking(InetAddress address, int port) throws IOException {
            super(address, port);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    if (blocks) {
                        awaitClosed();
                    }
                    out.write(from, offset, length);
                }
            };
        }

        private void awaitClosed() throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            closed.countDown();
        }
    }

    @Test
    @Tag("stress") // takes ten seconds
    void goodbyeHasLimitWhereWritesHaveNone() throws Exception {
        var loopback = InetAddress.getLoopbackAddress();
        try (var listener = Eventlet.listen(new InetSocketAddress(loopback, 0));
                var below = new Blocking(loopback, listener.getLocalPort());
                var far = listener.accept()) {
            var local = TestCertificate.local();
            var client = Eventlet.wrapSsl(below, TestCertificate.trusting(local), "localhost");
            var server = Eventlet.wrapSslServer(far, local.context());
            var other = Eventlet.spawn(() -> server.recv(new byte[1]));
            client.startHandshake();
            below.blocks = true;

            client.close();

            assertThat(below.isClosed()).isTrue();
            assertThat(other.await()).isEqualTo(-1);
        }
    }

    // ---- what portable mode cannot keep

    @Test
    @Tag("portable-only")
    void killOfReadClosesInPortableMode() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var reader = Eventlet.spawn(() -> pair.client().recv(new byte[10]));
            awaitParked(reader);

            reader.kill();

            assertThatExceptionOfType(TaskFailed.class).isThrownBy(reader::await);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[10]));
        }
    }

    @Test
    @Tag("portable-only")
    void timeoutOfWriteClosesInPortableMode() throws Exception {
        try (var pair = TlsPair.shaken()) {
            var writer =
                    Eventlet.spawn(
                            () -> assertTimesOut(() -> pair.client().sendAll(new byte[64 << 20])));
            writer.await();

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().sendAll(HELLO));
        }
    }

    private static byte[] pattern(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }
}
