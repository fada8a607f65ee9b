// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.TaskFailed;
import io.eventlet.errors.ConcurrentUse;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/// Reading from a green socket.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketReadTest {

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static String read(GreenSocket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void send(SocketPair pair, byte[] bytes) throws IOException {
        pair.peer().getOutputStream().write(bytes);
    }

    @Test
    void recvFillsAPartOfAnArray() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.peer().getOutputStream().write(new byte[] {1, 2, 3});
            var into = new byte[6];

            assertThat(pair.green().recv(into, 2, 2)).isEqualTo(2);
            assertThat(pair.green().recv(into, 5, 0)).isZero();

            assertThat(into).containsExactly(0, 0, 1, 2, 0, 0);
        }
    }

    @Test
    void recvOfAPartThatIsNotThereIsRefused() throws Exception {
        try (var pair = SocketPair.open()) {
            var into = new byte[4];

            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.green().recv(into, 3, 2))
                    .withMessage("Range [3, 3 + 2) out of bounds for length 4");
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.green().recv(into, -1, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.green().recv(into, 0, -1));
        }
    }

    @Test
    void awaitReadableWaitsWithoutABuffer() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader =
                    Eventlet.spawn(() -> {
                        pair.green().awaitReadable();
                        return read(pair.green(), 5);
                    });
            awaitParked(reader);

            send(pair, HELLO);

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void awaitReadableObeysSoTimeout() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().setSoTimeout(20);

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(pair.green()::awaitReadable)
                    .withMessage("Read timed out");
            send(pair, HELLO);
            pair.green().awaitReadable();

            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    @Test
    void awaitReadableReturnsAfterShutdownOfInput() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().shutdownInput();

            pair.green().awaitReadable();

            assertThat(pair.green().recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void awaitReadableOfASocketThatIsNotConnectedIsRefused() throws Exception {
        try (var socket = new GreenSocket()) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(socket::awaitReadable)
                    .withMessage("Socket is not connected");
        }
    }

    @Test
    void readReturnsWhatIsThere() throws Exception {
        try (var pair = SocketPair.open()) {
            send(pair, HELLO);
            Eventually.until(() -> available(pair) == 5);

            assertThat(pair.green().recv(new byte[100])).isEqualTo(5);
        }
    }

    @Test
    void readWaitsForTheFirstByte() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> read(pair.green(), 5));
            awaitParked(reader);

            send(pair, HELLO);

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void readOfOneByteGivesIt() throws Exception {
        try (var pair = SocketPair.open()) {
            send(pair, new byte[] {(byte) 200});

            assertThat(pair.green().getInputStream().read()).isEqualTo(200);
        }
    }

    @Test
    void otherThreadsRunWhileOneReads() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> read(pair.green(), 5));
            awaitParked(reader);

            assertThat(Eventlet.spawn(() -> 42).await()).isEqualTo(42);

            send(pair, HELLO);
            reader.await();
        }
    }

    private static int available(SocketPair pair) {
        try {
            return pair.green().getInputStream().available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void availableTellsWhatHasArrived() throws Exception {
        try (var pair = SocketPair.open()) {
            assertThat(available(pair)).isZero();

            send(pair, HELLO);

            Eventually.until(() -> available(pair) == 5);
            assertThat(pair.green().recv(new byte[2])).isEqualTo(2);
            assertThat(available(pair)).isEqualTo(3);
        }
    }

    /// Hazard 14: looking must not disturb what the next read knows of the socket.
    @Test
    void availableAndEmptyReadsBetweenReadsLoseNoNews() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader =
                    Eventlet.spawn(() -> {
                        var in = pair.green().getInputStream();
                        var all = new StringBuilder();
                        int n;
                        var buffer = new byte[100];
                        while ((n = in.read(buffer)) >= 0) {
                            all.append(new String(buffer, 0, n, US_ASCII));
                            assertThat(in.available()).isNotNegative();
                            assertThat(in.read(buffer, 0, 0)).isZero();
                        }
                        return all.toString();
                    });
            for (int i = 0; i < 100; i++) {
                send(pair, new byte[] {'x'});
            }
            pair.peer().shutdownOutput();

            assertThat(reader.await()).isEqualTo("x".repeat(100));
        }
    }

    @Test
    void readOfNothingDoesNotWait() throws Exception {
        try (var pair = SocketPair.open()) {
            assertThat(pair.green().recv(new byte[0])).isZero();
        }
    }

    // ---- the end of the stream

    /// Hazard 14: the peer's FIN may come on the same edge as its data.
    @Test
    void endThatComesWithTheDataIsSeen() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (var pair = SocketPair.open()) {
                var reader = Eventlet.spawn(() -> pair.green().getInputStream().readAllBytes());
                awaitParked(reader);

                send(pair, HELLO);
                pair.peer().shutdownOutput();

                assertThat(reader.await()).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void endComesAgainAndAgain() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.peer().shutdownOutput();

            assertThat(pair.green().recv(new byte[1])).isEqualTo(-1);
            assertThat(pair.green().recv(new byte[1])).isEqualTo(-1);
            assertThat(pair.green().recv(new byte[0])).isZero();
        }
    }

    @Test
    void afterTheEndOneCanStillWrite() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.peer().shutdownOutput();
            assertThat(pair.green().recv(new byte[1])).isEqualTo(-1);

            pair.green().sendAll(HELLO);

            assertThat(pair.peer().getInputStream().readNBytes(5)).isEqualTo(HELLO);
        }
    }

    @Test
    void resetIsAnErrorAgainAndAgain() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> pair.green().recv(new byte[1]));
            awaitParked(reader);

            pair.peer().setSoLinger(true, 0);
            pair.peer().close();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(reader::await)
                    .havingCause()
                    .isInstanceOf(SocketException.class)
                    .withMessage("Connection reset");
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.green().recv(new byte[1]))
                    .withMessage("Connection reset");
        }
    }

    @Test
    void shuttingInputEndsReader() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> pair.green().recv(new byte[1]));
            awaitParked(reader);

            pair.green().shutdownInput();

            assertThat(reader.await()).isEqualTo(-1);
        }
    }

    @Test
    void whatComesAfterInputIsShutIsNotRead() throws Exception {
        try (var pair = SocketPair.open()) {
            var in = pair.green().getInputStream();
            pair.green().shutdownInput();
            send(pair, HELLO);

            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.available()).isZero();
        }
    }

    // ---- several threads

    /// From Eventlet's greenio_test.py: TestGreenSocket.test_raised_multiple_readers.
    @Test
    void secondReaderIsToldOfTheFirstWhichGoesOn() throws Exception {
        try (var pair = SocketPair.open()) {
            var first = Eventlet.spawn("first", () -> read(pair.green(), 5));
            awaitParked(first);
            var second = Eventlet.spawn("second", () -> read(pair.green(), 5));

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(second::await)
                    .havingCause()
                    .isInstanceOf(ConcurrentUse.class)
                    .withMessageContaining("'first'")
                    .withMessageContaining("'second'");
            send(pair, HELLO);
            assertThat(first.await()).isEqualTo("hello");
        }
    }

    @Test
    void socketIsReadOnAnotherHub() throws Exception {
        try (var pair = SocketPair.open();
                var hub = Hub.start("other")) {
            var reader = Eventlet.spawnOn(hub, () -> read(pair.green(), 5));
            awaitParked(reader);

            send(pair, HELLO);

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void socketIsReadByPlatformThreads() throws Exception {
        try (var pair = SocketPair.open()) {
            send(pair, HELLO);

            assertThat(read(pair.green(), 5)).isEqualTo("hello");
        }
    }

    // ---- urgent data

    @Test
    void urgentDataIsNotInTheStream() throws Exception {
        try (var pair = SocketPair.open()) {
            send(pair, new byte[] {'a'});
            pair.peer().sendUrgentData('!');
            send(pair, new byte[] {'b'});
            pair.peer().shutdownOutput();

            assertThat(read(pair.green(), 3)).isEqualTo("ab");
        }
    }

    @Test
    void urgentDataInLineIsRefused() throws Exception {
        try (var pair = SocketPair.open()) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.green().setOOBInline(true))
                    .withMessageContaining("urgent data");
        }
    }
}
