// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// Writing to a green socket.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketWriteTest {
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void sendAllSendsAPartOfAnArray() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().sendAll(new byte[] {1, 2, 3, 4}, 1, 2);
            pair.green().sendAll(new byte[] {1, 2, 3, 4}, 4, 0);
            pair.green().shutdownOutput();

            assertThat(pair.peer().getInputStream().readAllBytes()).containsExactly(2, 3);
        }
    }

    @Test
    void sendAllOfAPartThatIsNotThereIsRefused() throws Exception {
        try (var pair = SocketPair.open()) {
            var bytes = new byte[4];

            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.green().sendAll(bytes, 3, 2))
                    .withMessage("Range [3, 3 + 2) out of bounds for length 4");
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.green().sendAll(bytes, -1, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.green().sendAll(bytes, 0, -1));
        }
    }

    @Test
    void writeOfOneByteSendsIt() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().getOutputStream().write(200);

            assertThat(pair.peer().getInputStream().read()).isEqualTo(200);
        }
    }

    @Test
    void writeOfPartOfAnArraySendsThat() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().getOutputStream().write(HELLO, 1, 3);

            assertThat(pair.peer().getInputStream().readNBytes(3))
                    .isEqualTo("ell".getBytes(US_ASCII));
        }
    }

    @Test
    void writeOfNothingSendsNothing() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().sendAll(new byte[0]);
            pair.green().shutdownOutput();

            assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void writeOfAnySizeReachesSlowReader() throws Exception {
        var sent = random(64 << 20);

        try (var pair = SocketPair.open()) {
            var writer =
                    Eventlet.spawn(() -> {
                        pair.green().sendAll(sent);
                        pair.green().shutdownOutput();
                    });
            awaitParked(writer);
            byte[] received = pair.peer().getInputStream().readAllBytes();

            assertThat(Arrays.mismatch(received, sent)).isEqualTo(-1);
            writer.await();
        }
    }

    @Test
    void othersRunWhileOneWritesToWhomDoesNotRead() throws Exception {
        try (var pair = SocketPair.open()) {
            var writer = Eventlet.spawn(() -> pair.green().sendAll(new byte[64 << 20]));
            awaitParked(writer);

            assertThat(Eventlet.spawn(() -> 42).await()).isEqualTo(42);

            writer.kill();
        }
    }

    /// From Eventlet's greenio_test.py: TestGreenSocket.test_full_duplex.
    @Test
    void bothEndsWriteMuchAtOnce() throws Exception {
        var there = random(8 << 20);
        var back = random((8 << 20) + 1);

        try (var listener = Eventlet.listen("127.0.0.1", 0);
                var client = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                var server = listener.accept()) {
            Eventlet.spawn(() -> client.sendAll(there));
            Eventlet.spawn(() -> server.sendAll(back));
            var atServer = Eventlet.spawn(() -> server.getInputStream().readNBytes(there.length));
            var atClient = Eventlet.spawn(() -> client.getInputStream().readNBytes(back.length));

            assertThat(Arrays.mismatch(atServer.await(), there)).isEqualTo(-1);
            assertThat(Arrays.mismatch(atClient.await(), back)).isEqualTo(-1);
        }
    }

    /// From Eventlet's greenio_test.py: TestGreenSocket.test_full_duplex.
    @Test
    void oneThreadReadsWhileAnotherWrites() throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> pair.green().recv(new byte[1]));
            awaitParked(reader);

            pair.green().sendAll(HELLO);

            assertThat(pair.peer().getInputStream().readNBytes(5)).isEqualTo(HELLO);
            pair.peer().getOutputStream().write(1);
            assertThat(reader.await()).isEqualTo(1);
        }
    }

    @Test
    void writersTakeTurns() throws Exception {
        int writers = 8;
        int length = 1 << 20;

        try (var pair = SocketPair.open()) {
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < writers; i++) {
                var bytes = new byte[length];
                Arrays.fill(bytes, (byte) i);
                threads.add(Eventlet.spawn(() -> pair.green().sendAll(bytes)));
            }
            for (int i = 0; i < writers; i++) {
                byte[] block = pair.peer().getInputStream().readNBytes(length);

                assertThat(block).containsOnly(block[0]);
            }
            threads.forEach(GreenThread::await);
        }
    }

    @Test
    void writersOfSeveralHubsTakeTurns() throws Exception {
        int length = 1 << 20;

        try (var pair = SocketPair.open();
                var one = Hub.start("one");
                var two = Hub.start("two")) {
            for (var hub : new Hub[] {one, two, Hub.main()}) {
                var bytes = new byte[length];
                Arrays.fill(bytes, (byte) hub.name().charAt(0));
                Eventlet.spawnOn(hub, () -> pair.green().sendAll(bytes));
            }
            for (int i = 0; i < 3; i++) {
                byte[] block = pair.peer().getInputStream().readNBytes(length);

                assertThat(block).containsOnly(block[0]);
            }
        }
    }

    @Test
    void killedWhileItWaitsForItsTurnWritesNothing() throws Exception {
        var first = random(16 << 20);

        try (var pair = SocketPair.open()) {
            var writer =
                    Eventlet.spawn(() -> {
                        pair.green().sendAll(first);
                        pair.green().shutdownOutput();
                    });
            awaitParked(writer);
            var second = Eventlet.spawn(() -> pair.green().sendAll(HELLO));
            awaitParked(second);

            second.kill();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(second::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            byte[] received = pair.peer().getInputStream().readAllBytes();
            assertThat(Arrays.mismatch(received, first)).isEqualTo(-1);
        }
    }

    @Test
    @Tag("hub-only")
    void timeoutEndsWriteAndLeavesTheSocketUsable() throws Exception {
        var expired = new CompletableFuture<Void>();

        try (var pair = SocketPair.open()) {
            var writer =
                    Eventlet.spawn(() -> {
                        assertThatExceptionOfType(TimeoutExpired.class)
                                .isThrownBy(
                                        () -> Eventlet.withTimeout(MOMENT, () -> sendMuch(pair)));
                        expired.complete(null);
                        pair.green().sendAll(HELLO);
                        pair.green().shutdownOutput();
                    });
            expired.get();
            byte[] received = pair.peer().getInputStream().readAllBytes();
            writer.await();

            assertThat(Arrays.copyOfRange(received, received.length - 5, received.length))
                    .isEqualTo(HELLO);
            assertThat(received.length).isLessThan(64 << 20);
        }
    }

    private static int sendMuch(SocketPair pair) throws IOException {
        pair.green().sendAll(new byte[64 << 20]);
        return 0;
    }

    @Test
    @Tag("portable-only")
    void timeoutOfWriteClosesTheSocketInPortableMode() throws Exception {
        try (var pair = SocketPair.open()) {
            var writer = Eventlet.spawn(() -> Eventlet.withTimeout(MOMENT, () -> sendMuch(pair)));

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(writer::await)
                    .withCauseInstanceOf(TimeoutExpired.class);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.green().sendAll(HELLO));
        }
    }

    // ---- a peer that has gone

    @Test
    void writeToPeerThatHasGoneFails() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.peer().setSoLinger(true, 0);
            pair.peer().close();

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> sendForEver(pair))
                    .withMessageMatching("Connection reset( by peer)?|Broken pipe");
        }
    }

    @Test
    void resetEndsWriter() throws Exception {
        try (var pair = SocketPair.open()) {
            var writer = Eventlet.spawn(() -> sendForEver(pair));
            awaitParked(writer);

            pair.peer().setSoLinger(true, 0);
            pair.peer().close();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(writer::await)
                    .havingCause()
                    .isInstanceOf(SocketException.class)
                    .withMessageMatching("Connection reset( by peer)?|Broken pipe");
        }
    }

    private static void sendForEver(SocketPair pair) throws IOException {
        while (true) {
            pair.green().sendAll(new byte[1 << 16]);
        }
    }

    @Test
    void writeAfterOutputIsShutFails() throws Exception {
        try (var pair = SocketPair.open()) {
            var out = pair.green().getOutputStream();
            pair.green().shutdownOutput();

            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> out.write(1));
            assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void afterOutputIsShutOneCanStillRead() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().shutdownOutput();
            pair.peer().getOutputStream().write(HELLO);

            assertThat(pair.green().getInputStream().readNBytes(5)).isEqualTo(HELLO);
        }
    }

    @Test
    void urgentDataIsSent() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.peer().setOOBInline(true);

            pair.green().sendUrgentData('!');

            assertThat(pair.peer().getInputStream().read()).isEqualTo('!');
        }
    }

    /// Reset instead of a graceful end.
    @Test
    void lingerOfZeroResetsOnClose() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().setSoLinger(true, 0);
            pair.green().getOutputStream().close();

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.peer().getInputStream().read())
                    .withMessage("Connection reset");
        }
    }

    @Test
    void closeWithLingerDeliversWhatWasWritten() throws Exception {
        var sent = random(1 << 20);

        try (var pair = SocketPair.open()) {
            pair.green().setSoLinger(true, 30);
            var writer =
                    Eventlet.spawn(() -> {
                        pair.green().sendAll(sent);
                        pair.green().getOutputStream().close();
                    });
            byte[] received = pair.peer().getInputStream().readAllBytes();

            assertThat(Arrays.mismatch(received, sent)).isEqualTo(-1);
            writer.await();
        }
    }
}
