// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.SizeConverter;
import io.eventlet.cli.options.WholeNumberConverter;
import io.eventlet.mirror.crawl.MirrorBuilder;
import io.eventlet.mirror.postgresql.HostLimits;

import picocli.CommandLine.Option;

import java.time.Duration;

/// The options that say how fast and for how long a run asks, and what it does about failures.
final class PaceOptions {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int MOST_OF_PAGE = 1 << 30; // of what is in memory

    @Option(
            names = {"-c", "--concurrency"},
            paramLabel = "N",
            converter = CountConverter.class,
            description = "how many downloads at once (20)")
    private int concurrency = 20;

    @Option(
            names = "--per-host",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "how many of them from one host (20)")
    private int perHost = 20;

    @Option(
            names = "--segments",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "requests at once for one large file, as long as nothing else waits (4)")
    private int segments = 4;

    @Option(
            names = {"-w", "--wait"},
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "the least time from one download of a host to the next (0)")
    private Duration delay = Duration.ZERO;

    @Option(names = "--random-wait", description = "wait 0.5 to 1.5 times as long, at random")
    private boolean isRandom;

    @Option(
            names = "--limit-rate",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "bytes a second in all: 64k, 10M (any)")
    private long rate;

    @Option(
            names = "--limit-rate-per-host",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "bytes a second from each host (any)")
    private long ratePerHost;

    @Option(
            names = "--retries",
            paramLabel = "N",
            converter = WholeNumberConverter.class,
            description = "how often what fails for a moment is tried again (5)")
    private int retries = 5;

    @Option(
            names = "--retry-wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long to wait before that, twice as long each time (1s)")
    private Duration firstPause = Duration.ofSeconds(1);

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "stop after this time; the next run goes on (never)")
    private Duration limit = Duration.ZERO;

    @Option(
            names = "--max-files",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "stop after so many files")
    private int files;

    @Option(
            names = {"-Q", "--quota"},
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "stop after so many bytes")
    private long bytes;

    @Option(
            names = "--page-bytes",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "how much of a listing or a page is read, in memory; a larger listing fails (a"
                            + " sixteenth of the heap, 16M at most)")
    private long pageBytes;

    int concurrency() {
        return concurrency;
    }

    /// What holds over all workers, if there are several.
    HostLimits hostLimits() {
        return new HostLimits(perHost, delay);
    }

    void apply(MirrorBuilder mirror) {
        mirror.concurrency(concurrency)
                .perHost(Math.min(perHost, concurrency))
                .segments(segments)
                .retries(retries, firstPause, LONGEST_PAUSE);
        if (isRandom) {
            mirror.delay(delay.dividedBy(2), delay.multipliedBy(3).dividedBy(2));
        } else {
            mirror.delay(delay);
        }
        if (rate > 0) {
            mirror.rate(rate);
        }
        if (ratePerHost > 0) {
            mirror.ratePerHost(ratePerHost);
        }
        if (!limit.isZero()) {
            mirror.limit(limit);
        }
        if (files > 0) {
            mirror.mostFiles(files);
        }
        if (bytes > 0) {
            mirror.mostBytes(bytes);
        }
        if (pageBytes > 0) {
            mirror.pageBytes((int) Math.min(pageBytes, MOST_OF_PAGE));
        }
    }
}
