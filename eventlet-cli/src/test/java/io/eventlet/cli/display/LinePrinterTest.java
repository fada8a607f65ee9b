// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.StalledOutput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.stream.IntStream;

@Timeout(60)
class LinePrinterTest {
    private final StalledOutput reader = new StalledOutput();

    @Test
    void closingWaitsUntilAllIsPrinted() {
        reader.readAgain();

        try (var printer = LinePrinter.open(reader.writer())) {
            printer.print("one");
            printer.print("two");
        }

        assertThat(reader.lines()).containsExactly("one", "two");
    }

    @Test
    void aLineAfterTheEndIsNotPrinted() {
        reader.readAgain();
        var printer = LinePrinter.open(reader.writer());
        printer.close();

        printer.print("late");
        printer.close();

        assertThat(reader.lines()).isEmpty();
    }

    @Test
    void printingNeverWaitsForTheReader() throws Exception {
        try (var printer = LinePrinter.open(reader.writer())) {
            printer.print("line");
            reader.awaitWrite();

            printer.print("line");

            assertThat(reader.lines()).isEmpty();
            reader.readAgain();
        }
        assertThat(reader.lines()).containsExactly("line", "line");
    }

    @Test
    void linesThatFindNoRoomAreLeftOutAndCounted() throws Exception {
        List<String> most =
                IntStream.range(0, LinePrinter.MOST_WAITING).mapToObj(i -> "line " + i).toList();
        try (var printer = LinePrinter.open(reader.writer())) {
            printer.print("first");
            reader.awaitWrite();
            most.forEach(printer::print);

            printer.print("no room");
            printer.print("no room");
            reader.readAgain();
        }

        assertThat(reader.lines())
                .hasSize(most.size() + 2)
                .startsWith("first", "line 0")
                .endsWith("line 999", "(2 lines left out: nobody read them)");
    }
}
