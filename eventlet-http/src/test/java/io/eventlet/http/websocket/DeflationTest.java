// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static io.eventlet.http.websocket.Frame.close;
import static io.eventlet.http.websocket.Frame.hex;
import static io.eventlet.http.websocket.Frame.ping;
import static io.eventlet.http.websocket.Frame.text;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.http.websocket.Echo.Role;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Compression, RFC 7692: the examples of its section 7.2.3, Autobahn's sections 12 and 13, and
/// Eventlet's `TestWebSocketWithCompression`.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DeflationTest {
    private static final Deflation CONTEXT = new Deflation(true, 15, true);
    private static final Deflation EACH = new Deflation(false, 15, false);

    // ---- the negotiation

    private static @Nullable String answer(String offer, Compression compression) {
        var offers = Extension.parse(List.of(offer));
        var accepted = offers == null ? null : Deflation.accepted(offers, compression);
        return accepted == null ? null : accepted.response();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate",
                "permessage-deflate; client_max_window_bits | permessage-deflate",
                "permessage-deflate; client_max_window_bits=10 | permessage-deflate",
                "Permessage-Deflate; Server_Max_Window_Bits=10"
                        + "| permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=\"9\""
                        + "| permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=15 | permessage-deflate",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                        + "| permessage-deflate; server_no_context_takeover;"
                        + " client_no_context_takeover",
                "permessage-deflate; client_no_context_takeover"
                        + "| permessage-deflate; client_no_context_takeover",
                "permessage-foo, permessage-deflate | permessage-deflate",
                "permessage-deflate; server_max_window_bits=7,permessage-deflate"
                        + "| permessage-deflate",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=9,"
                        + "permessage-deflate; server_no_context_takeover, permessage-deflate"
                        + "| permessage-deflate; server_no_context_takeover;"
                        + " server_max_window_bits=9",
                ", ,permessage-deflate | permessage-deflate"
            })
    void serverAcceptsTheFirstOfferThatItCan(String offer, String answer) {
        assertThat(answer(offer, Compression.WITH_CONTEXT)).isEqualTo(answer.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-foo",
                "permessage-deflate; foo",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=08",
                "permessage-deflate; server_max_window_bits=+9",
                "permessage-deflate; server_max_window_bits=x",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=\"\"",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; client_max_window_bits; client_max_window_bits",
                "permessage-deflate; =1",
                "permessage-deflate;",
                "permessage-deflate; a=\"b",
                "permessage-deflate permessage-deflate",
                "(permessage-deflate)"
            })
    void serverDeclinesWhatItDoesNotKnow(String offer) {
        assertThat(answer(offer, Compression.WITH_CONTEXT)).isNull();
    }

    @Test
    void serverThatKeepsNothingSaysSo() {
        assertThat(answer("permessage-deflate", Compression.EACH_MESSAGE))
                .isEqualTo(
                        "permessage-deflate; server_no_context_takeover;"
                                + " client_no_context_takeover");
        assertThat(answer("permessage-deflate", Compression.NONE)).isNull();
    }

    private static @Nullable Deflation agreed(String answer, Compression offered) {
        var extensions = Extension.parse(List.of(answer));
        return extensions == null ? null : Deflation.agreed(extensions.getFirst(), offered);
    }

    @Test
    void clientTakesWhatItsServerSays() {
        assertThat(
                        agreed(
                                "permessage-deflate; client_max_window_bits=10;"
                                        + " server_no_context_takeover; server_max_window_bits=12",
                                Compression.WITH_CONTEXT))
                .isEqualTo(new Deflation(true, 10, false));
        assertThat(
                        agreed(
                                "permessage-deflate; server_no_context_takeover",
                                Compression.EACH_MESSAGE))
                .isEqualTo(new Deflation(false, 15, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-foo",
                "permessage-deflate; foo",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate" // although it was asked to keep no context
            })
    void clientRefusesWhatIsNoAnswerToItsOffer(String answer) {
        assertThat(agreed(answer, Compression.EACH_MESSAGE)).isNull();
        assertThat(agreed(answer, Compression.NONE)).isNull();
    }

    // ---- messages that come

    @Test
    void readsTheExamplesOfTheRfc() throws Exception {
        try (var echo = new Echo(false, CONTEXT, Echo.SETTINGS)) {
            echo.send(
                    hex(1, "f248cdc9c90700").rsv(4),
                    hex(1, "f248cd").rsv(4).open(), // in fragments
                    ping(""),
                    hex(0, "c9c90700"),
                    hex(1, "f200110000").rsv(4), // by what was sent before
                    hex(1, "000500faff48656c6c6f00").rsv(4), // not compressed
                    hex(1, "f348cdc9c9070000").rsv(4), // a last block
                    hex(1, "f248050000 00ffff cac9c90700").rsv(4), // two blocks
                    text("Hello"),
                    hex(1, "00").rsv(4));

            for (int i = 0; i < 7; i++) {
                assertThat(echo.socket.receive()).isEqualTo(new Message.Text("Hello"));
            }
            assertThat(echo.socket.receive()).isEqualTo(new Message.Text(""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f248cdc9c9", // its end is missing
                "f2",
                "ffffffff",
                "07",
                "f200110000" // refers to what was not sent
            })
    void refusesWhatDoesNotInflate(String payload) throws Exception {
        try (var echo = Echo.started(Role.SERVER, EACH)) {
            echo.send(hex(2, payload).rsv(4));

            assertThat(echo.end()).containsExactly("close 1007");
        }
    }

    @Test
    void inflatedTextHasToBeUtf8() throws Exception {
        try (var echo = Echo.started(Role.CLIENT, CONTEXT)) {
            echo.send(hex(1, "000200fdff ceba 00").rsv(4), hex(1, "000200fdff c0af 00").rsv(4));

            assertThat(echo.end()).hasSize(2).last().isEqualTo("close 1007");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7})
    void otherReservedBitsAreRefused(int rsv) throws Exception {
        try (var echo = Echo.started(Role.SERVER, EACH)) {
            echo.send(text("x").rsv(rsv));

            assertThat(echo.end()).containsExactly("close 1002");
        }
    }

    @Test
    void controlFramesAndContinuationsAreNotMarked() throws Exception {
        try (var echo = Echo.started(Role.SERVER, EACH)) {
            echo.send(ping("x").rsv(4));

            assertThat(echo.end()).containsExactly("close 1002");
        }
        try (var echo = Echo.started(Role.SERVER, EACH)) {
            echo.send(hex(1, "f248cd").rsv(4).open(), hex(0, "c9c90700").rsv(4));

            assertThat(echo.end()).containsExactly("close 1002");
        }
    }

    private static byte[] deflated(byte[] bytes) {
        var deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        var output = new byte[bytes.length + 100];
        int n = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(output, n - 4);
    }

    @ParameterizedTest
    @EnumSource
    void messageThatBecomesTooBigIsRefused(Role role) throws Exception {
        var bomb = deflated(new byte[10_000_000]);
        var settings = WebSocketSettings.DEFAULT.maxMessage(1_000_000);
        try (var echo = new Echo(role == Role.CLIENT, EACH, settings).start()) {
            echo.send(Frame.of(2, bomb).rsv(4));

            assertThat(bomb.length).isLessThan(20_000);
            assertThat(echo.end()).containsExactly("close 1009");
        }
    }

    @Test
    void messageOfExactlyTheLimitIsTaken() throws Exception {
        var settings = WebSocketSettings.DEFAULT.maxMessage(100_000);
        try (var echo = new Echo(false, EACH, settings)) {
            echo.send(Frame.of(2, deflated(new byte[100_000])).rsv(4));
            echo.send(Frame.of(2, deflated(new byte[100_001])).rsv(4));

            assertThat(echo.socket.receive()).isInstanceOf(Message.Binary.class);
            echo.start();
            assertThat(echo.end()).containsExactly("close 1009");
        }
    }

    // ---- messages that go

    @Test
    void sendsTheBytesOfTheRfcWithContext() throws Exception {
        try (var echo = Echo.started(Role.SERVER, CONTEXT)) {
            echo.send(text("Hello"), text("Hello"), text(""), close());

            assertThat(echo.end())
                    .containsExactly(
                            "rsv4 text f2 48 cd c9 c9 07 00",
                            "rsv4 text f2 00 11 00 00",
                            "rsv4 text 00",
                            "close -");
        }
    }

    @Test
    void sendsShortMessagesAsTheyAreWithoutContext() throws Exception {
        try (var echo = Echo.started(Role.SERVER, EACH)) {
            echo.send(text("Hello"), text("x".repeat(1000)));

            assertThat(echo.read()).hasToString("text Hello");
            assertThat(echo.read().payload()).hasSizeLessThan(30);
        }
    }

    @Test
    void sendsAsItIsWhatDoesNotBecomeShorter() throws Exception {
        var noise = new byte[1000];
        new Random(1).nextBytes(noise);
        try (var echo = Echo.started(Role.SERVER, EACH)) {
            echo.send(Frame.of(2, noise));

            var frame = echo.read();

            assertThat(frame.rsv()).isZero();
            assertThat(frame.payload()).isEqualTo(noise);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 12, 15})
    void refersNoFartherBackThanTheWindow(int bits) throws Exception {
        var random = new Random(bits);
        var inflater = new Inflater(true);
        var history = new ByteArrayOutputStream();
        var deflating = new Deflating(new Deflation(true, bits, true));
        for (int round = 0; round < 300; round++) {
            var message = words(random, random.nextInt(2000));
            int n = deflating.deflate(message, 0, message.length, true);
            var sent = Arrays.copyOf(deflating.output(), n + 4);
            sent[n + 2] = (byte) 0xff;
            sent[n + 3] = (byte) 0xff;

            assertThat(Windowed.inflate(inflater, history, sent, 1 << bits)).isEqualTo(message);
        }
        deflating.release();
        inflater.end();
    }

    /// Inflates with a window of the JDK's size, of which only the last bytes are given.
    private static final class Windowed {
        static byte[] inflate(
                Inflater inflater, ByteArrayOutputStream history, byte[] sent, int window)
                throws DataFormatException {
            var known = history.toByteArray();
            inflater.reset();
            inflater.setDictionary(
                    Arrays.copyOfRange(known, Math.max(0, known.length - window), known.length));
            inflater.setInput(sent);
            var output = new byte[10_000];
            int n = inflater.inflate(output);
            history.write(output, 0, n);
            return Arrays.copyOf(output, n);
        }
    }

    private static byte[] words(Random random, int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(Integer.toString(random.nextInt(50) * 77_777, 36)).append(' ');
        }
        return text.toString().getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 15})
    void whatOneSideSendsTheOtherReads(int bits) throws Exception {
        for (boolean keeps : new boolean[] {true, false}) {
            var random = new Random(bits);
            var deflating = new Deflating(new Deflation(keeps, bits, keeps));
            try (var echo = new Echo(false, new Deflation(keeps, 15, keeps), Echo.SETTINGS)) {
                for (int round = 0; round < 50; round++) {
                    var message = words(random, random.nextInt(5000));
                    int cut = random.nextInt(message.length + 1);
                    int n = deflating.deflate(message, 0, cut, false);
                    var one = Arrays.copyOf(deflating.output(), n);
                    n = deflating.deflate(message, cut, message.length - cut, true);
                    var two = Arrays.copyOf(deflating.output(), n);
                    echo.send(Frame.of(2, one).rsv(4).open(), Frame.of(0, two));

                    var received = echo.socket.receive();

                    assertThat(received)
                            .isInstanceOfSatisfying(
                                    Message.Binary.class,
                                    got -> assertThat(got.bytes()).isEqualTo(message));
                }
            }
            deflating.release();
        }
    }
}
