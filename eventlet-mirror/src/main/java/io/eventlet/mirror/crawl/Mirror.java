// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.GreenPool;
import io.eventlet.GreenSemaphore;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Download;
import io.eventlet.mirror.fetch.Transfer;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// A copy of directory trees that HTTP servers show: begins at some URLs, reads listings, and
/// downloads what they list, until nothing is left.
///
/// What there is to do and what is done is kept by a [Frontier]. With one in a file, a run that was
/// stopped or killed goes on where it was when the next one is started; a run over a copy that is
/// complete looks for changes. Each download is a green thread.
public final class Mirror {
    private static final Duration LEASE = Duration.ofDays(365); // nobody else claims anything

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    private static final int MOST_UNSETTLED = 5_000;

    private final List<HttpUrl> starts;
    private final Frontier frontier;
    private final InstantSource clock;
    private final int concurrency;
    private final int perHost;
    private final Download download;
    private final AtomicBoolean settling = new AtomicBoolean();
    private final Visit visit;
    private final AtomicLong received = new AtomicLong();
    private final Map<String, Integer> busy = new ConcurrentHashMap<>();
    private final AtomicInteger active = new AtomicInteger();
    private final GreenSemaphore changes = new GreenSemaphore(0);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final LongAdder arrived = new LongAdder();
    private final Map<Claim, Transfer> transfers = new ConcurrentHashMap<>();
    private final GreenPool pool;
    private volatile boolean stopped;
    private volatile boolean aborted;

    private Mirror(Builder builder, Download download) {
        starts = builder.starts;
        frontier = builder.frontier;
        clock = builder.clock;
        concurrency = builder.concurrency;
        perHost = builder.perHost;
        pool = GreenPool.named("mirror", concurrency);
        this.download = download;
        visit =
                new Visit(
                        frontier,
                        builder.scope,
                        download,
                        new Retries(builder.retries, builder.firstPause, builder.longestPause),
                        builder.listener,
                        clock,
                        received,
                        () -> aborted);
    }

    /// A copy below a place of what is at some URLs.
    ///
    /// @param client what fetches; it is not closed
    public static Builder builder(
            HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
        return new Builder(client, frontier, place, starts);
    }

    /// Runs until nothing is left, or until it is stopped; blocks as long. Throws what a listener
    /// has thrown, and an `IOException` if the disk takes no more. May be called once.
    public Summary run() throws IOException {
        try (download) {
            begin();
            while (!stopped && failure.get() == null && turn()) {}
            if (aborted) {
                pool.kill(); // what was begun while another thread did so
            }
            pool.waitall();
        } finally {
            pool.kill();
            frontier.save();
        }
        rethrow();
        return new Summary(
                frontier.count(State.DONE),
                frontier.count(State.SKIPPED),
                frontier.count(State.FAILED),
                frontier.count(State.QUEUED),
                arrived.sum());
    }

    /// Begins no more downloads; [#run] returns when those that have begun are over. May be called
    /// by any thread.
    public void stop() {
        stopped = true;
        changes.release();
    }

    /// As [#stop], and ends the downloads under way: what has come of them is kept, for the next
    /// run to go on from. May be called by any thread.
    public void abort() {
        aborted = true;
        stop();
        pool.kill();
    }

    /// How far the run is. Cheap; may be called by any thread, at any time.
    public Progress progress() {
        return new Progress(
                frontier.count(State.DONE),
                frontier.count(State.SKIPPED),
                frontier.count(State.FAILED),
                frontier.count(State.QUEUED),
                arrived.sum(),
                List.copyOf(transfers.values()));
    }

    private void begin() throws IOException {
        if (frontier.count(State.QUEUED) == 0) { // complete, or new
            download.forget();
            frontier.requeue(State.DONE);
        }
        frontier.requeue(State.SKIPPED); // the rules may be others
        frontier.requeue(State.FAILED);
        for (var start : starts) {
            frontier.discovered(Visit.entry(start, 0, ""));
        }
    }

    /// Begins a download, or waits for a change; false if nothing is left.
    private boolean turn() {
        while (changes.tryAcquire()) {} // whatever has changed is seen below
        if (active.get() >= concurrency) {
            changes.acquire();
            return true;
        }
        var claim = frontier.claim(LEASE, host -> busy.getOrDefault(host, 0) < perHost);
        if (claim != null) {
            active.incrementAndGet();
            busy.merge(claim.entry().host(), 1, Integer::sum);
            pool.spawnN(() -> visit(claim));
            return true;
        }
        var due = frontier.due();
        if (due == null && active.get() == 0) {
            return false;
        }
        var pause = due == null ? LONGEST_WAIT : Duration.between(clock.instant(), due);
        if (pause.isPositive()) {
            var ignored = changes.acquire(shorter(pause, LONGEST_WAIT));
        } else if (active.get() > 0) { // its host is busy, or it became due just now
            var ignored = changes.acquire(SHORTEST_WAIT);
        }
        return true;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void visit(Claim claim) {
        var transfer = new Transfer(HttpUrl.of(claim.entry().url()), arrived);
        transfers.put(claim, transfer);
        try {
            visit.run(claim, transfer);
            settle();
        } catch (Cancelled e) { // killed, from outside or by an abort
            if (!aborted) {
                failure.compareAndSet(null, e);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            transfers.remove(claim);
            frontier.release(claim); // if it has not ended
            busy.computeIfPresent(claim.entry().host(), (_, n) -> n == 1 ? null : n - 1);
            active.decrementAndGet();
            changes.release();
        }
    }

    /// Has the frontier saved, so that nothing else need remember what was stored.
    private void settle() throws IOException {
        if (download.unsettled() >= MOST_UNSETTLED && settling.compareAndSet(false, true)) {
            try {
                download.settle(frontier::save);
            } finally {
                settling.set(false);
            }
        }
    }

    private void rethrow() throws IOException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /// What can be said of a run. What is not said has a default.
    public static final class Builder {
        private final HttpClient client;
        private final Frontier frontier;
        private final Place place;
        private final List<HttpUrl> starts;
        private Scope scope;
        private int concurrency = 20;
        private int perHost = 20;
        private int retries = 5;
        private Duration firstPause = Duration.ofSeconds(1);
        private Duration longestPause = Duration.ofMinutes(5);
        private long most = Long.MAX_VALUE;
        private MirrorListener listener = _ -> {};
        private InstantSource clock = InstantSource.system();

        private Builder(HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
            this.client = Objects.requireNonNull(client);
            this.frontier = Objects.requireNonNull(frontier);
            this.place = Objects.requireNonNull(place);
            this.starts = List.copyOf(starts);
            scope = Scope.from(starts).build();
        }

        /// What belongs to the copy. Default: what is below the starts.
        public Builder scope(Scope newScope) {
            scope = Objects.requireNonNull(newScope);
            return this;
        }

        /// How many downloads there are at once. Default: 20.
        public Builder concurrency(int downloads) {
            concurrency = ensurePositive(downloads);
            return this;
        }

        /// How many of them may be from one host. Default: 20.
        public Builder perHost(int downloads) {
            perHost = ensurePositive(downloads);
            return this;
        }

        /// How often a URL is tried again, with pauses that begin with the first and become twice
        /// as long each time, up to the longest; what a server asks for by `Retry-After` counts, up
        /// to the longest too. Default: 5 times, a second, five minutes.
        public Builder retries(int times, Duration first, Duration longest) {
            if (times < 0 || first.isNegative() || longest.isNegative()) {
                throw new IllegalArgumentException("retries and pauses must not be negative");
            }
            retries = times;
            firstPause = first;
            longestPause = longest;
            return this;
        }

        /// How many bytes a file may have. Default: any number.
        public Builder fileBytes(long newMost) {
            most = newMost;
            return this;
        }

        /// Who is told what becomes of each URL. Default: nobody.
        public Builder listener(MirrorListener newListener) {
            listener = Objects.requireNonNull(newListener);
            return this;
        }

        Builder clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        public Mirror build() {
            return new Mirror(this, new Download(client, place, most, Visit::isPage));
        }

        private static int ensurePositive(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("a limit must be 1 or more: " + count);
            }
            return count;
        }
    }
}
