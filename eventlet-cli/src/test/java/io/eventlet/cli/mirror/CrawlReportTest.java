// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.postgresql.CrawlStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Timeout(60)
class CrawlReportTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final CrawlReport REPORT =
            new CrawlReport(
                    new CrawlStatus(
                            1,
                            Instant.EPOCH,
                            null,
                            Map.of(State.DONE, 7L, State.QUEUED, 3L),
                            List.of(
                                    new CrawlStatus.Worker("one", 7, 0, 2, THEN),
                                    new CrawlStatus.Worker("two", 0, 0, 0, null)),
                            List.of(new CrawlStatus.Host("http://a", 3, 2, THEN))));

    @Test
    void untilWhenSomethingIsClaimedOrLeftAloneIsInTheText() {
        var lines = new ArrayList<String>();

        REPORT.text(lines::add);

        assertThat(lines)
                .containsExactly(
                        "run 1, since 1970-01-01T00:00:00Z",
                        "7 done, 3 queued, 0 failed, 0 skipped",
                        "worker one: 7 done, 0 failed, 2 claimed until 2026-01-02T03:04:05Z",
                        "worker two: 0 done, 0 failed, 0 claimed",
                        "host http://a: 3 queued, 2 of them claimed, left alone until"
                                + " 2026-01-02T03:04:05Z");
    }

    @Test
    void untilWhenSomethingIsClaimedOrLeftAloneIsInTheJson() {
        assertThat(REPORT.json())
                .contains(
                        "{\"worker\":\"one\",\"done\":7,\"failed\":0,\"claimed\":2,"
                                + "\"leased_until\":\"2026-01-02T03:04:05Z\"}",
                        "{\"worker\":\"two\",\"done\":0,\"failed\":0,\"claimed\":0}",
                        "\"claimed\":2,\"blocked_until\":\"2026-01-02T03:04:05Z\"}");
    }
}
