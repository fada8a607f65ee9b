// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Origin;
import io.eventlet.wait.Held;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/// Something that a hub holds: a green thread or a timer; or the hub itself.
///
/// Two are equal if they are of the same thing.
///
/// @param hub the hub; null for a timer that no hub fires
/// @param what the thread, the hub, the [Standstill], or else what stands for the timer
public record Holding(@Nullable Hub hub, Object what) {
    /// In place of all that a hub holds which does not turn.
    ///
    /// @param stack what its thread is doing
    public record Standstill(List<StackTraceElement> stack) {
        public Standstill {
            stack = List.copyOf(stack);
        }
    }

    /// What all open hubs hold now, each at a moment of its own: green threads that have been
    /// started and not ended, and timers that are set but for those of threads that wait for a
    /// time, those of no hub too; and the hubs but for the main one. Waits so many nanoseconds for
    /// each hub.
    public static Set<Holding> all(long nanos) {
        var all = new HashSet<Holding>();
        for (var hub : Hub.all()) {
            if (hub.isOpen() && !hub.isMain()) {
                all.add(new Holding(hub, hub));
            }
            var held = hub.holdings(nanos);
            for (var what : held == null ? List.of(new Standstill(hub.stack())) : held) {
                all.add(new Holding(hub, what));
            }
        }
        SystemTimers.own().forEach(timer -> all.add(new Holding(null, timer)));
        return all;
    }

    /// Who has made it; null if it is no timer, or that was not noted.
    @SuppressWarnings("exports") // for this module alone
    public @Nullable Origin origin() {
        return what instanceof Timer timer ? timer.origin() : null;
    }

    /// The green threads of a hub that wait for what another OS thread does now: for a monitor or a
    /// lock of the JDK, or for a task of an offload.
    public static Set<Thread> waitingForOthers(Hub hub) {
        var waiting = new HashSet<Thread>();
        var held = hub.holdings(0); // asked by its own thread
        if (held != null) {
            for (var what : held) {
                if (what instanceof Thread thread && waitsForOthers(thread)) {
                    waiting.add(thread);
                }
            }
        }
        return waiting;
    }

    /// Asked when nobody is ready: who counts as running has got what it waited for, and the hub
    /// hears of it in a moment.
    private static boolean waitsForOthers(Thread thread) {
        switch (thread.getState()) {
            case BLOCKED, RUNNABLE -> {
                return true;
            }
            default -> {}
        }
        var blocker = LockSupport.getBlocker(thread);
        if (blocker instanceof Held held) {
            return held.isDoneOutside();
        }
        return blocker instanceof AbstractOwnableSynchronizer // not those that nobody can own
                && blocker.getClass().getEnclosingClass() != null
                && Lock.class.isAssignableFrom(blocker.getClass().getEnclosingClass());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Holding holding && holding.what == what;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(what);
    }

    @Override
    public String toString() {
        if (what instanceof Standstill) {
            return hub + " does not turn";
        }
        if (what == hub) {
            return hub + ", which is open";
        }
        var kind =
                switch (what) {
                    case Thread thread ->
                            "green thread #%d%s"
                                    .formatted(
                                            thread.threadId(),
                                            thread.getName().isEmpty()
                                                    ? ""
                                                    : " '" + thread.getName() + "'");
                    default -> what.toString();
                };
        return hub == null ? kind : kind + " on " + hub;
    }
}
