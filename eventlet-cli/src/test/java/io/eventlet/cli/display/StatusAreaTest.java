// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class StatusAreaTest {
    private final Screen screen = new Screen(20, 5);
    private final StatusArea area = new StatusArea(screen.terminal());

    @Test
    void whatIsShownTakesThePlaceOfWhatWasShownBefore() {
        area.show(List.of("a long first line", "second"));

        area.show(List.of("first", "another"));

        assertThat(screen.lines()).containsExactly("first", "another");
    }

    @Test
    void aLineIsCutToTheWidthOfTheTerminal() {
        area.show(List.of("x".repeat(50), "y"));

        assertThat(screen.lines()).containsExactly("x".repeat(19), "y");
    }

    @Test
    void coloursTakeNoRoom() {
        area.show(List.of("\u001b[31m" + "x".repeat(50) + "\u001b[0m"));

        assertThat(screen.lines()).containsExactly("x".repeat(19));
    }

    @Test
    void aTerminalThatDoesNotKnowItsSizeIsTakenToHaveEightyColumns() {
        var wide = new Screen(100, 5);

        new StatusArea(wide.withoutSize().terminal()).show(List.of("x".repeat(100)));

        assertThat(wide.lines()).containsExactly("x".repeat(79));
    }

    @Test
    void afterErasingTheNextLineStandsWhereTheFirstOneBegan() {
        screen.stream().println("above");
        area.show(List.of("first", "second"));

        area.erase();
        screen.stream().println("below");

        assertThat(screen.lines()).containsExactly("above", "below");
    }

    @Test
    void whatWasErasedCanBeShownAgain() {
        area.show(List.of("first", "second"));
        area.erase();

        area.show(List.of("first", "second"));

        assertThat(screen.lines()).containsExactly("first", "second");
    }
}
