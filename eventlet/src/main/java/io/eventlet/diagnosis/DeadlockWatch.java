// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.hub.HubStrand;
import io.eventlet.hub.Inspection;
import io.eventlet.lang.Log;
import io.eventlet.lang.Setting;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Looks now and then, when all hubs sleep without a timer, whether they will do so for ever.
final class DeadlockWatch implements Inspection.Look {
    /*
     * Only the watchdog's thread is in here. A look costs something only if all hubs sleep until
     * somebody wakes them and nothing has run since the look before. Then each green thread's wait
     * is looked at from outside, up to the first one that a descriptor could end; if nothing has
     * changed, the next time later and later, until something has run. Only what looks like a
     * deadlock is looked at thoroughly, which wakes each hub once.
     *
     * Who holds something may take a lock to say so, or be a class of the user's: a thread asks
     * that nobody waits for longer than a second.
     */
    /// What is done about a deadlock: `report`, `throw` or `ignore`.
    static final String PROPERTY = "eventlet.deadlock";

    /// Milliseconds for which nothing must have run before it looks the first time.
    static final String PERIOD_PROPERTY = "eventlet.deadlock.millis";

    static final long PERIOD_NANOS = Setting.nanosOfMillis(PERIOD_PROPERTY, 1, 1000);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(64);
    private static final int LOOKS = 100;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final Duration SEARCH = Duration.ofSeconds(1);

    private static volatile @Nullable Consumer<DeadlockReport> handler;

    private final boolean ignores;
    private final boolean ends;
    private Map<Inspection, Long> seen = Map.of(); // how many tasks each had begun
    private Set<Set<Long>> reported = new HashSet<>(); // the numbers of the threads
    private final LongSupplier clock;
    private long due;
    private long pause = PERIOD_NANOS;
    private @Nullable Thread searching; // the last that did; it may not have ended

    DeadlockWatch() {
        this(System::nanoTime);
    }

    DeadlockWatch(LongSupplier clock) {
        this.clock = clock;
        due = clock.getAsLong();
        String asked = System.getProperty(PROPERTY, "report").toLowerCase(Locale.ROOT);
        ends = asked.equals("throw");
        ignores = asked.equals("ignore");
        if (!ends && !ignores && !asked.equals("report")) {
            Log.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "-D{0}={1}: expected report, throw or ignore",
                            PROPERTY,
                            asked);
        }
    }

    /// Sets who is told; null for the log.
    static void handler(@Nullable Consumer<DeadlockReport> newHandler) {
        handler = newHandler;
    }

    /// Looks if it is time to.
    @Override
    public void look() throws InterruptedException {
        if (ignores || !isDue()) {
            return;
        }
        var hubs = Inspection.all();
        var now = tasks(hubs);
        boolean sleep = !now.isEmpty() && now.equals(seen);
        pause = sleep ? Math.min(2 * pause, LONGEST_NANOS) : PERIOD_NANOS;
        due = clock.getAsLong() + pause; // also if this fails
        seen = now;
        if (sleep) {
            examine(now);
            seen = tasks(hubs); // our own looks are nothing new
            due = clock.getAsLong() + pause;
        }
    }

    private boolean isDue() {
        return clock.getAsLong() - due >= 0 || (pause > PERIOD_NANOS && hasAnyRun());
    }

    /// Whether a hub does not sleep any more as it did at the last look.
    private boolean hasAnyRun() {
        for (var hub : Inspection.all()) {
            var before = seen.get(hub);
            if (before == null || before != hub.tasks() || !hub.sleepsForEver()) {
                return true;
            }
        }
        return false;
    }

    /// For how long it does not look, unless something runs.
    long untilNextLook() {
        return due - clock.getAsLong();
    }

    /// How many tasks each hub has begun; nothing if one does not sleep until it is woken.
    private static Map<Inspection, Long> tasks(Collection<Inspection> hubs) {
        var tasks = new HashMap<Inspection, Long>();
        for (var hub : hubs) {
            if (!hub.sleepsForEver()) {
                return Map.of();
            }
            tasks.put(hub, hub.tasks());
        }
        return tasks;
    }

    private void examine(Map<Inspection, Long> tasks) throws InterruptedException {
        var strands = tasks.keySet().stream().flatMap(hub -> hub.live().stream());
        var live = strands.toList();
        var cycles = cycles(live, Cycles::find);
        if (cycles.isEmpty()) {
            if (live.isEmpty()
                    || anyMayGoOn(live)
                    || anyMayWake()
                    || MemoryNotifications.areAwaited()) {
                reported.clear();
                return;
            }
            cycles = cycles(live, Cycles::findAlsoEndable); // there is nobody who could
        }
        var known = cycles.stream().map(DeadlockWatch::numbers).toList();
        if (!cycles.isEmpty() && reported.containsAll(known)) {
            return;
        }
        var dump = Dump.take(); // wakes each hub once
        if (haveOnlyAnswered(tasks)) {
            report(cycles, all(dump));
        }
    }

    /// The cycles; none if that is not known in time.
    private List<List<Thread>> cycles(
            List<HubStrand> live, Function<List<HubStrand>, List<List<Thread>>> search)
            throws InterruptedException {
        if (live.isEmpty() || (searching != null && searching.isAlive())) {
            return List.of();
        }
        var found = new AtomicReference<List<List<Thread>>>(List.of());
        searching =
                Thread.ofPlatform()
                        .daemon()
                        .name("eventlet-deadlocks")
                        .start(() -> found.set(search.apply(live)));
        boolean ignored = searching.join(SEARCH);
        return found.get();
    }

    private static boolean anyMayGoOn(List<HubStrand> live) {
        return live.stream().anyMatch(strand -> Prospects.mayGoOn(strand.thread()));
    }

    private static boolean anyMayWake() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey() != Thread.currentThread())
                .anyMatch(entry ->
                        Prospects.mayWake(
                                entry.getKey(), entry.getKey().getState(), entry.getValue()));
    }

    /// Whether nothing has run since but the answers to a dump.
    private static boolean haveOnlyAnswered(Map<Inspection, Long> tasks) {
        for (var entry : tasks.entrySet()) {
            var hub = entry.getKey();
            for (int i = 0; i < LOOKS && !hub.sleepsForEver(); i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (!hub.sleepsForEver() || hub.tasks() != entry.getValue() + 1) {
                return false;
            }
        }
        return true;
    }

    private static Map<Thread, DumpedThread> all(Dump dump) {
        var all = new HashMap<Thread, DumpedThread>();
        for (var hub : dump.hubs()) {
            hub.threads().forEach(thread -> all.put(thread.thread(), thread));
        }
        dump.others().forEach(thread -> all.put(thread.thread(), thread));
        return all;
    }

    private void report(List<List<Thread>> cycles, Map<Thread, DumpedThread> all) {
        var now = new HashSet<Set<Long>>();
        for (var cycle : cycles) {
            var found = cycle.stream().map(all::get).filter(Objects::nonNull).toList();
            if (found.size() == cycle.size() && now.add(numbers(cycle))) {
                report(now, found, found);
            }
        }
        if (cycles.isEmpty()) {
            var waiting =
                    all.values().stream()
                            .sorted(Comparator.comparingLong(DumpedThread::number))
                            .toList();
            report(now, List.of(), waiting);
        }
        reported = now;
    }

    /// Reports what has not been reported before, with perhaps fewer who had run into it.
    private void report(Set<Set<Long>> now, List<DumpedThread> cycle, List<DumpedThread> waiting) {
        var numbers = waiting.stream().map(DumpedThread::number).collect(Collectors.toSet());
        now.add(numbers);
        if (reported.stream().noneMatch(numbers::containsAll)) {
            var report = new DeadlockReport(cycle, waiting);
            ForkJoinPool.commonPool().execute(() -> tell(report)); // who is told may take its time
        }
    }

    private static Set<Long> numbers(List<Thread> threads) {
        return threads.stream().map(Thread::threadId).collect(Collectors.toSet());
    }

    private void tell(DeadlockReport report) {
        var current = handler;
        if (current == null) {
            Log.logger().log(System.Logger.Level.WARNING, report.toString());
        } else {
            try {
                current.accept(report);
            } catch (Throwable e) {
                UncaughtErrors.report(Thread.currentThread(), e);
            }
        }
        if (ends) {
            report.end();
        }
    }
}
