// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Log;
import io.eventlet.lang.Setting;
import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Sees hubs that do not turn: reports the green thread that keeps one, once a stall, and has
/// another thread take over a hub whose thread is asleep in a pinned wait.
final class Watchdog implements Runnable {
    /// Milliseconds after which a hub has stalled; 0 switches the watchdog off.
    static final String PROPERTY = "eventlet.watchdog.millis";

    private static final long THRESHOLD_NANOS = Setting.nanosOfMillis(PROPERTY, 0, 100);
    private static final long PERIOD_NANOS = Math.max(THRESHOLD_NANOS / 4, 1_000_000);
    private static final long CHASE_PERIOD_NANOS = 1_000_000; // after a chase
    private static final int LOOKS = 5;
    private static final long PAUSE_NANOS = 200_000;
    private static final Map<HubLoop, Seen> WATCHED = new ConcurrentHashMap<>();
    private static final List<Inspection.Look> OTHERS = new CopyOnWriteArrayList<>();

    private static volatile @Nullable Consumer<Stall> handler;

    /// What was seen of a hub: how long it has been in its task, and whether that was reported.
    private record Seen(Stay stay, boolean reported) {
        static final Seen NOTHING = begin(-1, 0);

        static Seen begin(long task, long starved) {
            return new Seen(Stay.begin(task, System.nanoTime(), starved), false);
        }
    }

    /// Whether it has a thread, which it has as long as there are hubs.
    private static final AtomicBoolean RUNNING = new AtomicBoolean();

    static void watch(HubLoop loop) {
        if (THRESHOLD_NANOS > 0) {
            WATCHED.put(loop, Seen.NOTHING);
            if (!RUNNING.get() && RUNNING.compareAndSet(false, true)) {
                start();
            }
        }
    }

    private static void start() {
        boolean started = false;
        try {
            Thread.ofPlatform()
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .name("eventlet-watchdog")
                    .start(new Watchdog());
            started = true;
        } finally {
            if (!started) { // there can be no more threads: the next hub tries again
                RUNNING.set(false);
            }
        }
    }

    static void forget(HubLoop loop) {
        WATCHED.remove(loop);
    }

    /// The hubs that are watched.
    static List<Inspection> watched() {
        return WATCHED.keySet().stream().map(HubLoop::inspection).toList();
    }

    /// Adds something that looks too, after the watchdog itself and on its thread.
    static void alsoLook(Inspection.Look look) {
        OTHERS.add(look);
    }

    static void handler(@Nullable Consumer<Stall> newHandler) {
        handler = newHandler;
    }

    @Override
    public void run() {
        long period = PERIOD_NANOS;
        while (!isOver()) {
            LockSupport.parkNanos(period);
            try {
                UncaughtErrors.reportLeft();
                WATCHED.keySet().forEach(loop -> loop.interrupter().resume());
                Interrupter.OF_OTHERS.resume();
                WATCHED.replaceAll(Watchdog::look);
                period = chase() ? CHASE_PERIOD_NANOS : Math.min(2 * period, PERIOD_NANOS);
                for (var look : OTHERS) {
                    look.look();
                }
            } catch (Throwable e) { // such as no memory for another thread: try again
                UncaughtErrors.reportLater(Thread.currentThread(), e);
            }
        }
    }

    private static boolean chase() {
        boolean any = false;
        for (var loop : WATCHED.keySet()) {
            any |= loop.takeover().chase();
        }
        return any;
    }

    /// Whether no hub is left. Who adds one meanwhile starts another thread, or this one goes on.
    private static boolean isOver() {
        if (!WATCHED.isEmpty()) {
            return false;
        }
        RUNNING.set(false);
        return WATCHED.isEmpty() || !RUNNING.compareAndSet(false, true);
    }

    private static Seen look(HubLoop loop, Seen before) {
        long task = loop.progress();
        if (loop.running() == null) {
            return Seen.NOTHING;
        }
        long starved = loop.carrier().nanosWithoutProcessor();
        if (task != before.stay.task()) {
            return Seen.begin(task, starved);
        }
        var stay = before.stay.seen(System.nanoTime(), starved, PERIOD_NANOS);
        var now = new Seen(stay, before.reported);
        if (loop.takeover().isDoneFor(task) || stay.nanos() < THRESHOLD_NANOS) {
            return now;
        }
        boolean pinned = isPinned(loop);
        if (before.reported && !pinned) {
            return now;
        }
        var stall = stall(loop, stay, pinned);
        if (stall == null) {
            return now; // it has just gone on
        }
        if (pinned) { // it may have computed for a while before
            loop.takeover().begin();
        }
        if (!before.reported) {
            loop.inspection().countStall();
            ForkJoinPool.commonPool().execute(() -> tell(stall)); // who is told may take its time
        }
        return new Seen(stay, true);
    }

    /// Whether a green thread waits on the hub's thread, and for longer than it takes to get a lock
    /// now and then. From a timer that waits, in the loop itself, nobody could take over.
    private static boolean isPinned(HubLoop loop) {
        var running = loop.running();
        if (running == null || VirtualThreads.behind(running) == null) {
            return false;
        }
        for (int i = 0; i < LOOKS; i++) {
            if (!loop.takeover().isAsleep(loop.carrier())) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /// Who keeps the hub; null if nobody does any more.
    private static @Nullable Stall stall(HubLoop loop, Stay stay, boolean takenOver) {
        var running = loop.running();
        var culprit = running == null ? null : VirtualThreads.behind(running);
        var stack = (culprit == null ? loop.carrier() : culprit).getStackTrace();
        if (stack.length == 0 || loop.running() != running || loop.progress() != stay.task()) {
            return null;
        }
        return new Stall(
                loop.hub().name(),
                Duration.ofNanos(stay.elapsed()),
                culprit,
                List.of(stack),
                takenOver);
    }

    private static void tell(Stall stall) {
        var current = handler;
        if (current == null) {
            Log.logger().log(System.Logger.Level.WARNING, stall.toString());
            return;
        }
        try {
            current.accept(stall);
        } catch (Throwable e) {
            UncaughtErrors.report(Thread.currentThread(), e);
        }
    }
}
