// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.Terminal;

import org.junit.jupiter.api.Test;

import java.util.Map;

class LookTest {
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

    @Test
    void aScreenGetsColourAndAPipeDoesNot() {
        assertThat(Look.of(new Terminal(true, false, XTERM)).colour()).isTrue();
        assertThat(Look.of(new Terminal(false, true, XTERM)).colour()).isFalse();
    }

    @Test
    void standardErrorIsJudgedByItself() {
        assertThat(Look.ofErrors(new Terminal(false, true, XTERM)).colour()).isTrue();
        assertThat(Look.ofErrors(new Terminal(true, false, XTERM)).colour()).isFalse();
    }

    @Test
    void noColorForbidsIt() {
        var terminal = new Terminal(true, true, Map.of("TERM", "xterm", "NO_COLOR", "1"));

        assertThat(Look.of(terminal).bold("text")).isEqualTo("text");
    }

    @Test
    void withoutDrawingCharactersEverythingIsAscii() {
        var look = Look.PLAIN;

        String page =
                look.bar(0.5, 8) + look.gauge(0.5, 8) + look.rule(8) + look.plain("a · b × c…");

        assertThat(page).isEqualTo("########....--------a, b x c...");
    }

    @Test
    void aBarIsDrawnToAnEighthOfAColumn() {
        var look = new Look(false, true);

        assertThat(look.bar(0.5, 3)).isEqualTo("█▌");
        assertThat(look.bar(1, 3)).isEqualTo("███");
        assertThat(look.bar(0, 3)).isEmpty();
        assertThat(look.bar(7, 3)).isEqualTo("███");
    }
}
