// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Sees hubs that do not turn: reports the green thread that keeps one, once a stall, and relieves
/// a hub whose thread is asleep in a pinned wait.
final class Watchdog implements Runnable {
    /// Milliseconds after which a hub has stalled; 0 switches the watchdog off.
    static final String PROPERTY = "eventlet.watchdog.millis";

    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final long THRESHOLD_NANOS =
            TimeUnit.MILLISECONDS.toNanos(Long.getLong(PROPERTY, 100));
    private static final Map<HubLoop, Seen> WATCHED = new ConcurrentHashMap<>();

    private static volatile @Nullable Consumer<Stall> handler;

    /// What was seen of a hub: the number of the task it was in, since when, and whether that was
    /// reported.
    private record Seen(long task, long since, boolean reported) {}

    private static final class Started {
        static {
            Thread.ofPlatform().daemon().name("eventlet-watchdog").start(new Watchdog());
        }

        static void ensure() {}
    }

    static void watch(HubLoop loop) {
        if (THRESHOLD_NANOS > 0) {
            WATCHED.put(loop, new Seen(-1, System.nanoTime(), false));
            Started.ensure();
        }
    }

    static void forget(HubLoop loop) {
        WATCHED.remove(loop);
    }

    static void handler(@Nullable Consumer<Stall> newHandler) {
        handler = newHandler;
    }

    @Override
    public void run() {
        long period = Math.max(THRESHOLD_NANOS / 2, 1_000_000);
        while (true) {
            LockSupport.parkNanos(period);
            try {
                WATCHED.replaceAll(Watchdog::look);
            } catch (RuntimeException e) {
                UncaughtErrors.report(Thread.currentThread(), e);
            }
        }
    }

    private static Seen look(HubLoop loop, Seen before) {
        long task = loop.tasks();
        long now = System.nanoTime();
        if (loop.running() == null || task != before.task) {
            return new Seen(task, now, false);
        }
        long stalled = now - before.since;
        if (before.reported || stalled < THRESHOLD_NANOS) {
            return before;
        }
        return report(loop, stalled) ? new Seen(task, before.since, true) : before;
    }

    private static boolean report(HubLoop loop, long stalled) {
        var running = loop.running();
        var carrier = loop.carrier();
        boolean asleep =
                switch (carrier.getState()) {
                    case WAITING, TIMED_WAITING, BLOCKED -> true;
                    default -> false;
                };
        var culprit = running == null ? null : VirtualThreads.behind(running);
        var stack = (culprit == null ? carrier : culprit).getStackTrace();
        if (stack.length == 0 || loop.running() != running) {
            return false; // it has just gone on
        }
        if (asleep) {
            loop.relieve();
        }
        tell(
                new Stall(
                        loop.hub().name(),
                        Duration.ofNanos(stalled),
                        culprit,
                        List.of(stack),
                        asleep));
        return true;
    }

    private static void tell(Stall stall) {
        var current = handler;
        if (current != null) {
            current.accept(stall);
        } else {
            LOGGER.log(System.Logger.Level.WARNING, stall.toString());
        }
    }
}
