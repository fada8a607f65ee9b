// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.Timeout;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Frontier;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The claims of a run, each renewed again and again as long as it is worked on. A green thread
/// whose claim is lost, or could not be renewed in time, is killed: another worker may have the URL
/// then.
final class Leases {
    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration USUAL = Duration.ofMinutes(1); // where others claim, too

    private static final int RENEWALS = 3; // of a claim in its lease
    private static final int LOOKS = 20;

    private final Frontier frontier;
    private final Duration lease;
    private final boolean ends; // else nobody else claims anything
    private final Map<Claim, Work> all = new ConcurrentHashMap<>();
    private @Nullable GreenThread<?> renewing; // as long as the run
    private @Nullable GreenThread<?> watching; // as well

    private static final class Work {
        private final GreenThread<?> thread;
        private volatile long end; // by System.nanoTime
        private volatile boolean lost;

        private Work(GreenThread<?> thread, long end) {
            this.thread = thread;
            this.end = end;
        }
    }

    /// @param lease how long each is; null if nobody else claims anything
    Leases(Frontier frontier, @Nullable Duration lease) {
        this.frontier = frontier;
        this.lease = lease == null ? Duration.ofDays(365) : lease;
        ends = lease != null;
    }

    void open() {
        if (ends) {
            renewing =
                    GreenThread.spawn(
                            "leases",
                            () -> {
                                renewAll();
                            });
            watching =
                    GreenThread.spawn(
                            "ends of leases",
                            () -> {
                                watchAll();
                            });
        }
    }

    Duration lease() {
        return lease;
    }

    /// Called by the thread that works on it.
    ///
    /// @param claimed when, by `System.nanoTime`, or before
    void begin(Claim claim, long claimed) {
        var self = GreenThread.current();
        if (ends && self != null) {
            var left = lease.minus(frontier.age(claim));
            all.put(claim, new Work(self, claimed + left.toNanos()));
        }
    }

    /// Called by the same thread: whether the claim was lost meanwhile.
    boolean end(Claim claim) {
        if (!ends) {
            return false;
        }
        var work = all.remove(claim);
        return work != null && work.lost;
    }

    void close() {
        if (renewing != null) {
            renewing.kill();
        }
        if (watching != null) {
            watching.kill();
        }
    }

    /// By its own time, whatever becomes of those that are being renewed.
    private void watchAll() {
        while (ends) {
            Eventlet.sleep(lease.dividedBy(LOOKS));
            long now = System.nanoTime();
            for (var work : all.values()) {
                if (now - work.end >= 0) {
                    lose(work);
                }
            }
        }
    }

    private void renewAll() {
        while (ends) {
            Eventlet.sleep(lease.dividedBy(RENEWALS));
            renew(Map.copyOf(all));
        }
    }

    private void renew(Map<Claim, Work> some) {
        if (some.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        try {
            var kept = new HashSet<Claim>();
            if (Timeout.silent(
                    lease.dividedBy(RENEWALS),
                    () -> kept.addAll(frontier.renew(some.keySet(), lease)))) {
                some.forEach((claim, work) -> {
                    if (kept.contains(claim)) {
                        work.end = now + lease.toNanos();
                    } else if (all.containsKey(claim)) { // else it has ended meanwhile
                        lose(work);
                    }
                });
            }
        } catch (UncheckedIOException e) {
            // nobody to ask: they end by their time
        }
    }

    private static void lose(Work work) {
        if (!work.lost) {
            work.lost = true;
            work.thread.kill();
        }
    }
}
