// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static io.eventlet.http.websocket.Frame.binary;
import static io.eventlet.http.websocket.Frame.close;
import static io.eventlet.http.websocket.Frame.more;
import static io.eventlet.http.websocket.Frame.ping;
import static io.eventlet.http.websocket.Frame.pong;
import static io.eventlet.http.websocket.Frame.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.websocket.Echo.Role;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What is answered to which frames, by a server and by a client: the cases of Autobahn's suite,
/// sections 1 to 5, and others of their kinds.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FramingTest {
    /// What is sent, and what comes back.
    record Case(String name, List<Frame> frames, List<String> answers) {
        static Case of(String name, List<Frame> frames, String... answers) {
            return new Case(name, frames, List.of(answers));
        }

        List<String> answersAnd(String last) {
            return Stream.concat(answers.stream(), Stream.of(last)).toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Frame> frames(Frame... frames) {
        return List.of(frames);
    }

    static Stream<Case> good() {
        return Stream.of(
                Case.of("empty text", frames(text("")), "text "),
                Case.of("empty bytes", frames(binary(0)), "binary 0"),
                Case.of("125 bytes", frames(binary(125)), "binary 125"),
                Case.of("126 bytes", frames(binary(126)), "binary 126"),
                Case.of("127 bytes", frames(binary(127)), "binary 127"),
                Case.of("128 bytes", frames(binary(128)), "binary 128"),
                Case.of("65535 bytes", frames(binary(65_535)), "binary 65535"),
                Case.of("65536 bytes", frames(binary(65_536)), "binary 65536"),
                Case.of("a megabyte", frames(binary(1 << 20)), "binary 1048576"),
                Case.of("text", frames(text("x".repeat(126))), "text " + "x".repeat(126)),
                Case.of("a ping", frames(ping("")), "pong "),
                Case.of("a ping with payload", frames(ping("Hello")), "pong Hello"),
                Case.of(
                        "a ping with bytes",
                        frames(Frame.hex(9, "00fffefdfcfb00ff")),
                        "pong \0ÿþýüû\0ÿ"),
                Case.of("a long ping", frames(ping("þ".repeat(125))), "pong " + "þ".repeat(125)),
                Case.of("a pong that nobody asked for", frames(pong("")), new String[0]),
                Case.of("a pong with payload", frames(pong("x"), ping("y")), "pong y"),
                Case.of("fragments", frames(text("frag").open(), more("ment")), "text fragment"),
                Case.of(
                        "a ping within fragments",
                        frames(text("frag").open(), ping("p"), more("ment")),
                        "pong p",
                        "text fragment"),
                Case.of(
                        "empty fragments",
                        frames(text("").open(), more("").open(), more("")),
                        "text "),
                Case.of(
                        "an empty first and last fragment",
                        frames(text("").open(), more("middle").open(), more("")),
                        "text middle"),
                Case.of(
                        "pings between five fragments",
                        frames(
                                text("1").open(),
                                more("2").open(),
                                ping("a"),
                                more("3").open(),
                                more("4").open(),
                                ping("b"),
                                more("5")),
                        "pong a",
                        "pong b",
                        "text 12345"),
                Case.of(
                        "bytes in fragments",
                        frames(binary(1000).open(), Frame.of(0, new byte[70_000])),
                        "binary 71000"),
                Case.of(
                        "messages one behind another",
                        frames(text("one"), text("two"), binary(3)),
                        "text one",
                        "text two",
                        "binary 3"));
    }

    static Stream<Case> bad() {
        var cases = new ArrayList<Case>();
        for (int rsv = 1; rsv < 8; rsv++) {
            cases.add(violation("reserved bits " + rsv, text("x").rsv(rsv)));
            cases.add(violation("reserved bits of a ping " + rsv, ping("x").rsv(rsv)));
            cases.add(violation("reserved bits of a close frame " + rsv, close().rsv(rsv)));
            cases.add(
                    violation(
                            "reserved bits of a fragment " + rsv,
                            text("a").open(),
                            more("b").rsv(rsv)));
        }
        IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
                .forEach(opcode -> {
                    cases.add(violation("opcode " + opcode, Frame.of(opcode, new byte[0])));
                    cases.add(
                            violation(
                                    "opcode with payload " + opcode,
                                    Frame.of(opcode, new byte[100])));
                });
        cases.add(violation("a ping of 126 bytes", ping("x".repeat(126))));
        cases.add(violation("a pong of 126 bytes", pong("x".repeat(126))));
        cases.add(violation("a close frame of 126 bytes", Frame.of(8, new byte[126])));
        cases.add(violation("a ping of 70000 bytes", ping("x".repeat(70_000))));
        cases.add(violation("a ping in fragments", ping("a").open(), more("b")));
        cases.add(violation("a pong in fragments", pong("a").open(), more("b")));
        cases.add(violation("a close frame in fragments", close().open(), more("b")));
        cases.add(violation("a continuation of nothing", more("x")));
        cases.add(violation("an open continuation of nothing", more("x").open()));
        cases.add(violation("text within text", text("a").open(), text("b")));
        cases.add(violation("bytes within text", text("a").open(), binary(1)));
        cases.add(
                violation("text within fragments", text("a").open(), more("b").open(), text("c")));
        return cases.stream();
    }

    private static Case violation(String name, Frame... frames) {
        return Case.of(name, List.of(frames), "close 1002");
    }

    static Stream<Arguments> goodByRole() {
        return byRole(good());
    }

    static Stream<Arguments> badByRole() {
        return byRole(bad());
    }

    private static Stream<Arguments> byRole(Stream<Case> cases) {
        return cases.flatMap(one -> Stream.of(Role.values()).map(role -> Arguments.of(role, one)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("goodByRole")
    void answersWhatIsRight(Role role, Case one) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(one.frames.toArray(Frame[]::new)).send(close(1000, "bye"));

            assertThat(echo.end()).containsExactlyElementsOf(one.answersAnd("close 1000"));
            assertThat(echo.socket.closeCode()).isEqualTo(1000);
            assertThat(echo.socket.closeReason()).isEqualTo("bye");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("badByRole")
    void refusesWhatIsWrong(Role role, Case one) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(one.frames.toArray(Frame[]::new)).send(text("too late"));

            assertThat(echo.end()).isEqualTo(one.answers);
            echo.join();
            assertThat(echo.socket.closeCode()).isEqualTo(1002);
            assertThat(echo.failure).isInstanceOf(WebSocketClosed.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsFramesByteByByte(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.sendChopped(
                    1,
                    binary(300),
                    text("κόσμε").open(),
                    ping("between"),
                    more("!"),
                    close(4000, "done"));

            assertThat(echo.end())
                    .containsExactly("binary 300", "pong between", "text κόσμε!", "close 4000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesComeBackAsTheyWere(Role role) throws Exception {
        var sent = binary(200_000);
        try (var echo = Echo.started(role)) {
            echo.sendChopped(997, sent);

            assertThat(echo.read().payload()).isEqualTo(sent.payload());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAMaskWhereThereMustBeNoneAndTheOtherWayRound(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.peer.sendAll(text("x").bytes(role == Role.CLIENT));

            assertThat(echo.end()).containsExactly("close 1002");
        }
    }

    @ParameterizedTest
    @MethodSource
    void refusesLengthsThatAreNotInTheirShortestForm(int[] lengthOfAFrame) throws Exception {
        try (var echo = Echo.started(Role.CLIENT)) {
            echo.sendBytes(0x82).sendBytes(lengthOfAFrame);

            assertThat(echo.end()).containsExactly("close 1002");
        }
    }

    static Stream<int[]> refusesLengthsThatAreNotInTheirShortestForm() {
        return Stream.of(
                new int[] {126, 0, 125},
                new int[] {127, 0, 0, 0, 0, 0, 0, 0xff, 0xff},
                new int[] {127, 0x80, 0, 0, 0, 0, 1, 0, 0},
                new int[] {127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    }

    @ParameterizedTest
    @EnumSource
    void framesOfAClientAreMasked(Role role) throws IOException {
        try (var echo = Echo.started(role)) {
            echo.send(text("hello"));

            int isMasked = echo.in.readUnsignedShort() & 0x80;

            assertThat(isMasked != 0).isEqualTo(role == Role.CLIENT);
        }
    }
}
