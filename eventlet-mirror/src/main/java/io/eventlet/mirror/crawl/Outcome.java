// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What has become of a URL in the last run that came to it, and why.
///
/// @param reason the rule by which it was skipped, how it failed, where it leads; empty if there is
///   nothing to say
/// @param status of the last answer; 0 if there was none
/// @param tries how often it was asked for in vain before that
/// @param depth how many links lead to it from a start
/// @param from the URL at which it was found; empty for a start
/// @param name of its file, if that is not the one that its URL has by itself; else empty
public record Outcome(
        String url,
        Kind kind,
        String reason,
        int status,
        int tries,
        int depth,
        String from,
        String name) {
    /// The kinds of what becomes of a URL.
    public enum Kind {
        /// It is still to be fetched.
        QUEUED("waits for its turn"),
        /// It failed, and will be tried again.
        PUT_OFF("waits to be tried again"),
        /// Its file was fetched.
        STORED("stored"),
        /// Its file was there, and had not changed.
        UNCHANGED("unchanged"),
        /// It is a listing or a sitemap, which was read.
        LISTED("read as a listing"),
        /// It leads elsewhere.
        REDIRECTED("redirected"),
        /// A rule left it out.
        SKIPPED("skipped by a rule"),
        /// It could not be fetched.
        FAILED("failed");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /// What has become of a URL; null if no run has seen it.
    public static @Nullable Outcome of(Frontier frontier, HttpUrl url) {
        var entry = frontier.find(url.toString());
        return entry == null ? null : of(entry);
    }

    /// What has become of the URL that has this file, relative to the directory of the copy; null
    /// if no run has seen one. Looks through all that is known, which may take a while.
    public static @Nullable Outcome ofFile(Frontier frontier, Place place, Path file) {
        var wanted = file.normalize();
        var found = new AtomicReference<@Nullable Outcome>();
        frontier.forEach(entry -> {
            var outcome = of(entry);
            var known = found.get();
            boolean isBetter = known == null || (!known.hasFile() && outcome.hasFile());
            if (isBetter && outcome.file(place).equals(wanted)) {
                found.set(outcome);
            }
        });
        return found.get();
    }

    private boolean hasFile() {
        return kind == Kind.STORED || kind == Kind.UNCHANGED;
    }

    /// Gives out what has become of all URLs, in the order of the frontier: a report. The consumer
    /// must not call the frontier.
    public static void forEach(Frontier frontier, Consumer<? super Outcome> consumer) {
        frontier.forEach(entry -> consumer.accept(of(entry)));
    }

    static Outcome of(Entry entry) {
        var note = Note.restored(entry.note());
        return new Outcome(
                entry.url(),
                kind(entry.state(), note.kind()),
                note.reason(),
                note.status(),
                entry.tries(),
                entry.depth(),
                entry.from(),
                note.name());
    }

    /// Where its file is, or would be, relative to the directory of the copy.
    public Path file(Place place) {
        var file = place.of(HttpUrl.of(url));
        return name.isEmpty() ? file : file.resolveSibling(name);
    }

    private static Kind kind(State state, Kind last) {
        return switch (state) {
            case QUEUED -> last == Kind.PUT_OFF ? last : Kind.QUEUED;
            case SKIPPED -> Kind.SKIPPED;
            case FAILED -> Kind.FAILED;
            case DONE -> last;
        };
    }

    /// In words, without the URL: `failed: status 404; found at http://example.org/, 1 link from a
    /// start`.
    public String inWords() {
        var words = new StringBuilder(kind.words);
        if (!reason.isEmpty()) {
            words.append(": ").append(reason);
        }
        if (status != 0 && !reason.startsWith("status " + status)) {
            words.append(", status ").append(status);
        }
        if (tries > 0) {
            words.append(tries == 1 ? ", after a try" : ", after " + tries + " tries")
                    .append(" in vain");
        }
        words.append(from.isEmpty() ? "; a start" : "; found at " + from);
        if (!from.isEmpty()) {
            words.append(", %d %s from a start".formatted(depth, depth == 1 ? "link" : "links"));
        }
        return words.toString();
    }
}
