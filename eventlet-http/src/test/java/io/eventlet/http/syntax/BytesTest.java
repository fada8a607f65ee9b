// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

@Timeout(60)
class BytesTest {
    private static final String TOKENS =
            "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    @Test
    void tokensAreOfTheCharactersThatRfc9110Lists() {
        for (int b = 0; b < 256; b++) {
            assertThat(Bytes.isToken((byte) b)).as("%x", b).isEqualTo(TOKENS.indexOf(b) >= 0);
            assertThat(Bytes.isToken(String.valueOf((char) b))).isEqualTo(TOKENS.indexOf(b) >= 0);
        }
        assertThat(Bytes.isToken("")).isFalse();
    }

    @Test
    void textHasNoControlCharactersButTabs() {
        for (int b = 0; b < 256; b++) {
            boolean isControl = (b < ' ' && b != '\t') || b == 0x7f;
            assertThat(Bytes.isText((byte) b)).as("%x", b).isEqualTo(!isControl);
        }
    }

    @Test
    void textEndsAtTheFirstByteThatIsNone() {
        for (int length = 0; length < 20; length++) {
            for (int at = 0; at < length; at++) {
                for (int b = 0; b < 256; b++) {
                    var bytes = new byte[length];
                    Arrays.fill(bytes, (byte) 'a');
                    bytes[at] = (byte) b;

                    assertThat(Bytes.textEnd(bytes, 0, length))
                            .isEqualTo(Bytes.isText((byte) b) ? length : at);
                }
            }
        }
    }

    @Test
    void textEndsAlikeWhateverStandsNextToEachOther() {
        var random = new Random(9110);
        byte[] some = {'\t', ' ', '!', 0x7e, (byte) 0x80, 0x1f, 0x7f, (byte) 0xff, 'a', '\r', 0, 1};
        var bytes = new byte[40];
        for (int i = 0; i < 100_000; i++) {
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = some[random.nextInt(random.nextInt(8) == 0 ? some.length : 5)];
            }
            int from = random.nextInt(8);
            int to = from + random.nextInt(bytes.length - from);

            int end =
                    IntStream.range(from, to)
                            .filter(at -> !Bytes.isText(bytes[at]))
                            .findFirst()
                            .orElse(to);

            assertThat(Bytes.textEnd(bytes, from, to)).isEqualTo(end);
        }
    }

    @Test
    void digitsOfSixteenAreRead() {
        for (int c = 0; c < 256; c++) {
            int digit = Character.digit(c, 16);
            assertThat(Bytes.hex(c)).as("%x", c).isEqualTo(c < 128 ? digit : -1);
        }
        assertThat(Bytes.hex(-1)).isEqualTo(-1);
    }
}
