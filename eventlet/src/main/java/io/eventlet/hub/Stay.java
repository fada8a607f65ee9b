// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

/// How long a hub has been in one task, as the looks of the watchdog show.
///
/// Time counts if the task had it. Time in which the hub's thread had no processor does not, nor
/// that by which a look came late: then the whole process stood still, or the machine is busy.
///
/// @param task the number of the task
/// @param begun when it was first seen, by `System.nanoTime`
/// @param looked when it was last seen
/// @param starved how long the hub's thread had been without a processor by then
/// @param nanos how long the task has stayed
record Stay(long task, long begun, long looked, long starved, long nanos) {
    static Stay begin(long task, long now, long starved) {
        return new Stay(task, now, now, starved, 0);
    }

    /// The same task, seen again; the watchdog means to look once in a period.
    Stay seen(long now, long starvedNow, long period) {
        long had = now - looked - Math.max(0, starvedNow - starved);
        long more = Math.clamp(had, 0, period);
        return new Stay(task, begun, now, starvedNow, nanos + more);
    }

    /// By the clock on the wall.
    long elapsed() {
        return looked - begun;
    }
}
