// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.mirror.checks.Checked;
import io.eventlet.mirror.checks.Verification;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Compares the files of a copy with the lists of checksums among them.
final class Verifying {
    /// What a copy may well have: files that were not wanted.
    private static final Set<Checked.Result> HARMLESS =
            Set.of(Checked.Result.GOOD, Checked.Result.MISSING);

    private Verifying() {}

    /// A line for each file that a list names; of those that are good only in JSON.
    static ExitCode run(Place place, boolean json, Consumer<String> printer) {
        try {
            var counts =
                    Verification.of(
                            place,
                            checked -> {
                                if (json) {
                                    printer.accept(object(checked));
                                } else if (checked.result() != Checked.Result.GOOD) {
                                    printer.accept(line(checked));
                                }
                            });
            if (!json) {
                printer.accept(summary(counts));
            }
            return HARMLESS.containsAll(counts.keySet()) ? ExitCode.OK : ExitCode.SOME_FAILED;
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "'%s' is no copy: there is no such directory".formatted(place.root()),
                    e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "'%s' cannot be read: %s".formatted(place.root(), FileTrouble.reason(e)),
                    e);
        }
    }

    private static String line(Checked checked) {
        return "%-10s %s (%s)"
                .formatted(
                        word(checked.result()),
                        TextEvents.oneLine(checked.file().toString()),
                        TextEvents.oneLine(checked.list().getFileName().toString()));
    }

    private static String word(Checked.Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    private static String summary(Map<Checked.Result, Long> counts) {
        var words = new StringBuilder();
        for (var result : Checked.Result.values()) {
            long count = counts.getOrDefault(result, 0L);
            if (count > 0 || result == Checked.Result.GOOD) {
                words.append(words.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(' ')
                        .append(word(result));
            }
        }
        return words.toString();
    }

    private static String object(Checked checked) {
        return JsonLine.of(
                "checked",
                json -> {
                    json.writeStringProperty("file", checked.file().toString());
                    json.writeStringProperty("list", checked.list().toString());
                    json.writeStringProperty("result", word(checked.result()));
                });
    }
}
