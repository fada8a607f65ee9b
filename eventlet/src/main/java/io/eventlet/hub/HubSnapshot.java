// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a hub holds at one moment. For other packages of this library: programs take a
/// [io.eventlet.diagnosis.Dump].
///
/// @param live the green threads that have begun
/// @param ready what is in the run queue
/// @param timers those that are set
/// @param unbegun green threads that were started and have not begun, where they cannot be listed
/// @param descriptors how many its poller watches; -1 if that is not known
/// @param stalls how many the watchdog has seen
/// @param running what the hub was in when it did not answer
/// @param stack what the hub's thread was doing when it did not answer; null if it did
@SuppressWarnings("exports") // for this module alone
public record HubSnapshot(
        HubStatistics statistics,
        List<HubStrand> live,
        List<Runnable> ready,
        List<Timer> timers,
        long unbegun,
        int descriptors,
        long stalls,
        @Nullable Thread running,
        @Nullable List<StackTraceElement> stack) {
    /// Asks a hub; if it does not answer in time, this is what can be seen from outside. Waits so
    /// many nanoseconds for it.
    public static HubSnapshot of(Hub hub, long nanos) {
        return hub.snapshot(nanos);
    }

    /// How long each thread that waits for a time, or begins after one, has left.
    public Map<Thread, Long> nanosLeft() {
        var left = new IdentityHashMap<Thread, Long>();
        for (var timer : timers) {
            var thread = timer.thread();
            if (thread != null) {
                left.put(thread, timer.getDelay(TimeUnit.NANOSECONDS));
            }
        }
        return left;
    }
}
