// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.InOrder;
import io.eventlet.cli.web.KnownFailure;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The client pattern: a pool fetches many URLs at once, and the outcomes come back in the order of
/// the URLs.
///
/// [#run] belongs to one thread, a platform thread when its taker prints; [#stop] may be called
/// from any.
final class FetchRun {
    private static final int LEAST_WINDOW = 1000;
    private static final int WINDOW_FACTOR = 10;

    private final Download download;
    private final int concurrency;
    private final UrlFeed feed;
    private final @Nullable OutputTree tree;
    private final Tally tally = new Tally();
    private final Set<GreenThread<?>> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /// @param concurrency how many are fetched at once
    /// @param tree what names the files, or null when bodies are only counted
    FetchRun(Download download, int concurrency, UrlFeed feed, @Nullable OutputTree tree) {
        this.download = download;
        this.concurrency = concurrency;
        this.feed = feed;
        this.tree = tree;
    }

    /// What the run has come to so far.
    Tally tally() {
        return tally;
    }

    /// Fetches everything; the taker gets each outcome in the order of the input.
    void run(Consumer<Outcome> taker) {
        var pool = new GreenPool(concurrency);
        try (InOrder<Outcome> outcomes = InOrder.of(pool, window(), items(), this::fetch)) {
            boolean more = true;
            while (more) {
                more = next(outcomes, taker);
            }
        }
    }

    /// One URL that is slow holds up nobody until so many others have been fetched.
    private int window() {
        return Math.max(LEAST_WINDOW, WINDOW_FACTOR * concurrency);
    }

    /// Has the next outcome taken; false behind the last. A stop may come between two URLs, and
    /// that is no outcome.
    private static boolean next(InOrder<Outcome> outcomes, Consumer<Outcome> taker) {
        try {
            Outcome outcome = outcomes.next();
            if (outcome != null) {
                taker.accept(outcome);
            }
            return outcome != null;
        } catch (TaskFailed e) {
            if (e.getCause() instanceof RunStopped) {
                return true;
            }
            throw e;
        }
    }

    /// Draws no more URLs and ends what is under way; each of those still gets its outcome.
    void stop() {
        stopped = true;
        feed.stop();
        inFlight.forEach(thread -> thread.kill(new RunStopped()));
    }

    private Outcome fetch(Item item) {
        GreenThread<?> self = Objects.requireNonNull(Eventlet.current());
        tally.begin();
        inFlight.add(self);
        Outcome outcome = interrupted(item);
        try {
            if (!stopped) {
                outcome = download.of(item);
            }
        } catch (RunStopped _) {
            // Its outcome is that it was interrupted.
        } finally {
            inFlight.remove(self);
            tally.end(outcome);
        }
        return outcome;
    }

    private static Outcome interrupted(Item item) {
        return new Outcome.Failed(
                item.text(), FailureKind.INTERRUPTED, 0, "the run was stopped", Duration.ZERO);
    }

    private Iterator<Item> items() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return feed.hasNext();
            }

            @Override
            public Item next() {
                return item(feed.next());
            }
        };
    }

    private Item item(String text) {
        try {
            HttpUrl url = WebAddress.parse(text);
            return new Item.Good(text, url, tree == null ? null : place(url, tree));
        } catch (KnownFailure e) {
            return new Item.Bad(text, e.kind(), Objects.requireNonNull(e.getMessage()));
        }
    }

    /// Names are given one at a time, as URLs are drawn, and off the hub, because it may block.
    private static Path place(HttpUrl url, OutputTree tree) throws KnownFailure {
        try {
            return WholeFile.DISK.finish(() -> tree.place(url));
        } catch (Exception e) {
            throw new KnownFailure(FailureKind.DISK, "cannot be given a file name: " + e, e);
        }
    }
}
