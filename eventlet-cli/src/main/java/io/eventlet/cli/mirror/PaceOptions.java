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
            description = "from one download of a host to the next, at least (0)")
    private Duration delay = Duration.ZERO;

    @Option(names = "--random-wait", description = "between half as long and half as long again")
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
            description = "how long before that, twice as long each time (1s)")
    private Duration firstPause = Duration.ofSeconds(1);

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "end after that; the next run goes on (no end)")
    private Duration limit = Duration.ZERO;

    @Option(
            names = "--max-files",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "end after so many files")
    private int files;

    @Option(
            names = {"-Q", "--quota"},
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "end after so many bytes")
    private long bytes;

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
    }
}
