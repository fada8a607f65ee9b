// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.mirror.crawl.Progress;
import io.eventlet.mirror.fetch.Transfer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How far a run is: a line of counts, rate and time left, and one for each large file that is on
/// its way. For one thread, which asks as often as it likes: the lines change some times a second.
final class MirrorStatus implements Supplier<List<String>> {
    private static final long LARGE = 1L << 20; // bytes
    private static final int MOST_FILES = 8;
    private static final int GAUGE_COLUMNS = 20;
    private static final int NAME_COLUMNS = 28;
    private static final long PERIOD_NANOS = 300_000_000L; // of changes
    private static final long WINDOW_NANOS = 5_000_000_000L; // for rates

    private final Supplier<Progress> progress;
    private final LongSupplier clock; // nanoseconds
    private final Look look;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private List<String> lines = List.of();
    private long next;

    /// What was known at a moment.
    private record Sample(long time, Progress progress, Map<Transfer, Long> bytes) {
        long known() {
            return progress.done() + progress.skipped() + progress.failed() + progress.queued();
        }
    }

    MirrorStatus(Supplier<Progress> progress, LongSupplier clock, Look look) {
        this.progress = progress;
        this.clock = clock;
        this.look = look;
        next = clock.getAsLong();
    }

    @Override
    public List<String> get() {
        long now = clock.getAsLong();
        if (now - next >= 0) {
            next = now + PERIOD_NANOS;
            lines = changed(now);
        }
        return lines;
    }

    /// The same in a line without the files, for logs and for those who listen.
    String line() {
        return sampled(clock.getAsLong(), sample -> overall(samples.getFirst(), sample));
    }

    private List<String> changed(long now) {
        return sampled(
                now,
                sample -> {
                    List<String> text = new ArrayList<>();
                    text.add(overall(samples.getFirst(), sample));
                    sample.bytes.keySet().stream()
                            .filter(transfer -> transfer.length() >= LARGE)
                            .limit(MOST_FILES)
                            .forEach(t -> text.add(file(t, samples.getFirst(), sample)));
                    return text;
                });
    }

    private <T> T sampled(long now, Function<Sample, T> view) {
        var known = progress.get();
        Map<Transfer, Long> bytes = new LinkedHashMap<>();
        known.active().stream()
                .sorted(Comparator.comparing(transfer -> transfer.url().toString()))
                .forEach(transfer -> bytes.put(transfer, transfer.bytes()));
        var sample = new Sample(now, known, bytes);
        samples.addLast(sample);
        while (samples.size() > 2 && now - samples.getFirst().time > WINDOW_NANOS) {
            samples.removeFirst();
        }
        return view.apply(sample);
    }

    private String overall(Sample before, Sample now) {
        var known = now.progress;
        List<String> parts = new ArrayList<>();
        parts.add(look.accent(Quantity.count(known.done()) + " done"));
        parts.add(Quantity.count(known.queued()) + " queued");
        if (known.skipped() > 0) {
            parts.add(Quantity.count(known.skipped()) + " skipped");
        }
        if (known.failed() > 0) {
            parts.add(look.bad(Quantity.count(known.failed()) + " failed"));
        }
        parts.add(Quantity.bytes(known.received()));
        long time = now.time - before.time;
        if (time > 0) {
            parts.add(
                    rate(known.received() - before.progress.received(), time)
                            + ", "
                            + Quantity.rate(ended(now) - ended(before), Duration.ofNanos(time)));
            timeLeft(before, now).ifPresent(left -> parts.add(left + " left"));
        }
        return String.join("  ", parts);
    }

    private static long ended(Sample sample) {
        return sample.known() - sample.progress.queued();
    }

    private static String rate(long bytes, long nanos) {
        return Quantity.bytes(Math.max(0, Math.round(bytes / (nanos / 1e9)))) + "/s";
    }

    /// Only while nothing new is found: before that nobody knows how much there is.
    private static Optional<String> timeLeft(Sample before, Sample now) {
        long time = now.time - before.time;
        long ended = ended(now) - ended(before);
        long queued = now.progress.queued();
        if (before.known() != now.known() || time < WINDOW_NANOS / 2 || queued == 0) {
            return Optional.empty();
        }
        double files = ended == 0 ? 0 : (double) queued / ended * time;
        double large = 0;
        for (var transfer : now.bytes.keySet()) {
            var left = nanosLeft(transfer, before, now);
            large = Math.max(large, left);
        }
        double nanos = Math.max(files, large);
        return nanos == 0 ? Optional.empty() : Optional.of(clock(nanos));
    }

    /// 0 if it is not known.
    private static double nanosLeft(Transfer transfer, Sample before, Sample now) {
        long there = now.bytes.getOrDefault(transfer, 0L);
        long came = there - before.bytes.getOrDefault(transfer, there);
        return came <= 0 || transfer.length() < there
                ? 0
                : (double) (transfer.length() - there) / came * (now.time - before.time);
    }

    private static String clock(double nanos) {
        var time = Duration.ofSeconds(Math.round(nanos / 1e9));
        return time.toHours() > 0
                ? "%d:%02d:%02d"
                        .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }

    private String file(Transfer transfer, Sample before, Sample now) {
        long there = now.bytes.getOrDefault(transfer, 0L);
        List<String> parts = new ArrayList<>();
        var name = name(transfer);
        parts.add("  " + name + " ".repeat(Math.max(0, NAME_COLUMNS - name.length())));
        parts.add(look.gauge((double) there / transfer.length(), GAUGE_COLUMNS));
        parts.add(Quantity.bytes(there) + " of " + Quantity.bytes(transfer.length()));
        long came = there - before.bytes.getOrDefault(transfer, there);
        if (came > 0) {
            parts.add(rate(came, now.time - before.time));
            double left = nanosLeft(transfer, before, now);
            parts.add(clock(left) + " left");
        }
        return String.join("  ", parts);
    }

    private String name(Transfer transfer) {
        var path = transfer.url().path();
        var name = TextEvents.oneLine(path.substring(path.lastIndexOf('/') + 1));
        return name.length() <= NAME_COLUMNS
                ? name
                : look.plain(
                        name.substring(0, NAME_COLUMNS / 2 - 1)
                                + "…"
                                + name.substring(name.length() - NAME_COLUMNS / 2));
    }
}
