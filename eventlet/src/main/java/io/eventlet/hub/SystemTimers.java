// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.wait.Clock;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Timers that no loop fires: of threads that are on no hub, in portable mode, and of hubs that
/// have been closed. They go by the system's clock, on a thread of their own. Thread-safe.
final class SystemTimers {
    /// What is set, but for what just ends the wait of a thread.
    private static final Set<Timer> OWN = ConcurrentHashMap.newKeySet();

    /// In place of those of a hub; has none.
    static final Timers BY_THE_SYSTEM = new Timers(Clock.system());

    private SystemTimers() {}

    /// Does something at a time from now. It must neither block nor take long.
    static ScheduledFuture<?> schedule(Runnable task, long nanos) {
        var timer = new Timer(BY_THE_SYSTEM, task, nanos);
        take(timer);
        return timer;
    }

    /// Fires a timer when it is due.
    static void take(Timer timer) {
        if (!timer.endsWait) {
            OWN.add(timer);
        }
        var firing =
                PortableEngine.TIMERS.schedule(
                        () -> fire(timer),
                        timer.getDelay(TimeUnit.NANOSECONDS),
                        TimeUnit.NANOSECONDS);
        timer.onCancel(() -> forget(timer, firing));
    }

    private static void fire(Timer timer) {
        OWN.remove(timer);
        if (timer.fire() == Timer.Fired.AGAIN) {
            take(timer);
        }
    }

    private static void forget(Timer cancelled, ScheduledFuture<?> firing) {
        OWN.remove(cancelled);
        firing.cancel(false);
    }

    /// Whether no thread that is on no hub has set any.
    static boolean areNoneOfOthers() {
        return OWN.stream().allMatch(Timer::isOfHub);
    }

    /// Those that are set and do not just end the wait of a thread.
    static List<Timer> own() {
        return List.copyOf(OWN);
    }
}
