// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.diagnosis.DumpedThread.State;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubSnapshot;
import io.eventlet.hub.HubStrand;
import io.eventlet.hub.Inspection;
import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Opened;
import io.eventlet.wait.Since;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Takes a dump: looks at all hubs and threads first, then asks what they wait for.
final class DumpTaker {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// A thread as it was found.
    private record Found(
            Thread thread,
            @Nullable Strand strand,
            Thread.State state,
            boolean mounted,
            boolean ended,
            @Nullable Object blocker,
            List<StackTraceElement> stack) {
        static Found of(Thread thread, @Nullable Strand strand) {
            var stack = List.of(thread.getStackTrace());
            var blocker = LockSupport.getBlocker(thread);
            var state = thread.getState();
            boolean mounted = thread.isVirtual() && VirtualThreads.isMounted(thread);
            boolean ended = strand != null && strand.hasEnded();
            return new Found(thread, strand, state, mounted, ended, blocker, stack);
        }

        boolean waits() {
            return switch (state) {
                case WAITING, TIMED_WAITING, BLOCKED -> true;
                case NEW, RUNNABLE, TERMINATED -> isInJdkSocket();
            };
        }

        /// A platform thread that waits in the kernel counts as running.
        private boolean isInJdkSocket() {
            return !thread.isVirtual() && blocker instanceof Opened;
        }
    }

    private record FoundHub(HubSnapshot snapshot, List<Found> threads, Map<Thread, Long> left) {}

    Dump take() {
        var looks = new HashMap<Hub, FoundHub>();
        var strand = Strand.current();
        var own = strand instanceof HubStrand ours ? ours.hub() : null;
        if (own != null) { // first, since the caller yields while it asks others
            looks.put(own, look(own));
        }
        var hubs = new ArrayList<FoundHub>();
        for (var hub : sorted(Hub.all())) {
            hubs.add(looks.computeIfAbsent(hub, DumpTaker::look));
        }
        var others = othersThatWait();
        var blockers = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        for (var hub : hubs) {
            collect(hub.threads, blockers);
        }
        collect(others, blockers);
        var described = Blocker.describeAll(blockers);
        return new Dump(
                Instant.now(),
                hubs.stream().map(hub -> dumped(hub, described)).toList(),
                others.stream().map(found -> dumped(found, described, Map.of())).toList());
    }

    private static List<Hub> sorted(List<Hub> hubs) {
        return hubs.stream()
                .sorted(
                        Comparator.comparing((Hub hub) -> !hub.name().equals("main"))
                                .thenComparing(Hub::name))
                .toList();
    }

    private static FoundHub look(Hub hub) {
        var snapshot = HubSnapshot.of(hub, ANSWER_NANOS);
        Set<Thread> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var threads = new ArrayList<Found>();
        for (var strand : snapshot.live()) {
            if (seen.add(strand.thread())) {
                threads.add(Found.of(strand.thread(), strand));
            }
        }
        var left = snapshot.nanosLeft();
        for (var thread : left.keySet()) {
            addUnbegun(thread, seen, threads);
        }
        for (var task : snapshot.ready()) {
            var thread = VirtualThreads.behind(task);
            if (thread != null) {
                addUnbegun(thread, seen, threads);
            }
        }
        threads.sort(Comparator.comparingLong(found -> found.thread.threadId()));
        return new FoundHub(snapshot, threads, left);
    }

    /// Adds a thread that is not among those that have begun.
    private static void addUnbegun(Thread thread, Set<Thread> seen, List<Found> threads) {
        if (thread.isAlive() || thread.getState() == Thread.State.NEW) {
            if (thread.getUncaughtExceptionHandler() instanceof Strand strand
                    && strand.thread() == thread
                    && seen.add(thread)) {
                threads.add(Found.of(thread, strand));
            }
        }
    }

    /// Platform threads that wait for something of ours, such as that of `main`.
    private static List<Found> othersThatWait() {
        var platform = new HashSet<>(Thread.getAllStackTraces().keySet());
        var waiting = new ArrayList<Found>();
        for (var thread : platform) {
            var found = Found.of(thread, null);
            if (Blocker.isOurs(found.blocker) && found.waits()) {
                waiting.add(found);
            }
        }
        waiting.sort(Comparator.comparingLong(found -> found.thread.threadId()));
        return waiting;
    }

    private static void collect(List<Found> threads, Set<Object> blockers) {
        for (var found : threads) {
            if (found.blocker != null) {
                blockers.add(found.blocker);
            }
        }
    }

    private static DumpedHub dumped(FoundHub hub, Map<Object, Blocker> described) {
        var snapshot = hub.snapshot;
        var stack = snapshot.stack();
        return new DumpedHub(
                snapshot.statistics(),
                snapshot.descriptors(),
                snapshot.stalls(),
                snapshot.unbegun(),
                stack == null,
                snapshot.running(),
                stack == null ? List.of() : stack,
                hub.threads.stream()
                        .filter(found -> found.state != Thread.State.TERMINATED)
                        .map(found -> dumped(found, described, hub.left))
                        .toList());
    }

    private static DumpedThread dumped(
            Found found, Map<Object, Blocker> described, Map<Thread, Long> left) {
        var thread = found.thread;
        boolean waits = found.waits();
        var blocker = waits && found.blocker != null ? described.get(found.blocker) : null;
        var nanos = left.get(thread);
        var waited = waits && Waits.isIn(found.stack) ? Since.nanos(thread, found.strand) : null;
        return new DumpedThread(
                thread,
                thread.getName(),
                thread.threadId(),
                state(found),
                waits ? wait(found, blocker) : null,
                blocker == null ? List.of() : blocker.holders(),
                nanos == null ? null : Duration.ofNanos(Math.max(0, nanos)),
                waited == null ? null : Duration.ofNanos(waited),
                found.stack,
                found.strand == null ? List.of() : Inspection.spawnedAt(found.strand));
    }

    private static State state(Found found) {
        if (found.state == Thread.State.NEW) {
            return State.DELAYED;
        }
        if (found.ended) {
            return State.ENDING;
        }
        if (found.waits()) {
            return State.WAITING;
        }
        if (found.stack.isEmpty() && found.thread.isVirtual()) {
            return State.NOT_BEGUN;
        }
        return !found.thread.isVirtual() || found.mounted ? State.RUNNING : State.READY;
    }

    private static String wait(Found found, @Nullable Blocker blocker) {
        if (blocker != null) {
            return found.blocker instanceof Opened
                    ? Blocker.operation(found.stack) + " of " + blocker.text()
                    : blocker.text();
        }
        return Waiting.inTheJdk(found.state, found.stack);
    }
}
