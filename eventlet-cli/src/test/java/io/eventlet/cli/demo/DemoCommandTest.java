// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.Board;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.testing.CommandRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

@Timeout(60)
class DemoCommandTest {
    private static final DemoPlan SMALL =
            new DemoPlan(
                    20,
                    10,
                    Duration.ofMillis(1),
                    Duration.ofMillis(3),
                    Duration.ofSeconds(3),
                    10,
                    5,
                    2,
                    50,
                    Duration.ofMillis(10));

    @Test
    void showsThePatternsAndAProgramOfThemAndThatAllWentWell() throws Exception {
        var out = new StringWriter();
        var pipe = new Terminal(false, false, Map.of());
        boolean sound;

        try (Board board = Board.open(pipe, new PrintWriter(out), new PrintWriter(out), true)) {
            sound = DemoCommand.show(SMALL, board, new Playbill(Look.PLAIN, 80));
        }

        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("1 Client 24 pages, each 1 to 3 ms away")
                .contains("20 fetched")
                .contains("2 Server 50 conversations")
                .contains("at once 50")
                .contains("3 Dispatch 14 feeds in 2 requests at once, one limit of 5 for all")
                .contains("10 titles in the order of the URLs")
                .contains("of the others: 1 http 4xx, 1 not a feed, 1 refused, 1 timeout")
                .contains("4 Mirror a directory of 20 pages, copied by its listing")
                .contains("18 files")
                .contains("2 skipped by the rule \"reject *7.html\"");
        assertThat(sound).isTrue();
        assertThat(out.toString().lines())
                .allMatch(line -> line.length() <= 80, "at most 80 columns");
        assertThat(out.toString()).isASCII();
    }

    @Test
    void withoutDescriptorsItSaysHowManyItNeeds() {
        assertThatThrownBy(() -> DemoCommand.descriptors(OptionalLong.of(64)))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "the demonstration needs 192 descriptors, and this process may have 64"
                                + " (ulimit -n)");
    }

    @Test
    void aNumberOfConnectionsThatIsNoneIsNamed() {
        CommandRun run = CommandRun.of(new DemoCommand(), "--connections", "many");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'many' is not a count (expected 1 to 1000000)");
    }
}
