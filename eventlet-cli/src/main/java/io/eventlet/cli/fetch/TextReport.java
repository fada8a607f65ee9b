// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.WebAddress;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Lines for people and for awk: status, bytes, milliseconds, URL, and what went wrong or where the
/// body is.
///
/// @param lines how the lines may look
/// @param notes how the summary may look
/// @param quiet whether only failures get a line
record TextReport(Look lines, Look notes, boolean quiet) implements Report {
    @Override
    public Optional<String> line(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Fetched _ when quiet -> Optional.empty();
            case Outcome.Fetched done ->
                    Optional.of(
                            columns(
                                            String.valueOf(done.status()),
                                            String.valueOf(done.bytes()),
                                            outcome)
                                    + (done.file() == null
                                            ? ""
                                            : lines.dim(" -> " + relative(done.file()))));
            case Outcome.Failed failed -> {
                String status = failed.status() == 0 ? "---" : String.valueOf(failed.status());
                String reason = " [" + failed.kind() + "] " + oneLine(failed.message());
                yield Optional.of(columns(status, "-", outcome) + lines.bad(reason));
            }
        };
    }

    @Override
    public List<String> results(Tally.Count count) {
        return List.of();
    }

    @Override
    public List<String> summary(Tally.Count count) {
        List<String> text = new ArrayList<>();
        text.add(
                notes.bold(Quantity.count(count.done(), "URL"))
                        + " in %s (%s), %s, at most %s at once"
                                .formatted(
                                        Quantity.time(count.elapsed()),
                                        Quantity.rate(count.done(), count.elapsed()),
                                        Quantity.bytes(count.bytes()),
                                        Quantity.count(count.mostRunning())));
        text.add(notes.good("%9s fetched".formatted(Quantity.count(count.fetched()))));
        if (count.failed() > 0) {
            String failed = "%9s failed: ".formatted(Quantity.count(count.failed()));
            text.add(notes.bad(failed + kinds(count.failures())));
        }
        return text;
    }

    /// Failures by kind, the most frequent first: `7 timeout, 4 http 4xx`.
    static String kinds(Map<FailureKind, Long> failures) {
        return failures.entrySet().stream()
                .sorted(
                        Map.Entry.<FailureKind, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> Quantity.count(entry.getValue()) + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String columns(String status, String bytes, Outcome outcome) {
        return "%-3s %10s %6d ms  %s"
                .formatted(
                        status,
                        bytes,
                        outcome.took().toMillis(),
                        oneLine(WebAddress.withoutPassword(outcome.url())));
    }

    /// URLs and messages come from elsewhere; what would end the line or move the cursor is taken
    /// out.
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cc}+", " ").strip();
    }

    private static Path relative(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
