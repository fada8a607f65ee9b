// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static io.eventlet.http.websocket.Frame.close;
import static io.eventlet.http.websocket.Frame.hex;
import static io.eventlet.http.websocket.Frame.ping;
import static io.eventlet.http.websocket.Frame.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.http.websocket.Echo.Role;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;

/// How a WebSocket ends: Autobahn's section 7, and what it cannot see.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CloseTest {
    @ParameterizedTest
    @EnumSource
    void closeFrameIsAnswered(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(text("last"), close(1000, ""), ping("too late"), text("too late"));

            assertThat(echo.end()).containsExactly("text last", "close 1000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeFrameWithoutCodeIsAnsweredInKind(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(close());

            assertThat(echo.end()).containsExactly("close -");
            assertThat(echo.socket.closeCode()).isEqualTo(1005);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
                4000, 4999
            })
    void codeIsAnsweredWithItself(int code) throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(close(code, "x".repeat(123)));

            assertThat(echo.end()).containsExactly("close " + code);
            assertThat(echo.socket.closeCode()).isEqualTo(code);
            assertThat(echo.socket.closeReason()).hasSize(123);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 65_535})
    void codeThatIsNeverSentBreaksTheProtocol(int code) throws Exception {
        try (var echo = Echo.started(Role.CLIENT)) {
            echo.send(close(code, ""));

            assertThat(echo.end()).containsExactly("close 1002");
        }
    }

    @Test
    void closeFrameOfOneByteBreaksTheProtocol() throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(hex(8, "03"));

            assertThat(echo.end()).containsExactly("close 1002");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"03e8 cebae1bdb9eda080", "03e8 c3", "03e8 ff"})
    void reasonHasToBeUtf8(String payload) throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(hex(8, payload));

            assertThat(echo.end()).containsExactly("close 1007");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeFrameWithinAMessageEndsIt(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(text("frag").open(), close(1001, "gone"), Frame.more("ment"));

            assertThat(echo.end()).containsExactly("close 1001");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endOfTheConnectionWithoutACloseFrameIsAbnormal(Role role) throws Exception {
        try (var echo = new Echo(role == Role.CLIENT, null, Echo.SETTINGS)) {
            echo.peer.shutdownOutput();

            assertThat(echo.socket.receive()).isNull();
            assertThat(echo.socket.closeCode()).isEqualTo(1006);
            assertThat(echo.socket.receive()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endOfTheConnectionWithinAMessageIsAbnormal(Role role) throws Exception {
        try (var echo = new Echo(role == Role.CLIENT, null, Echo.SETTINGS)) {
            echo.send(text("half").open());
            echo.peer.shutdownOutput();

            assertThat(echo.socket.receive()).isNull();
            assertThat(echo.socket.closeCode()).isEqualTo(1006);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingWaitsForTheAnswerAndPassesOverMessages(Role role) throws Exception {
        try (var echo = new Echo(role == Role.CLIENT, null, Echo.SETTINGS)) {
            var closing = Eventlet.spawn(() -> echo.socket.close(4001, "enough"));
            var frame = echo.read();
            echo.send(text("under way"), Frame.binary(100_000), close(4001, "fine"));
            echo.peer.shutdownOutput();
            closing.join();

            assertThat(frame).hasToString("close 4001");
            assertThat(echo.socket.closeCode()).isEqualTo(4001);
            assertThat(echo.socket.closeReason()).isEqualTo("fine");
            assertThat(echo.in.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsTheReceiveOfAnotherThread(Role role) throws Exception {
        try (var echo = new Echo(role == Role.CLIENT, null, Echo.SETTINGS)) {
            var receiving = Eventlet.spawn(() -> echo.socket.receive() == null);
            Eventlet.sleep();
            var closing = Eventlet.spawn(() -> echo.socket.close());
            var frame = echo.read();
            echo.send(frame);
            echo.peer.shutdownOutput();
            closing.join();

            assertThat(receiving.await()).isTrue();
            assertThat(echo.socket.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void closingGivesUpAPeerThatDoesNotAnswer() throws Exception {
        var settings = Echo.SETTINGS.closeLimit(Duration.ofMillis(20));
        try (var echo = new Echo(false, null, settings)) {
            echo.socket.close();

            assertThat(echo.socket.closeCode()).isEqualTo(1006);
            assertThat(echo.end()).containsExactly("close 1000");
        }
    }

    @Test
    void closingGivesUpAPeerThatTakesNothing() throws Exception {
        var settings = Echo.SETTINGS.closeLimit(Duration.ofMillis(20));
        try (var echo = new Echo(false, null, settings)) {
            var sending =
                    Eventlet.spawn(() -> {
                        try {
                            while (true) {
                                echo.socket.send(new byte[1 << 20]);
                            }
                        } catch (IOException e) {
                            return true;
                        }
                    });
            echo.peer.awaitReadable(); // it has begun

            echo.socket.close();

            assertThat(sending.await()).isTrue();
        }
    }

    @Test
    void closingTwiceDoesNoHarm() throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(close());
            assertThat(echo.end()).containsExactly("close -");
            echo.join();

            echo.socket.close();

            assertThat(echo.socket.closeCode()).isEqualTo(1005);
        }
    }

    @Test
    void nothingIsSentOnceItIsClosed() throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(close());
            assertThat(echo.end()).containsExactly("close -");
            echo.join();

            assertThatExceptionOfType(WebSocketClosed.class)
                    .isThrownBy(() -> echo.socket.send("x"));
            assertThatExceptionOfType(WebSocketClosed.class)
                    .isThrownBy(() -> echo.socket.openText().close());
            assertThat(echo.socket.isOpen()).isFalse();
        }
    }

    @Test
    void reasonOfARefusalArrivesThoughInputIsUnread() throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            var sending =
                    Eventlet.spawn(
                            () -> echo.send(Frame.of(3, new byte[0]), Frame.binary(1 << 22)));

            assertThat(echo.read()).hasToString("close 1002");
            sending.join();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 2000, 5000})
    void refusesToSendCodesThatAreNeverSent(int code) throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            assertThatIllegalArgumentException().isThrownBy(() -> echo.socket.close(code, ""));
        }
    }

    @Test
    void refusesAReasonThatDoesNotFit() throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> echo.socket.close(1000, "ä".repeat(62)));
        }
    }

    @Test
    void reasonOfOurOwnIsCutBetweenCharacters() {
        var payload = CloseCode.payload(1002, "a" + "ä".repeat(100));

        assertThat(payload).hasSize(2 + 123);
        assertThat(CloseCode.payload(1002, "ä".repeat(100))).hasSize(2 + 122);
    }
}
