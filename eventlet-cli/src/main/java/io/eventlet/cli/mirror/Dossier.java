// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.display.Quantity;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What the state of a copy tells: what has become of a URL or a file, and of all.
///
/// @param json whether in JSON objects, one a line
record Dossier(Frontier frontier, Place place, boolean json) {
    private static final String SUFFIX = "(~file|~dir)$"; // of names that were taken

    /// What has become of a URL, or of that of a file; whether anything is known of it.
    boolean why(String what, Consumer<String> printer) {
        var entry = seen(what);
        entry = entry == null && !isUrl(what) ? ofFile(Path.of(what)) : entry;
        if (entry != null) {
            if (json) {
                printer.accept(object(entry));
            } else {
                explain(entry, printer);
            }
            return true;
        }
        var above = isUrl(what) ? above(what) : null;
        if (json) {
            printer.accept(JsonLine.of("unseen", j -> j.writeStringProperty("url", what)));
        } else {
            printer.accept(TextEvents.oneLine(what));
            printer.accept("  never seen: nothing that was read leads to it");
            if (above != null) {
                printer.accept("above it:");
                explain(above, printer);
            }
        }
        return false;
    }

    /// A line for each URL that was seen.
    void report(Consumer<String> printer) {
        frontier.forEach(entry -> printer.accept(json ? object(entry) : line(entry)));
    }

    /// The URLs that failed, or the objects of them.
    void failed(Consumer<String> printer) {
        frontier.forEach(entry -> {
            if (entry.state() == State.FAILED) {
                printer.accept(json ? object(entry) : entry.url());
            }
        });
    }

    private static boolean isUrl(String what) {
        return what.matches("(?i)https?://.*");
    }

    private @Nullable Entry seen(String what) {
        if (!isUrl(what)) {
            return null;
        }
        try {
            var url = HttpUrl.of(what);
            var entry = frontier.find(url.toString());
            return entry == null ? frontier.find(url.resolve(url.path() + "/").toString()) : entry;
        } catch (IllegalArgumentException e) {
            return frontier.find(what);
        }
    }

    /// What is known of the nearest directory above a URL.
    private @Nullable Entry above(String what) {
        for (int slash = what.lastIndexOf('/', what.length() - 2);
                slash > "https:/".length();
                slash = what.lastIndexOf('/', slash - 1)) {
            var entry = frontier.find(what.substring(0, slash + 1));
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    private @Nullable Entry ofFile(Path file) {
        var absolute = file.toAbsolutePath().normalize();
        var inside =
                absolute.startsWith(place.root())
                        ? place.root().relativize(absolute)
                        : file.normalize();
        var wanted = plain(inside);
        var found = new AtomicReference<@Nullable Entry>();
        frontier.forEach(entry -> {
            if (plain(place.of(HttpUrl.of(entry.url()))).equals(wanted)) {
                found.set(entry);
            }
        });
        return found.get();
    }

    private static List<String> plain(Path path) {
        List<String> names = new ArrayList<>();
        path.forEach(name -> names.add(name.toString().replaceFirst(SUFFIX, "")));
        return names;
    }

    private static String line(Entry entry) {
        var why = what(entry);
        return "%-8s %s%s"
                .formatted(
                        state(entry),
                        TextEvents.shown(entry.url()),
                        why.isEmpty() ? "" : " [" + TextEvents.oneLine(why) + "]");
    }

    private static String state(Entry entry) {
        return entry.state().name().toLowerCase(Locale.ROOT);
    }

    private void explain(Entry entry, Consumer<String> printer) {
        printer.accept(TextEvents.shown(entry.url()));
        printer.accept(
                "  "
                        + switch (entry.state()) {
                            case DONE -> "done: " + what(entry);
                            case SKIPPED -> "skipped by the rule: " + what(entry);
                            case FAILED -> "failed: " + what(entry);
                            case QUEUED ->
                                    "still to be fetched"
                                            + (what(entry).isEmpty() ? "" : ", " + what(entry));
                        });
        printer.accept(
                entry.from().isEmpty()
                        ? "  the run began there"
                        : "  found at %s, %s from where the run began"
                                .formatted(
                                        TextEvents.shown(entry.from()),
                                        Quantity.count(entry.depth(), "link")));
        if (entry.state() == State.DONE && bytes(entry) >= 0) {
            printer.accept("  file " + place.root().resolve(place.of(HttpUrl.of(entry.url()))));
        }
    }

    /// What there is to say beside the state.
    private static String what(Entry entry) {
        return switch (entry.state()) {
            case DONE ->
                    bytes(entry) < 0
                            ? "read for what it leads to"
                            : Quantity.count(bytes(entry), "byte");
            case SKIPPED, FAILED -> entry.note();
            case QUEUED ->
                    entry.tries() == 0 ? "" : "tried " + Quantity.count(entry.tries(), "time");
        };
    }

    /// How many its file has; -1 if it is none.
    private static long bytes(Entry entry) {
        return Version.restored(entry.note()).length();
    }

    private static String object(Entry entry) {
        return JsonLine.of(
                "url",
                json -> {
                    json.writeStringProperty("url", TextEvents.shown(entry.url()));
                    json.writeStringProperty("state", state(entry));
                    json.writeNumberProperty("depth", entry.depth());
                    json.writeNumberProperty("tries", entry.tries());
                    if (!entry.from().isEmpty()) {
                        json.writeStringProperty("from", TextEvents.shown(entry.from()));
                    }
                    switch (entry.state()) {
                        case DONE -> {
                            if (bytes(entry) >= 0) {
                                json.writeNumberProperty("bytes", bytes(entry));
                            }
                        }
                        case SKIPPED -> json.writeStringProperty("rule", entry.note());
                        case FAILED -> json.writeStringProperty("reason", entry.note());
                        case QUEUED -> {}
                    }
                });
    }
}
