// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// How fast runs are, in virtual time.
@Tag("hub-only") // by a clock of its own
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PaceTest {
    private static final Instant START = Instant.parse("1994-11-06T08:49:37Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private interface Scene {
        void play(TreeServer server, Copy copy, InstantSource clock) throws Exception;
    }

    private void simulate(Scene scene) throws Exception {
        Simulation.inOrder()
                .run(simulation -> {
                    InstantSource clock = () -> START.plus(simulation.clock().elapsed());
                    try (var server = new TreeServer("/a", "/b", "/c", "/d");
                            var client = HttpClient.create()) {
                        var copy = Copy.in(root, client, new MemoryFrontier(clock));
                        scene.play(server, copy, clock);
                    }
                });
    }

    /// When each file is asked for, in milliseconds.
    private static List<Long> times(TreeServer server, InstantSource clock) {
        List<Long> times = new ArrayList<>();
        for (var path : server.files().keySet()) {
            server.answer(
                    path,
                    plain -> {
                        times.add(Duration.between(START, clock.instant()).toMillis());
                        return plain;
                    });
        }
        return times;
    }

    private static long seconds(InstantSource clock) {
        return Duration.between(START, clock.instant()).toSeconds();
    }

    @Test
    void aHostIsLeftInPeaceBetweenRequests() throws Exception {
        simulate((server, copy, clock) -> {
            var times = times(server, clock);

            copy.of(server.url("/")).clock(clock).delay(Duration.ofSeconds(2)).build().run();

            assertThat(times).containsExactly(2000L, 4000L, 6000L, 8000L);
        });
    }

    @Test
    void theDelayMayBeDrawn() throws Exception {
        simulate((server, copy, clock) -> {
            var times = times(server, clock);

            copy.of(server.url("/"))
                    .clock(clock)
                    .delay(Duration.ofSeconds(1), Duration.ofSeconds(3))
                    .build()
                    .run();

            for (int i = 1; i < times.size(); i++) {
                assertThat(times.get(i) - times.get(i - 1)).isBetween(1000L, 3001L);
            }
        });
    }

    @Test
    void hostsDoNotWaitForEachOther() throws Exception {
        simulate((server, copy, clock) -> {
            try (var other = new TreeServer("/x", "/y", "/z")) {
                var times = times(other, clock);

                copy.of(server.url("/"), other.url("/"))
                        .clock(clock)
                        .delay(Duration.ofSeconds(2))
                        .build()
                        .run();

                assertThat(times).containsExactly(2000L, 4000L, 6000L);
            }
        });
    }

    @Test
    void theRateOfAllIsLimited() throws Exception {
        simulate((server, copy, clock) -> {
            server.put("/a", "x".repeat(50_000));
            server.put("/b", "x".repeat(50_000));

            var summary = copy.of(server.url("/")).clock(clock).rate(10_000).build().run();

            assertThat(summary.isComplete()).isTrue();
            assertThat(seconds(clock)).isBetween(9L, 11L);
        });
    }

    @Test
    void theRateOfEachHostIsLimited() throws Exception {
        simulate((server, copy, clock) -> {
            try (var other = new TreeServer("/x")) {
                server.put("/a", "x".repeat(50_000));
                other.put("/x", "x".repeat(50_000));

                copy.of(server.url("/"), other.url("/"))
                        .clock(clock)
                        .ratePerHost(10_000)
                        .build()
                        .run();

                assertThat(seconds(clock)).isBetween(5L, 6L);
            }
        });
    }

    @Test
    void whatAHostAsksForByRetryAfterIsObeyed() throws Exception {
        simulate((server, copy, clock) -> {
            server.answer(
                    "/a",
                    plain ->
                            seconds(clock) < 30
                                    ? Response.of(503).header("Retry-After", "60")
                                    : plain);

            var summary = copy.of(server.url("/")).clock(clock).build().run();

            assertThat(summary.isComplete()).isTrue();
            assertThat(seconds(clock)).isEqualTo(60);
        });
    }

    @Test
    void aHostThatFailsAgainAndAgainIsLeftAlone() throws Exception {
        simulate((server, copy, clock) -> {
            for (var path : server.files().keySet()) {
                server.answer(path, plain -> seconds(clock) < 90 ? Response.of(500) : plain);
            }

            var summary =
                    copy.of(server.url("/"))
                            .clock(clock)
                            .concurrency(1)
                            .retries(5, Duration.ZERO, Duration.ZERO)
                            .leaveAlone(3, Duration.ofMinutes(1), 4)
                            .build()
                            .run();

            assertThat(summary.isComplete()).isTrue();
            assertThat(seconds(clock)).isEqualTo(180); // a minute, then two
            assertThat(copy.events().stream().filter(MirrorEvent.LeftAlone.class::isInstance))
                    .hasSize(2);
            assertThat(server.targets()).hasSize(1 + 3 + 1 + 4);
        });
    }

    @Test
    void aHostThatStillFailsIsGivenUp() throws Exception {
        simulate((server, copy, clock) -> {
            for (var path : server.files().keySet()) {
                server.answer(path, _ -> Response.of(500));
            }

            var summary =
                    copy.of(server.url("/"))
                            .clock(clock)
                            .concurrency(1)
                            .retries(100, Duration.ZERO, Duration.ZERO)
                            .leaveAlone(3, Duration.ofMinutes(1), 2)
                            .build()
                            .run();

            assertThat(summary.failed()).isEqualTo(4);
            assertThat(server.targets()).hasSize(1 + 3 + 1 + 1);
            assertThat(Outcome.of(copy.frontier(), server.url("/d")))
                    .extracting(Outcome::reason)
                    .isEqualTo("its host has failed too often");
        });
    }

    @Test
    void aRunEndsWhenItsTimeIsOver() throws Exception {
        simulate((server, copy, clock) -> {
            server.answer(
                    "/b",
                    plain -> {
                        if (seconds(clock) < 10) {
                            Eventlet.sleep(Duration.ofSeconds(40));
                        }
                        return plain;
                    });

            var first =
                    copy.of(server.url("/"))
                            .clock(clock)
                            .limit(Duration.ofSeconds(10))
                            .build()
                            .run();
            long end = seconds(clock);
            var second = copy.of(server.url("/")).clock(clock).build().run();

            assertThat(first.ending()).isEqualTo(Ending.TIME);
            assertThat(first.left()).isEqualTo(1);
            assertThat(end).isEqualTo(10);
            assertThat(second.isComplete()).isTrue();
            assertThat(second.ending()).isEqualTo(Ending.FINISHED);
        });
    }

    @Test
    void timeIsOverAlsoForARunThatOnlyWaits() throws Exception {
        simulate((server, copy, clock) -> {
            server.answer("/b", _ -> Response.of(503).header("Retry-After", "200"));

            var summary =
                    copy.of(server.url("/"))
                            .clock(clock)
                            .limit(Duration.ofSeconds(10))
                            .build()
                            .run();

            assertThat(summary.ending()).isEqualTo(Ending.TIME);
            assertThat(seconds(clock)).isEqualTo(10);
        });
    }

    @Test
    void whatRobotsTxtAsksForIsObeyed() throws Exception {
        simulate((server, copy, clock) -> {
            var times = times(server, clock);
            server.answer(
                    "/robots.txt",
                    _ -> Response.text("User-agent: *\nCrawl-delay: 3\nDisallow: /x\n"));

            copy.of(server.url("/")).clock(clock).robots(RobotsPolicy.ALL).build().run();

            assertThat(times).containsExactly(0L, 3000L, 6000L, 9000L);
        });
    }
}
