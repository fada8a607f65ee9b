// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Fetched;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.manners.HostHealth;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// Says to the frontier and to the listener what has become of URLs.
final class Ends {
    /// The rule for what a server had and has no longer.
    static final String GONE = "gone";

    private final Frontier frontier;
    private final MirrorListener listener;
    private final Retries retries;
    private final HostHealth health;
    private final InstantSource clock;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong unchanged = new AtomicLong();

    Ends(Options options) {
        frontier = options.frontier;
        listener = options.listener;
        retries = options.retries;
        clock = options.clock;
        health = new HostHealth(options.failuresInRow, options.rest, options.rests);
    }

    long stored() {
        return stored.get();
    }

    long unchanged() {
        return unchanged.get();
    }

    boolean isGivenUp(String host) {
        return health.isGivenUp(host);
    }

    /// @param name what the note has to say of the name of its file
    void stored(Visited visited, Fetched.Stored fetched, String name) {
        var note =
                visited.note(Outcome.Kind.STORED, "")
                        .with(visited.asking().type(), fetched.version(), name);
        stored.incrementAndGet();
        end(
                visited,
                State.DONE,
                note,
                new MirrorEvent.Stored(
                        visited.url(), fetched.file(), fetched.bytes(), fetched.received()));
    }

    void unchanged(Visited visited) {
        unchanged.incrementAndGet();
        end(
                visited,
                State.DONE,
                visited.note(Outcome.Kind.UNCHANGED, ""),
                new MirrorEvent.Unchanged(visited.url()));
    }

    /// @param hash of its entries; empty for none
    void listed(Visited visited, int entries, String hash) {
        end(
                visited,
                State.DONE,
                visited.note(Outcome.Kind.LISTED, "").with("", new Version(hash, "", "", -1)),
                new MirrorEvent.Listed(visited.url(), entries));
    }

    void redirected(Visited visited, HttpUrl to) {
        end(
                visited,
                State.DONE,
                visited.note(Outcome.Kind.REDIRECTED, to.toString()),
                new MirrorEvent.Redirected(visited.url(), to));
    }

    void skipped(Visited visited, String rule) {
        end(
                visited,
                State.SKIPPED,
                visited.note(Outcome.Kind.SKIPPED, rule),
                new MirrorEvent.Skipped(visited.url(), rule));
    }

    void failed(Visited visited, String reason, Trouble trouble) {
        end(
                visited,
                State.FAILED,
                visited.note(Outcome.Kind.FAILED, reason),
                new MirrorEvent.Failed(visited.url(), reason, trouble));
    }

    /// An answer has come that is no error of the server.
    void answered(Visited visited) {
        health.succeeded(visited.host());
    }

    /// An answer with an error.
    void refused(Visited visited, int status, @Nullable String retryAfter) {
        var elsewhere = visited.asking().elsewhere();
        var reason =
                "status %d%s"
                        .formatted(
                                status,
                                elsewhere.isEmpty()
                                        ? ""
                                        : ": leads to " + elsewhere + ", which is no URL of HTTP");
        var trouble = Trouble.ofStatus(status);
        if (isGone(visited, status)) {
            answered(visited);
            skipped(visited, GONE);
            return;
        }
        if (!Retries.isPassing(status)) {
            answered(visited);
            failed(visited, reason, trouble);
            return;
        }
        var asked = retries.asked(retryAfter, clock.instant());
        if (asked != null && Retries.isOfHost(status)) {
            frontier.block(visited.host(), clock.instant().plus(asked));
        }
        again(visited, reason, trouble, asked);
    }

    /// Whether the server had something there that it has no longer. A start is not gone: it is
    /// more likely that something is wrong.
    private static boolean isGone(Visited visited, int status) {
        var last = visited.last();
        boolean had =
                !last.version().equals(Version.UNKNOWN)
                        || last.kind() == Outcome.Kind.LISTED
                        || last.kind() == Outcome.Kind.REDIRECTED
                        || last.reason().equals(GONE);
        return (status == 404 || status == 410) && had && !visited.claim().entry().from().isEmpty();
    }

    /// There is more of it than before: the rest is fetched next, however often it was tried.
    void goesOn(Visited visited, String reason) {
        if (frontier.release(visited.claim())) {
            listener.on(new MirrorEvent.PutOff(visited.url(), reason, Duration.ZERO));
        }
    }

    /// It is tried again, if it has not been too often; its host is left alone, if that is ill.
    ///
    /// @param asked for how long the server wants to be left alone; null if it does not say
    void again(Visited visited, String reason, Trouble trouble, @Nullable Duration asked) {
        int tries = visited.claim().entry().tries();
        boolean last = tries >= retries.most();
        if (last) {
            failed(visited, reason, trouble);
        } else {
            var pause = asked != null ? asked : retries.pause(tries);
            var note = visited.note(Outcome.Kind.PUT_OFF, reason).stored();
            if (frontier.retry(visited.claim(), clock.instant().plus(pause), note)) {
                listener.on(new MirrorEvent.PutOff(visited.url(), reason, pause));
            }
        }
        leaveAlone(visited);
    }

    private void leaveAlone(Visited visited) {
        Instant now = clock.instant();
        var pause = health.failed(visited.host(), visited.begun(), now);
        if (pause != null && !isGivenUp(visited.host())) {
            frontier.block(visited.host(), now.plus(pause));
            listener.on(new MirrorEvent.LeftAlone(visited.url(), visited.host(), pause));
        }
    }

    private void end(Visited visited, State state, Note note, MirrorEvent event) {
        if (frontier.done(visited.claim(), state, note.stored())) {
            listener.on(event);
        }
    }

    /// A URL that was claimed, and what is known of it.
    record Visited(Claim claim, HttpUrl url, Note last, Asking asking, Instant begun) {
        String host() {
            return claim.entry().host();
        }

        Note note(Outcome.Kind kind, String reason) {
            return last.with(kind, asking.status(), reason);
        }
    }
}
