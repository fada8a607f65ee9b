// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.mirror.crawl.MirrorEvent;
import io.eventlet.mirror.crawl.Summary;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Lines for people and for awk: what has become of a URL, how many bytes, the URL, and why.
///
/// @param lines how the lines may look
/// @param notes how the summary may look
/// @param verbose whether each URL has a line, and not only what fails
/// @param unheard the hosts of which nothing is known yet and the first trouble has a line, since
///   their names may be wrong; those that are heard of are taken out
record TextEvents(Look lines, Look notes, boolean verbose, Set<String> unheard)
        implements EventReport {
    @Override
    public boolean wants(MirrorEvent event) {
        boolean isFirst = unheard.remove(event.url().host());
        return verbose
                || event instanceof MirrorEvent.Failed
                || event instanceof MirrorEvent.LeftAlone
                || (isFirst && event instanceof MirrorEvent.PutOff);
    }

    @Override
    public String line(MirrorEvent event) {
        return switch (event) {
            case MirrorEvent.Stored stored ->
                    columns("stored", Long.toString(stored.bytes()), event)
                            + lines.dim(" -> " + oneLine(relative(stored.file()).toString()));
            case MirrorEvent.Unchanged _ -> columns("unchanged", "-", event);
            case MirrorEvent.Listed listed ->
                    columns("listed", "-", event)
                            + lines.dim(" " + Quantity.count(listed.entries(), "link"));
            case MirrorEvent.Redirected redirected ->
                    columns("redirected", "-", event)
                            + lines.dim(" -> " + shown(redirected.to().toString()));
            case MirrorEvent.Skipped skipped ->
                    columns("skipped", "-", event)
                            + lines.dim(" [" + oneLine(skipped.rule()) + "]");
            case MirrorEvent.Converted converted ->
                    columns("converted", "-", event)
                            + lines.dim(" -> " + oneLine(relative(converted.file()).toString()));
            case MirrorEvent.PutOff off ->
                    columns("put off", "-", event)
                            + lines.dim(
                                    " for %s [%s]"
                                            .formatted(
                                                    Quantity.time(off.delay()),
                                                    oneLine(off.reason())));
            case MirrorEvent.LeftAlone alone ->
                    columns("left alone", "-", event)
                            + lines.dim(
                                    " %s for %s"
                                            .formatted(
                                                    oneLine(alone.host()),
                                                    Quantity.time(alone.pause())));
            case MirrorEvent.Failed failed ->
                    columns("failed", "-", event)
                            + lines.bad(" [" + oneLine(failed.reason()) + "]");
        };
    }

    @Override
    public List<String> results(Summary summary, Duration elapsed) {
        return List.of();
    }

    @Override
    public List<String> notes(Summary summary, Duration elapsed) {
        List<String> text = new ArrayList<>();
        text.add(
                notes.bold(Quantity.bytes(summary.received()))
                        + " in %s (%s/s)"
                                .formatted(
                                        Quantity.time(elapsed),
                                        Quantity.bytes(perSecond(summary.received(), elapsed))));
        text.add(
                notes.good(
                        "%9s done: %s stored now, %s as they were"
                                .formatted(
                                        Quantity.count(summary.done()),
                                        Quantity.count(summary.stored(), "file"),
                                        Quantity.count(summary.unchanged()))));
        if (summary.converted() > 0) {
            boolean isOne = summary.converted() == 1;
            text.add(
                    "%9s %s links converted"
                            .formatted(
                                    Quantity.count(summary.converted()),
                                    isOne ? "page has its" : "pages have their"));
        }
        if (summary.skipped() > 0) {
            text.add("%9s skipped by rules".formatted(Quantity.count(summary.skipped())));
        }
        if (summary.failed() > 0) {
            text.add(notes.bad("%9s failed".formatted(Quantity.count(summary.failed()))));
        }
        if (summary.left() > 0) {
            text.add("%9s left%s".formatted(Quantity.count(summary.left()), why(summary)));
        }
        return text;
    }

    private static String why(Summary summary) {
        return switch (summary.ending()) {
            case FINISHED, STOPPED -> "";
            case TIME -> ": the run took as long as it may (--max-time)";
            case FILES -> ": it stored as many files as it may (--max-files)";
            case BYTES -> ": it received as many bytes as it may (--quota)";
        };
    }

    static long perSecond(long bytes, Duration time) {
        return Math.round(bytes / Math.max(1e-3, time.toNanos() / 1e9));
    }

    private static String columns(String what, String bytes, MirrorEvent event) {
        return "%-10s %10s  %s".formatted(what, bytes, shown(event.url().toString()));
    }

    static String shown(String url) {
        return oneLine(WebAddress.withoutPassword(url));
    }

    /// URLs, names and messages come from elsewhere; what would end the line or move the cursor is
    /// taken out.
    static String oneLine(String message) {
        return message.replaceAll("\\p{Cc}+", " ").strip();
    }

    private static Path relative(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
