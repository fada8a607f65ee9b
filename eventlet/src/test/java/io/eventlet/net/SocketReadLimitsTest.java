// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// What ends a read that waits: timeouts, kills and interrupts.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketReadLimitsTest {

    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static String read(GreenSocket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void send(SocketPair pair, byte[] bytes) throws IOException {
        pair.peer().getOutputStream().write(bytes);
    }

    private static int available(SocketPair pair) {
        try {
            return pair.green().getInputStream().available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- limits

    /// From Eventlet's greenio_test.py: TestGreenSocket.test_recv_timeout.
    @Test
    void readTimeoutLeavesTheSocketUsable() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().setSoTimeout(20);

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> pair.green().recv(new byte[1]))
                    .withMessage("Read timed out");

            send(pair, HELLO);
            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    @Test
    @Tag("hub-only") // the JDK's sockets have timers of their own
    void readsUnderALongTimeoutShareATimer() throws Exception {
        try (var hub = Hub.start("reader");
                var pair = SocketPair.open()) {
            pair.green().setSoTimeout(60_000);
            var reader =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    boolean ignored = pair.green().recv(new byte[1]) == 1;
                                }
                            });

            for (int i = 0; i < 100; i++) {
                awaitParked(reader);
                send(pair, new byte[] {1});
            }
            reader.await();

            assertThat(hub.statistics().timers()).isEqualTo(1);
        }
    }

    @Test
    void dataThatIsThereIsReadWhateverTheTime() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().setSoTimeout(1);
            send(pair, HELLO);
            Eventually.until(() -> available(pair) == 5);

            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    @Test
    void timeoutEndsReadOnAPlatformThreadAndLeavesTheSocketUsable() throws Exception {
        try (var pair = SocketPair.open()) {
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> read(pair.green(), 5)));

            send(pair, HELLO);
            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    @Test
    @Tag("hub-only")
    void timeoutEndsReadAndLeavesTheSocketUsable() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader =
                    Eventlet.spawn(() -> {
                        assertThatExceptionOfType(TimeoutExpired.class)
                                .isThrownBy(() ->
                                        Eventlet.withTimeout(MOMENT, () -> read(pair.green(), 5)));
                        send(pair, HELLO);
                        return read(pair.green(), 5);
                    });

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    @Tag("hub-only")
    void killEndsReadAndLeavesTheSocketUsable() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> read(pair.green(), 5));
            awaitParked(reader);

            reader.kill();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(reader::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            send(pair, HELLO);
            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    @Test
    @Tag("hub-only")
    void interruptOfPlatformThreadEndsReadAndLeavesTheSocketUsable() throws Exception {
        try (var pair = SocketPair.open()) {
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(Cancelled.class)
                    .isThrownBy(() -> pair.green().recv(new byte[1]));

            send(pair, HELLO);
            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    @Test
    @Tag("portable-only")
    void timeoutOfReadClosesTheSocketInPortableMode() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader =
                    Eventlet.spawn(() -> Eventlet.withTimeout(MOMENT, () -> read(pair.green(), 5)));

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(reader::await)
                    .withCauseInstanceOf(TimeoutExpired.class);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> read(pair.green(), 5));
            assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    @Tag("portable-only")
    void killOfReaderClosesTheSocketInPortableMode() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> read(pair.green(), 5));
            awaitParked(reader);

            reader.kill();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(reader::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> read(pair.green(), 5));
        }
    }
}
