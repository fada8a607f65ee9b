// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.GreenPool;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.Task;
import io.eventlet.Timeout;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.DiskFailure;
import io.eventlet.mirror.fetch.Download;
import io.eventlet.mirror.fetch.Transfer;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.manners.BudgetSpent;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.robots.Robots;
import io.eventlet.offload.Offload;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// A copy of directory trees that HTTP servers show: begins at some URLs, reads listings, and pages
/// if that is wanted, and downloads what they lead to, until nothing is left.
///
/// What there is to do and what is done is kept by a [Frontier]. With one in a file, a run that was
/// stopped or killed goes on where it was when the next one is started; a run over a copy that is
/// complete looks for changes. Each download is a green thread.
public final class Mirror {
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    /// For how long what has been aborted, or is late, still waits for a frontier.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final int MOST_UNSETTLED = 5_000;

    private final Options options;
    private final Frontier frontier;
    private final InstantSource clock;
    private final Robots robots;
    private final Finds finds;
    private final Ends ends;
    private final GreenPool pool;
    private final AtomicInteger active = new AtomicInteger();
    private final Map<String, Integer> busy = new ConcurrentHashMap<>();
    private final GreenSemaphore changes = new GreenSemaphore(0);
    private final AtomicLong received = new AtomicLong();
    private final LongAdder arrived = new LongAdder();
    private final Set<Transfer> transfers = ConcurrentHashMap.newKeySet();
    private final Leases leases;
    private final Counts counts;
    private final AtomicReference<@Nullable GreenThread<?>> turning = new AtomicReference<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean settling = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private volatile boolean idle; // nothing can begin now, though not all are busy
    private volatile boolean aborted;
    private volatile boolean stopped; // by somebody, and by no limit

    Mirror(Options options) {
        this.options = options;
        frontier = options.frontier;
        clock = options.clock;
        finds = new Finds(options, changes::release);
        ends = new Ends(options);
        leases = new Leases(frontier, options.lease);
        counts = new Counts(frontier, options.lease != null);
        pool = GreenPool.named("mirror", options.concurrency);
        robots =
                new Robots(
                        options.client,
                        request -> Asking.dressed(request, options),
                        options.robot(),
                        clock);
    }

    /// A copy below a place of what is at some URLs.
    ///
    /// @param client what fetches; it is not closed
    public static MirrorBuilder builder(
            HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
        return new MirrorBuilder(client, frontier, place, starts);
    }

    /// Runs until nothing is left, or until it is stopped, or has come to a limit; blocks as long.
    /// Throws what a listener has thrown, and an `IOException` if the disk takes no more. May be
    /// called once: then it throws an `IllegalStateException`.
    public Summary run() throws IOException {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("this Mirror has run already; build another");
        }
        var deadline = options.limit == null ? Instant.MAX : clock.instant().plus(options.limit);
        try (var download =
                new Download(options.client, options.place, options.fileBytes, _ -> false)) {
            var run = new Run(download, new Pace(options), deadline);
            leases.open();
            counts.open();
            during(
                    run,
                    () -> {
                        boolean isLeft = new Starts(options, finds, robots).begin(download);
                        restore(run);
                        while (isLeft && isGoing(run) && turn(run)) {}
                    });
            finish(run);
            if (isGoing(run)) { // nothing is left
                during(run, frontier::end);
            }
        } finally {
            counts.close();
            leases.close();
            pool.kill();
            frontier.save();
        }
        rethrow();
        long converted = convertLinks(options.listener);
        return summary(converted);
    }

    /// Converts links as at the end of [#run], if this was told to: for when files have been
    /// deleted after it. Tells no listener; blocks as long.
    public void convertLinks() throws IOException {
        var ignored = convertLinks(_ -> {});
    }

    private long convertLinks(MirrorListener listener) throws IOException {
        if (!options.convertLinks || stopped) {
            return 0;
        }
        var conversion = new LinkConversion(options, listener, () -> stopped);
        try (var disk = Offload.named("mirror-links", 1)) {
            return disk.<Long, IOException>call(conversion::run);
        }
    }

    /// Where names may meet: finds out who has them.
    private void restore(Run run) {
        if (options.place.mayMeet()) {
            Offload.shared().run(run.visit::restore);
        }
    }

    /// Does what may wait for a frontier or a server, until an abort or the end of the time ends
    /// it.
    private void during(Run run, Task task) {
        var thread =
                GreenThread.spawn(
                        "mirror run",
                        () -> {
                            try {
                                task.run();
                            } catch (Cancelled e) {
                                throw e;
                            } catch (Exception | Error e) {
                                failure.compareAndSet(null, e);
                            }
                        });
        turning.set(thread);
        try {
            while (!aborted && !thread.join(pause(LONGEST_WAIT, run))) {
                if (isLate(run) && !thread.join(GRACE)) {
                    return;
                }
            }
        } finally {
            turning.set(null);
            thread.kill();
        }
        thread.join();
    }

    private boolean isGoing(Run run) {
        return ending.get() == null && failure.get() == null && !isLate(run);
    }

    /// Begins no more downloads; [#run] returns when those that have begun are over. May be called
    /// by any thread.
    public void stop() {
        stopped = true;
        end(Ending.STOPPED);
    }

    /// As [#stop], and ends the downloads under way: what has come of them is kept, for the next
    /// run to go on from. May be called by any thread.
    public void abort() {
        aborted = true;
        stop();
        var thread = turning.get();
        if (thread != null) {
            thread.kill();
        }
        pool.kill();
    }

    /// How many downloads are under way. Asks no frontier; may be called by any thread, at any
    /// time.
    public int active() {
        return transfers.size();
    }

    /// How far the run is. Waits for nothing: what a frontier says that others share is a second
    /// old, or older while it is away. May be called by any thread, at any time.
    public Progress progress() {
        var known = counts.known();
        return new Progress(
                known.done(),
                known.skipped(),
                known.failed(),
                known.queued(),
                arrived.sum(),
                List.copyOf(transfers));
    }

    /// Begins a download, or waits for a change; false if nothing is left.
    private boolean turn(Run run) {
        idle = false;
        while (changes.tryAcquire()) {} // whatever has changed is seen below
        if (ends.stored() >= options.mostFiles) {
            end(Ending.FILES);
            return false;
        }
        if (active.get() >= options.concurrency
                || active.get() >= options.mostFiles - ends.stored()) { // all may be files
            awaitChange(LONGEST_WAIT, run);
            return true;
        }
        long now = System.nanoTime();
        var claim =
                frontier.claim(
                        leases.lease(), host -> busy.getOrDefault(host, 0) < options.perHost);
        if (claim != null) {
            begin(claim, now, run);
            return true;
        }
        idle = true;
        var due = frontier.due();
        if (due == null && active.get() == 0) {
            return false;
        }
        var pause = due == null ? LONGEST_WAIT : Duration.between(clock.instant(), due);
        if (pause.isPositive()) {
            awaitChange(pause, run);
        } else if (active.get() > 0) { // its host is busy, or it became due just now
            awaitChange(SHORTEST_WAIT, run);
        }
        return true;
    }

    private void begin(Claim claim, long claimed, Run run) {
        var host = claim.entry().host();
        active.incrementAndGet();
        busy.merge(host, 1, Integer::sum);
        var delay = delay(host, run.pace);
        if (delay.isPositive()) {
            frontier.block(host, clock.instant().plus(delay));
        }
        pool.spawnN(() -> visit(claim, claimed, run));
    }

    private Duration delay(String host, Pace pace) {
        boolean obeys = options.robots != RobotsPolicy.IGNORED;
        return pace.delay(obeys ? robots.known(host) : null);
    }

    /// The leave for one more request to a host, for a piece of a large file: as long as nothing
    /// else waits for it, and there need be no time between requests.
    private @Nullable Runnable another(String host, Pace pace) {
        if (!idle
                || ending.get() != null
                || active.get() >= options.concurrency
                || busy.getOrDefault(host, 0) >= options.perHost
                || delay(host, pace).isPositive()) {
            return null;
        }
        active.incrementAndGet();
        busy.merge(host, 1, Integer::sum);
        return () -> {
            busy.computeIfPresent(host, (_, n) -> n == 1 ? null : n - 1);
            active.decrementAndGet();
            changes.release();
        };
    }

    private void visit(Claim claim, long claimed, Run run) {
        var host = claim.entry().host();
        var transfer = new Transfer(HttpUrl.of(claim.entry().url()), arrived);
        transfers.add(transfer);
        leases.begin(claim, claimed);
        boolean lost = false;
        try {
            run.visit.run(claim, transfer);
            settle(run.download);
        } catch (BudgetSpent e) {
            end(Ending.BYTES);
        } catch (Cancelled e) { // killed, from outside or by an abort
            lost = leases.end(claim);
            failure.compareAndSet(null, unkept(e));
            if (!aborted && !lost) {
                failure.compareAndSet(null, e);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            transfers.remove(transfer);
            giveBack(claim, lost);
            if (busy.computeIfPresent(host, (_, n) -> n == 1 ? null : n - 1) == null) {
                run.pace.forget(host);
            }
            active.decrementAndGet();
            changes.release();
        }
    }

    /// Why what had come of a download that was killed could not be kept; null if it was.
    private static @Nullable Throwable unkept(Cancelled kill) {
        return Stream.of(kill.getSuppressed())
                .filter(DiskFailure.class::isInstance)
                .findFirst()
                .orElse(null);
    }

    /// Gives back what has not ended; throws nothing, as the caller has to count.
    private void giveBack(Claim claim, boolean lost) {
        try {
            if (!lost && !leases.end(claim)) {
                if (aborted) {
                    var ignored = Timeout.silent(GRACE, () -> frontier.release(claim));
                } else {
                    frontier.release(claim);
                }
            }
        } catch (RuntimeException | Error e) {
            if (!aborted) {
                failure.compareAndSet(null, e);
            }
        }
    }

    /// Waits for what has begun, and ends it if time is over.
    private void finish(Run run) {
        while (active.get() > 0 && !aborted && !isLate(run)) {
            awaitChange(LONGEST_WAIT, run);
        }
        if (isLate(run) && counts.ask(GRACE).queued() > 0) {
            end(Ending.TIME);
            aborted = true;
        }
        if (aborted) {
            pool.kill(); // also what was begun while another thread did so
        }
        pool.waitall();
    }

    private boolean isLate(Run run) {
        return !clock.instant().isBefore(run.deadline);
    }

    private void awaitChange(Duration longest, Run run) {
        var ignored = changes.acquire(pause(longest, run));
    }

    /// That, or what is left of the time, if it is less.
    private Duration pause(Duration longest, Run run) {
        var left =
                run.deadline.equals(Instant.MAX)
                        ? longest
                        : Duration.between(clock.instant(), run.deadline);
        var pause = longest.compareTo(left) < 0 ? longest : left;
        pause = pause.isNegative() ? Duration.ZERO : pause;
        return pause.compareTo(LONGEST_WAIT) < 0 ? pause : LONGEST_WAIT;
    }

    private void end(Ending reason) {
        ending.compareAndSet(null, reason);
        changes.release();
    }

    /// Has the frontier saved, so that nothing else need remember what was stored.
    private void settle(Download download) throws IOException {
        if (download.unsettled() >= MOST_UNSETTLED && settling.compareAndSet(false, true)) {
            try {
                download.settle(frontier::save);
            } finally {
                settling.set(false);
            }
        }
    }

    private Summary summary(long converted) {
        var known = aborted ? counts.ask(GRACE) : counts.ask();
        long left = known.queued();
        var reason = ending.get();
        return new Summary(
                known.done(),
                known.skipped(),
                known.failed(),
                left,
                ends.stored(),
                ends.unchanged(),
                received.get(),
                converted,
                left == 0 || reason == null ? Ending.FINISHED : reason);
    }

    private void rethrow() throws IOException {
        var thrown = failure.get();
        if (thrown == null) {
            return; // before the switch is linked: docs/performance.md
        }
        switch (thrown) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /// What there is for one run.
    private final class Run {
        private final Download download;
        private final Pace pace;
        private final Instant deadline;
        private final Visit visit;

        private Run(Download download, Pace pace, Instant deadline) {
            this.download = download;
            this.pace = pace;
            this.deadline = deadline;
            visit =
                    new Visit(
                            options,
                            download,
                            pace,
                            robots,
                            finds,
                            ends,
                            received,
                            host -> another(host, pace),
                            () -> aborted);
        }
    }
}
