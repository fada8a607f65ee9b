// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.web.WebAddress;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Outcome;
import io.eventlet.mirror.frontier.Frontier;
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
    private static final String TAKEN = "~(file|dir)(?=(\\.html?|\\.css)?$)"; // in names

    /// What has become of a URL, or of that of a file; whether anything is known of it.
    boolean why(String what, Consumer<String> printer) {
        var outcome = isUrl(what) ? seen(what) : ofFile(Path.of(what));
        if (outcome != null) {
            tell(outcome, printer);
            return true;
        }
        if (json) {
            var shown = WebAddress.withoutPassword(what);
            printer.accept(JsonLine.of("unseen", j -> j.writeStringProperty("url", shown)));
            return false;
        }
        printer.accept(TextEvents.shown(what));
        printer.accept("  never seen: nothing that was read leads to it");
        var above = isUrl(what) ? above(what) : null;
        if (above != null) {
            printer.accept("above it:");
            tell(above, printer);
        }
        return false;
    }

    /// A line for each URL that was seen.
    void report(Consumer<String> printer) {
        Outcome.forEach(
                frontier, outcome -> printer.accept(json ? object(outcome) : line(outcome)));
    }

    /// The URLs that failed, or the objects of them.
    void failed(Consumer<String> printer) {
        Outcome.forEach(
                frontier,
                outcome -> {
                    if (outcome.kind() == Outcome.Kind.FAILED) {
                        printer.accept(json ? object(outcome) : outcome.url());
                    }
                });
    }

    private static boolean isUrl(String what) {
        return what.matches("(?i)https?://.*");
    }

    private @Nullable Outcome seen(String what) {
        try {
            var url = HttpUrl.of(what);
            var outcome = Outcome.of(frontier, url);
            return outcome == null ? Outcome.of(frontier, url.resolve(url.path() + "/")) : outcome;
        } catch (IllegalArgumentException e) {
            return null; // it is no URL, and so was not seen
        }
    }

    /// What is known of the nearest directory above a URL.
    private @Nullable Outcome above(String what) {
        for (int slash = what.lastIndexOf('/', what.length() - 2);
                slash > "https:/".length();
                slash = what.lastIndexOf('/', slash - 1)) {
            var outcome = seen(what.substring(0, slash + 1));
            if (outcome != null) {
                return outcome;
            }
        }
        return null;
    }

    private @Nullable Outcome ofFile(Path file) {
        var absolute = file.toAbsolutePath().normalize();
        var inside =
                absolute.startsWith(place.root())
                        ? place.root().relativize(absolute)
                        : file.normalize();
        var wanted = plain(inside);
        var found = new AtomicReference<@Nullable Outcome>();
        Outcome.forEach(
                frontier,
                outcome -> {
                    var known = found.get();
                    boolean isBetter = known == null || !hasFile(known) || hasFile(outcome);
                    if (isBetter && plain(outcome.file(place)).equals(wanted)) {
                        found.set(outcome);
                    }
                });
        return found.get();
    }

    private static List<String> plain(Path path) {
        List<String> names = new ArrayList<>();
        path.forEach(name -> names.add(name.toString().replaceFirst(TAKEN, "")));
        return names;
    }

    private void tell(Outcome outcome, Consumer<String> printer) {
        if (json) {
            printer.accept(object(outcome));
            return;
        }
        printer.accept(TextEvents.shown(outcome.url()));
        for (var part : outcome.inWords().split("; ", -1)) {
            printer.accept("  " + TextEvents.oneLine(part));
        }
        if (hasFile(outcome)) {
            printer.accept("  file " + TextEvents.oneLine(file(outcome).toString()));
        }
    }

    private static boolean hasFile(Outcome outcome) {
        return outcome.kind() == Outcome.Kind.STORED || outcome.kind() == Outcome.Kind.UNCHANGED;
    }

    private Path file(Outcome outcome) {
        return place.root().resolve(outcome.file(place));
    }

    private static String line(Outcome outcome) {
        var reason = TextEvents.oneLine(outcome.reason());
        return "%-10s %s%s"
                .formatted(
                        kind(outcome),
                        TextEvents.shown(outcome.url()),
                        reason.isEmpty() ? "" : " [" + reason + "]");
    }

    private static String kind(Outcome outcome) {
        return outcome.kind().name().toLowerCase(Locale.ROOT);
    }

    private String object(Outcome outcome) {
        return JsonLine.of(
                "url",
                json -> {
                    json.writeStringProperty("url", TextEvents.shown(outcome.url()));
                    json.writeStringProperty("state", kind(outcome));
                    if (hasFile(outcome)) {
                        json.writeStringProperty("file", file(outcome).toString());
                    }
                    if (!outcome.reason().isEmpty()) {
                        json.writeStringProperty("reason", outcome.reason());
                    }
                    if (outcome.status() != 0) {
                        json.writeNumberProperty("status", outcome.status());
                    }
                    json.writeNumberProperty("tries", outcome.tries());
                    json.writeNumberProperty("depth", outcome.depth());
                    if (!outcome.from().isEmpty()) {
                        json.writeStringProperty("from", TextEvents.shown(outcome.from()));
                    }
                });
    }
}
