// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static io.eventlet.http.websocket.Frame.binary;
import static io.eventlet.http.websocket.Frame.close;
import static io.eventlet.http.websocket.Frame.more;
import static io.eventlet.http.websocket.Frame.ping;
import static io.eventlet.http.websocket.Frame.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TimeoutExpired;
import io.eventlet.http.websocket.Echo.Role;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Messages: limits, streams, threads, pings.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class MessagesTest {
    private static final WebSocketSettings SMALL = Echo.SETTINGS.maxMessage(1000);

    private static Echo echo(WebSocketSettings settings) throws IOException {
        return new Echo(false, null, settings);
    }

    // ---- limits

    @ParameterizedTest
    @EnumSource
    void messageOfTheLimitIsTakenAndOneByteMoreIsNot(Role role) throws Exception {
        try (var echo = Echo.started(role, SMALL)) {
            echo.send(binary(1000), text("x".repeat(1000)), binary(1001));

            assertThat(echo.end())
                    .containsExactly("binary 1000", "text " + "x".repeat(1000), "close 1009");
        }
    }

    @ParameterizedTest
    @EnumSource
    void limitIsOfTheMessageAndNotOfItsFrames(Role role) throws Exception {
        try (var echo = Echo.started(role, SMALL)) {
            echo.send(binary(600).open(), Frame.of(0, new byte[400]));
            echo.send(
                    binary(600).open(),
                    Frame.of(0, new byte[300]).open(),
                    Frame.of(0, new byte[101]));

            assertThat(echo.end()).containsExactly("binary 1000", "close 1009");
        }
    }

    @Test
    void messageThatWillBeTooBigIsRefusedByItsLength() throws Exception {
        try (var echo = Echo.started(Role.CLIENT, SMALL)) {
            echo.sendBytes(0x82, 127, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff);

            assertThat(echo.end()).containsExactly("close 1009");
        }
    }

    @Test
    void receiverIsToldOfARefusalOnce() throws Exception {
        try (var echo = echo(SMALL)) {
            echo.send(binary(1001));
            echo.peer.shutdownOutput();

            assertThatExceptionOfType(WebSocketClosed.class)
                    .isThrownBy(() -> echo.socket.receive())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(1009));
            assertThat(echo.socket.receive()).isNull();
            assertThat(echo.socket.closeCode()).isEqualTo(1009);
        }
    }

    // ---- streams

    private static MessageInput stream(WebSocket socket) throws IOException {
        return Objects.requireNonNull(socket.receiveStream());
    }

    @Test
    void messageOfAnyLengthIsReadAsAStream() throws Exception {
        try (var echo = echo(SMALL)) {
            var sent = binary(3_000_000);
            var sending = Eventlet.spawn(() -> echo.send(sent));

            try (var message = stream(echo.socket)) {
                assertThat(message.isText()).isFalse();
                assertThat(message.readAllBytes()).isEqualTo(sent.payload());
                assertThat(message.read()).isEqualTo(-1);
            }
            sending.join();
        }
    }

    @Test
    void textIsReadWhileItComes() throws Exception {
        try (var echo = echo(SMALL)) {
            echo.send(text("né").open());

            try (var message = stream(echo.socket)) {
                assertThat(message.isText()).isTrue();
                assertThat(message.readNBytes(3)).asString().isEqualTo("né");
                echo.send(more("e"));
                assertThat(all(message.reader())).isEqualTo("e");
            }
        }
    }

    private static String all(Reader reader) throws IOException {
        var text = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            text.append((char) c);
        }
        return text.toString();
    }

    @Test
    void whatIsUnreadOfAStreamIsPassedOver() throws Exception {
        try (var echo = echo(SMALL)) {
            echo.send(text("one").open(), more("more"), text("two"), text("three"));

            var one = stream(echo.socket);
            assertThat(one.read()).isEqualTo('o');
            var two = stream(echo.socket);
            assertThat(echo.socket.receive()).isEqualTo(new Message.Text("three"));

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(one::read)
                    .withMessage("another message was asked for");
            assertThatExceptionOfType(IOException.class).isThrownBy(two::read);
        }
    }

    @Test
    void streamThatIsCutShortIsNotTakenForWhole() throws Exception {
        try (var echo = echo(SMALL)) {
            echo.send(text("half").open(), close());
            echo.peer.shutdownOutput();

            var message = stream(echo.socket);

            assertThatExceptionOfType(EOFException.class).isThrownBy(message::readAllBytes);
            assertThat(echo.socket.receiveStream()).isNull();
            assertThat(echo.socket.closeCode()).isEqualTo(1005);
        }
    }

    @Test
    void textThatIsWrittenGoesInFragments() throws Exception {
        try (var echo = echo(SMALL)) {
            try (var text = echo.socket.openText()) {
                text.write("Hel");
                text.flush();
                text.write("lo");
            }
            echo.socket.openText().close();

            assertThat(echo.read(4)).hasToString("[text Hel..., more lo..., more , text ]");
        }
    }

    @Test
    void bytesThatAreWrittenGoInFragmentsOfABuffer() throws Exception {
        var sent = binary(100_000).payload();
        try (var echo = echo(SMALL)) {
            var sending =
                    Eventlet.spawn(() -> {
                        try (var out = echo.socket.openBinary()) {
                            out.write(sent, 0, 10);
                            out.write(sent, 10, 99_989);
                            out.write(sent[99_999]);
                        }
                    });
            var all = new java.io.ByteArrayOutputStream();
            Frame frame;
            do {
                frame = echo.read();
                all.writeBytes(frame.payload());
            } while (!frame.fin());
            sending.join();

            assertThat(all.toByteArray()).isEqualTo(sent);
        }
    }

    @Test
    void compressedStreamIsOneMessage() throws Exception {
        var deflation = new Deflation(true, 15, true);
        try (var echo = new Echo(false, deflation, SMALL)) {
            try (var text = echo.socket.openText()) {
                text.write("Hello");
                text.flush();
            }

            assertThat(echo.read(2))
                    .hasToString("[rsv4 text f2 48 cd c9 c9 07 00 00 00 ff ff..., more \0]");
        }
    }

    @Test
    void otherMessagesWaitForTheEndOfAStreamAndPongsDoNot() throws Exception {
        try (var echo = echo(SMALL)) {
            var receiving = Eventlet.spawn(() -> echo.socket.receive());
            GreenThread<?> other;
            try (var text = echo.socket.openText()) {
                text.write("first");
                text.flush();
                other = Eventlet.spawn(() -> echo.socket.send("second"));
                echo.send(ping("p"));
                assertThat(echo.read(2)).hasToString("[text first..., pong p]");
            }
            other.join();
            echo.send(text("end"));
            receiving.join();

            assertThat(echo.read(2)).hasToString("[more , text second]");
        }
    }

    // ---- threads

    @Test
    void messagesOfManyThreadsDoNotMix() throws Exception {
        var lengths = new ArrayList<Integer>();
        try (var echo = echo(SMALL)) {
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < 20; i++) {
                var message = new byte[i * 5000];
                java.util.Arrays.fill(message, (byte) i);
                threads.add(
                        Eventlet.spawn(() -> {
                            for (int round = 0; round < 5; round++) {
                                echo.socket.send(message);
                            }
                        }));
            }
            for (int i = 0; i < 100; i++) {
                var frame = echo.read();
                lengths.add(frame.payload().length / 5000);
                byte expected = (byte) (frame.payload().length / 5000);
                assertThat(frame.payload())
                        .containsOnly(repeated(expected, frame.payload().length));
            }
            threads.forEach(GreenThread::join);
        }

        assertThat(lengths).hasSize(100);
    }

    private static byte[] repeated(byte b, int length) {
        return length == 0 ? new byte[0] : new byte[] {b};
    }

    @Test
    void readerDoesNotWaitForASenderThatWaits() throws Exception {
        try (var echo = echo(Echo.SETTINGS)) {
            var sending = Eventlet.spawn(() -> echo.socket.send(new byte[20_000_000]));
            echo.peer.awaitReadable(); // it has begun

            echo.send(ping("one"), ping("two"), text("read")); // nothing is read of what was sent
            var received = echo.socket.receive();

            assertThat(received).isEqualTo(new Message.Text("read"));
            assertThat(echo.read(2)).hasToString("[binary 20000000, pong two]");
            sending.join();
        }
    }

    @Test
    void eachMessageIsReceivedByOneThread() throws Exception {
        try (var echo = echo(SMALL)) {
            var threads =
                    List.of(
                            Eventlet.spawn(() -> echo.socket.receive()),
                            Eventlet.spawn(() -> echo.socket.receive()));
            echo.send(text("one"), text("two"));

            assertThat(threads.stream().map(GreenThread::await))
                    .containsExactlyInAnyOrder(new Message.Text("one"), new Message.Text("two"));
        }
    }

    @Tag("hub-only") // in portable mode the JDK closes the socket
    @Test
    void timeoutLosesNothingWhereverItEndsAReceive() throws Exception {
        var bytes = text("Hello, wörld").bytes(true);
        try (var echo = echo(SMALL)) {
            for (byte b : bytes) {
                assertThatExceptionOfType(TimeoutExpired.class)
                        .isThrownBy(() ->
                                Eventlet.withTimeout(
                                        Duration.ofMillis(1), () -> echo.socket.receive()));
                echo.sendBytes(b);
            }

            assertThat(echo.socket.receive()).isEqualTo(new Message.Text("Hello, wörld"));
        }
    }

    @Test
    void killOfASenderEndsTheWebSocket() throws Exception {
        try (var echo = echo(Echo.SETTINGS)) {
            var sending = Eventlet.spawn(() -> echo.socket.send(new byte[20_000_000]));
            echo.peer.awaitReadable(); // it has begun

            sending.kill();
            sending.join();

            assertThat(echo.socket.isOpen()).isFalse();
            assertThat(echo.socket.closeCode()).isEqualTo(1006);
        }
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void pieceOfAMessageThatIsNotSentEndsTheWebSocket() throws Exception {
        Simulation.inOrder()
                .run(() -> {
                    try (var echo = echo(Echo.SETTINGS)) {
                        var text = echo.socket.openText();
                        text.write("lost");
                        var flooding = Eventlet.spawn(() -> pingWithoutEnd(echo.socket));
                        Eventlet.sleep(Duration.ofSeconds(1)); // until nothing is taken any more

                        assertThat(
                                        io.eventlet.Timeout.silent(
                                                Duration.ofSeconds(1), () -> text.flush()))
                                .isFalse();

                        assertThat(echo.socket.isOpen()).isFalse();
                        flooding.join();
                        assertThatExceptionOfType(IOException.class).isThrownBy(text::close);
                    }
                });
    }

    private static void pingWithoutEnd(WebSocket socket) {
        try {
            while (true) {
                socket.ping(new byte[125]);
            }
        } catch (IOException e) {
            return;
        }
    }

    // ---- pings

    @Test
    void pingsAndPongsAreSentAsAsked() throws Exception {
        try (var echo = Echo.started(Role.CLIENT)) {
            echo.socket.ping();
            echo.socket.ping((byte) 'a', (byte) 'b');
            echo.socket.pong((byte) 'c');

            assertThat(echo.read(3)).hasToString("[ping , ping ab, pong c]");
            assertThatIllegalArgumentException().isThrownBy(() -> echo.socket.ping(new byte[126]));
        }
    }
}
