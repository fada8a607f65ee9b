// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.wait.Clock;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Timers that no loop fires: of threads that are on no hub, in portable mode, and of hubs that
/// have been closed. They go by the system's clock, on a thread of their own. Thread-safe.
final class SystemTimers {
    /// What is set, but for what just ends the wait of a thread.
    private static final Set<Timer> OWN = ConcurrentHashMap.newKeySet();

    /// In place of those of a hub; has none.
    static final Timers BY_THE_SYSTEM = new Timers(Clock.system());

    @SuppressWarnings("StaticAssignmentOfThrowable") // made while there is memory; has no stack
    private static final RuntimeException OVER = new Over();

    private SystemTimers() {}

    /// Does something at a time from now. It must neither block nor take long.
    static ScheduledFuture<?> schedule(Runnable task, long nanos) {
        var timer = new Timer(BY_THE_SYSTEM, task, nanos);
        take(timer);
        return timer;
    }

    /// Fires a timer when it is due. If there is no memory for that now, nothing has changed.
    static void take(Timer timer) {
        new Firing(timer).begin();
    }

    /// Whether no thread that is on no hub has set any.
    static boolean areNoneOfOthers() {
        return OWN.stream().allMatch(timer -> timer.isOfHub() || timer.isDead());
    }

    /// Those that are set and do not just end the wait of a thread.
    static List<Timer> own() {
        return OWN.stream().filter(timer -> !timer.isDead()).toList();
    }

    /// Fires one timer: again and again, as long as there is no memory for what it does. Only to
    /// begin needs memory.
    static final class Firing implements Runnable {
        private final Timer timer;
        private volatile @Nullable Future<?> ticks; // set when it has begun
        private volatile boolean failed; // to begin

        private Firing(Timer timer) {
            this.timer = timer;
        }

        private void begin() {
            Runnable onCancel = this::forget;
            boolean begun = false;
            try {
                if (!timer.endsWait) {
                    OWN.add(timer);
                }
                ticks =
                        PortableEngine.TIMERS.scheduleWithFixedDelay(
                                this,
                                timer.getDelay(TimeUnit.NANOSECONDS),
                                Timers.AGAIN_NANOS,
                                TimeUnit.NANOSECONDS);
                begun = true;
            } finally {
                if (!begun) { // but it may have been queued
                    failed = true;
                    OWN.remove(timer);
                }
            }
            timer.onCancel(onCancel);
        }

        @Override
        public void run() {
            if (failed) {
                throw OVER;
            }
            if (timer.fire() != Timer.Fired.AGAIN) {
                OWN.remove(timer);
                throw OVER;
            }
        }

        private void forget() {
            OWN.remove(timer);
            var begun = ticks;
            if (begun != null) {
                begun.cancel(false);
            }
        }
    }

    /// Ends the ticks of a [Firing], which are not known yet when it fires at once.
    private static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1;

        Over() {
            super("fired", null, false, false);
        }
    }
}
