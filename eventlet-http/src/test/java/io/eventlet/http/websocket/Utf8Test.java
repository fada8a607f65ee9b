// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static io.eventlet.http.websocket.Frame.close;
import static io.eventlet.http.websocket.Frame.hex;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.websocket.Echo.Role;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Text has to be UTF-8: Autobahn's section 6, and the JDK's decoder as an oracle.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class Utf8Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cebae1bdb9cf83cebcceb5eda080656469746564", // a surrogate within
                "f8888080",
                "fc8480808080",
                "f888808080",
                "fe",
                "ff",
                "80",
                "bf",
                "8080",
                "c0",
                "c0af",
                "c1bf",
                "c2",
                "c220",
                "e080af",
                "e0",
                "e0a0",
                "e09f80",
                "eda080", // surrogates
                "edbfbf",
                "eda080edb080",
                "f080",
                "f08080af",
                "f08fbfbf",
                "f0908d",
                "f4908080", // beyond the last character
                "f5808080",
                "61626364656667686162636465666768ff" // behind two words of ASCII
            })
    void refusesTextThatIsNotUtf8(String bytes) throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(hex(1, bytes));

            assertThat(echo.end()).containsExactly("close 1007");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "ed9fbf",
                "ee8080",
                "efbfbf",
                "efbfbd",
                "f0908080",
                "f48fbfbf",
                "cebae1bdb9cf83cebcceb5",
                "f09f9880f09f9880"
            })
    void takesTheEdgesOfUtf8(String bytes) throws Exception {
        try (var echo = Echo.started(Role.CLIENT)) {
            echo.send(hex(1, bytes));

            assertThat(echo.read().payload()).isEqualTo(hex(1, bytes).payload());
        }
    }

    @ParameterizedTest
    @EnumSource
    void characterMayBeDividedAmongFragments(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(hex(1, "f0").open(), hex(0, "9f98").open(), Frame.ping(""), hex(0, "80"));

            assertThat(echo.read(2)).hasToString("[pong , text 😀]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endWithinACharacterIsRefused(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(hex(1, "f0").open(), hex(0, "9f98"));

            assertThat(echo.end()).containsExactly("close 1007");
        }
    }

    @ParameterizedTest
    @EnumSource
    void firstBadByteIsRefusedThoughTheFrameGoesOn(Role role) throws Exception {
        var whole = hex(1, "cebae1bdb9cf83cebcceb5f4908080656469746564").bytes(role == Role.SERVER);
        int bad = whole.length - 9; // 90 cannot follow f4
        try (var echo = Echo.started(role)) {
            echo.peer.sendAll(whole, 0, bad);
            echo.peer.sendAll(whole, bad, 1);

            assertThat(echo.end()).containsExactly("close 1007");
        }
    }

    @ParameterizedTest
    @EnumSource
    void badTextInAFragmentIsRefusedBeforeTheNext(Role role) throws Exception {
        try (var echo = Echo.started(role)) {
            echo.send(hex(1, "cebae1bdb9").open(), hex(0, "eda080").open());

            assertThat(echo.end()).containsExactly("close 1007");
        }
    }

    @Test
    void bytesNeedNotBeUtf8() throws Exception {
        try (var echo = Echo.started(Role.SERVER)) {
            echo.send(hex(2, "fffe80c0"), close());

            assertThat(echo.end()).containsExactly("binary 4", "close -");
        }
    }

    @Test
    void checkAgreesWithTheDecoderOfTheJdkHoweverBytesAreDivided() {
        var random = new Random(7);
        for (int round = 0; round < 200_000; round++) {
            var bytes = mutated(random);

            var check = new Utf8Check();
            int cut = random.nextInt(bytes.length + 1);
            boolean accepted =
                    check.accepts(bytes, 0, cut)
                            && check.accepts(bytes, cut, bytes.length - cut)
                            && check.isComplete();

            assertThat(accepted).as("%s", hexOf(bytes)).isEqualTo(isUtf8(bytes));
        }
    }

    private static byte[] mutated(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.appendCodePoint(
                    random.nextBoolean()
                            ? 'a'
                            : random.nextInt(1 << (4 * (1 + random.nextInt(5)))));
        }
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            var ignored = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String hexOf(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }
}
