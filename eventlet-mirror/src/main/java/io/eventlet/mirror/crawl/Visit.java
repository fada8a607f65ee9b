// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.DiskFailure;
import io.eventlet.mirror.fetch.Download;
import io.eventlet.mirror.fetch.Fetched;
import io.eventlet.mirror.fetch.Transfer;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.listing.Listing;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// What is done with a URL that was claimed: it is fetched, and the frontier and the listener are
/// told what has become of it.
record Visit(
        Frontier frontier,
        Scope scope,
        Download download,
        Retries retries,
        MirrorListener listener,
        InstantSource clock,
        AtomicLong received,
        BooleanSupplier aborted) {

    static Entry entry(HttpUrl url, int depth, String from) {
        return Entry.of(url.toString(), url.scheme() + "://" + url.authority(), depth, from);
    }

    /// Whether an answer may be a listing: a page of a directory, by its name, or the XML of a
    /// store of objects.
    static boolean isPage(ClientResponse response) {
        var type = response.headers().get("Content-Type", "").toLowerCase(Locale.ROOT);
        var path = response.url().path();
        return (path.endsWith("/") && (type.contains("html") || type.contains("xml")))
                || path.endsWith("/catalog.html")
                || (response.url().query() != null && type.contains("xml"));
    }

    /// Throws an `IOException` only if the disk takes no more.
    void run(Claim claim, Transfer transfer) throws IOException {
        var entry = claim.entry();
        var url = HttpUrl.of(entry.url());
        var rule = scope.refusal(url, entry.depth());
        if (rule != null) {
            end(claim, State.SKIPPED, rule, new MirrorEvent.Skipped(url, rule));
            return;
        }
        Fetched fetched;
        try {
            fetched = download.fetch(url, Version.restored(entry.note()), transfer);
            if (fetched instanceof Fetched.Page page) {
                fetched = read(claim, url, page);
            }
        } catch (DiskFailure e) {
            throw e;
        } catch (FileSystemException e) {
            fail(claim, url, "file: " + e.getMessage(), Trouble.FILE);
            return;
        } catch (IOException e) {
            if (!aborted.getAsBoolean()) {
                again(claim, url, reason(e), Trouble.of(e), null);
            }
            return;
        }
        if (fetched != null) {
            end(claim, url, fetched);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    private void end(Claim claim, HttpUrl url, Fetched fetched) {
        switch (fetched) {
            case Fetched.Stored stored -> {
                received.addAndGet(stored.received());
                end(
                        claim,
                        State.DONE,
                        stored.version().stored(),
                        new MirrorEvent.Stored(
                                url, stored.file(), stored.bytes(), stored.received()));
            }
            case Fetched.Unchanged _ ->
                    end(claim, State.DONE, claim.entry().note(), new MirrorEvent.Unchanged(url));
            case Fetched.Redirected to -> {
                discovered(to.to(), claim.entry(), isSameWithSlash(url, to.to()) ? 0 : 1);
                end(claim, State.DONE, "", new MirrorEvent.Redirected(url, to.to()));
            }
            case Fetched.TooLarge large -> {
                var rule = "size " + (large.length() < 0 ? "" : large.length());
                end(claim, State.SKIPPED, rule, new MirrorEvent.Skipped(url, rule));
            }
            case Fetched.Unwanted unwanted ->
                    end(
                            claim,
                            State.SKIPPED,
                            unwanted.rule(),
                            new MirrorEvent.Skipped(url, unwanted.rule()));
            case Fetched.Refused refused -> refused(claim, url, refused);
            case Fetched.Page _ -> throw new IllegalStateException("an unread page: " + url);
        }
    }

    private static boolean isSameWithSlash(HttpUrl from, HttpUrl to) {
        return to.equals(from.resolve(from.path() + "/"));
    }

    /// Reads a listing; a page that is none becomes a file. Null if all has been said.
    private @Nullable Fetched read(Claim claim, HttpUrl url, Fetched.Page page) throws IOException {
        var listing = Listing.of(url, page.contentType(), page.body());
        if (listing == null) {
            return download.store(url, page);
        }
        received.addAndGet(page.body().length);
        for (var link : listing.entries()) {
            discovered(link, claim.entry(), 1);
        }
        if (listing.next() != null) {
            discovered(listing.next(), claim.entry(), 0);
        }
        end(claim, State.DONE, "", new MirrorEvent.Listed(url, listing.entries().size()));
        return null;
    }

    private void discovered(HttpUrl url, Entry from, int links) {
        int depth = from.depth() + links;
        var entry = entry(url, depth, from.url());
        var rule = scope.refusal(url, depth);
        if (rule == null) {
            frontier.discovered(entry);
        } else if (frontier.discovered(entry.ended(State.SKIPPED, rule))) {
            listener.on(new MirrorEvent.Skipped(url, rule));
        }
    }

    private void refused(Claim claim, HttpUrl url, Fetched.Refused refused) {
        var reason = "status " + refused.status();
        var trouble = Trouble.ofStatus(refused.status());
        if (!Retries.isPassing(refused.status())) {
            fail(claim, url, reason, trouble);
            return;
        }
        var asked = retries.asked(refused.retryAfter(), clock.instant());
        if (asked != null && Retries.isOfHost(refused.status())) {
            frontier.block(claim.entry().host(), clock.instant().plus(asked));
        }
        again(claim, url, reason, trouble, asked);
    }

    private void again(
            Claim claim, HttpUrl url, String reason, Trouble trouble, @Nullable Duration asked) {
        int tries = claim.entry().tries();
        if (tries >= retries.most()) {
            fail(claim, url, reason, trouble);
            return;
        }
        var pause = asked != null ? asked : retries.pause(tries);
        if (frontier.retry(claim, clock.instant().plus(pause), claim.entry().note())) {
            listener.on(new MirrorEvent.PutOff(url, reason, pause));
        }
    }

    private void fail(Claim claim, HttpUrl url, String reason, Trouble trouble) {
        end(claim, State.FAILED, reason, new MirrorEvent.Failed(url, reason, trouble));
    }

    private void end(Claim claim, State state, String note, MirrorEvent event) {
        if (frontier.done(claim, state, note)) {
            listener.on(event);
        }
    }
}
