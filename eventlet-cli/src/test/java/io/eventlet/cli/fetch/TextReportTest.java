// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.web.FailureKind;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

class TextReportTest {
    private final TextReport report = new TextReport(Look.PLAIN, Look.PLAIN, false);

    @Test
    void whatComesFromElsewhereCannotMoveTheCursor() {
        var failed =
                new Outcome.Failed(
                        "http://h/\u001b[2J",
                        FailureKind.OTHER,
                        0,
                        "bad\r\n\u001b[31mnews\u009b2J",
                        Duration.ofMillis(5));

        assertThat(report.line(failed))
                .hasValue("---          -      5 ms  http://h/ [2J [other] bad [31mnews 2J");
    }

    @Test
    void theSummaryNamesTheMostFrequentFailuresFirst() {
        Map<FailureKind, Long> failures =
                new EnumMap<>(
                        Map.of(
                                FailureKind.DNS,
                                1L,
                                FailureKind.TIMEOUT,
                                7L,
                                FailureKind.REFUSED,
                                1L));
        var count = new Tally.Count(0, 100, 4991, failures, 12_400_000, Duration.ofSeconds(5));

        assertThat(report.summary(count))
                .containsExactly(
                        "5,000 URLs in 5.00 s (1,000/s), 12.4 MB, at most 100 at once",
                        "    4,991 fetched",
                        "        9 failed: 7 timeout, 1 dns, 1 refused");
    }

    @Test
    void theStatusShowsHowFarItIs() {
        var count =
                new Tally.Count(
                        40,
                        100,
                        250,
                        Map.of(FailureKind.DNS, 2L),
                        1_000_000,
                        Duration.ofSeconds(2));

        assertThat(FetchStatus.line(count, OptionalLong.of(1000), Look.PLAIN))
                .isEqualTo(
                        "######..................  252/1,000  40 at once  126/s  2 failed  0:06"
                                + " left  1.0 MB");
        assertThat(FetchStatus.line(count, OptionalLong.empty(), Look.PLAIN))
                .isEqualTo("252 done  40 at once  126/s  2 failed  1.0 MB");
    }
}
