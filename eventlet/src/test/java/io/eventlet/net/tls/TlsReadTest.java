// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import javax.net.ssl.SSLException;

/// Reading from a TLS socket, and the end of what the peer sends.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsReadTest {

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
}
