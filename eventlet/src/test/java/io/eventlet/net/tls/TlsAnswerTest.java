// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.TaskFailed;
import io.eventlet.net.SocketPair;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;

/// Reading while what a TLS connection has to send, in answer or from before, cannot be sent.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsAnswerTest {
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static String read(GreenSslSocket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static int available(InputStream in) {
        try {
            return in.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Has a client send more than the kernel takes, and give up.
    private static void leaveSomethingUnsent(GreenSslSocket client) throws IOException {
        client.setSendBufferSize(20_000); // or the kernel lets it grow
        for (int i = 0; i < 5; i++) { // until the peer's is full too
            var writer = Eventlet.spawn(() -> client.sendAll(new byte[64 << 20]));
            SocketPair.awaitParked(writer);
            writer.kill();
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(writer::await);
        }
    }

    @Test
    void goodbyeIsTheEndThoughItCannotBeAnswered() throws Exception {
        try (var pair = TlsPair.relayed()) {
            pair.client().setEnabledProtocols(new String[] {"TLSv1.2"});
            pair.shakeHands();
            pair.relay().fromTarget().resetAtEnd();
            pair.server().sendAll(HELLO);
            pair.server().shutdownOutput();
            pair.relay().awaitEnd();

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
            assertThat(pair.client().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    @Tag("hub-only")
    void dataBeforeResetIsReadThoughSomethingIsUnsent() throws Exception {
        try (var pair = TlsPair.shaken()) {
            leaveSomethingUnsent(pair.client());
            pair.server().sendAll(HELLO);
            pair.server().setSoLinger(true, 0);
            pair.server().layer().transport().close();

            assertThat(read(pair.client(), 5)).isEqualTo("hello");
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.client().recv(new byte[1]))
                    .withMessageStartingWith("Connection reset");
        }
    }

    @Test
    @Tag("hub-only")
    void cancelledReaderGetsWhatIsThereThoughAnAnswerWouldWait() throws Exception {
        try (var pair = TlsPair.shaken("TLSv1.3")) {
            pair.server().sendAll(HELLO);
            assertThat(read(pair.client(), 5)).isEqualTo("hello"); // and tickets before it
            var arrived = pair.client().layer().transport().getInputStream();
            pair.server().startHandshake(); // asks for new keys
            Eventually.until(() -> available(arrived) > 0);
            int packet = available(arrived);
            pair.server().sendAll(HELLO);
            Eventually.until(() -> available(arrived) > packet);
            leaveSomethingUnsent(pair.client());

            var reader =
                    Eventlet.spawn(() -> {
                        Thread.currentThread().interrupt();
                        return read(pair.client(), 5);
                    });

            assertThat(reader.await()).isEqualTo("hello");
        }
    }
}
