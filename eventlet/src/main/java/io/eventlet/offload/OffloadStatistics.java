// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.lang.Durations;

import java.time.Duration;

/// What an [Offload] has done so far and has at hand.
///
/// @param name its name
/// @param size how many threads it may have
/// @param threads how many it has
/// @param busy threads that run a task
/// @param waiting tasks that wait for a thread
/// @param done tasks that have ended with a result
/// @param failed tasks that have ended with an error
/// @param abandoned tasks whose callers were killed, or ran out of time, before they ended
/// @param refused tasks that were not taken, since as many waited as may
/// @param longestWait the longest that a task has waited for a thread
/// @param totalWait how long all tasks that were begun have waited for a thread
/// @param longestRun the longest that a task which has ended has run
/// @param totalRun how long all tasks that have ended have run
public record OffloadStatistics(
        String name,
        int size,
        int threads,
        int busy,
        int waiting,
        long done,
        long failed,
        long abandoned,
        long refused,
        Duration longestWait,
        Duration totalWait,
        Duration longestRun,
        Duration totalRun) {
    @Override
    public String toString() {
        return ("offload '%s' of %d threads: %d busy, %d waiting; %d done, %d failed,"
                        + " %d abandoned, %d refused; waited %s, at most %s; ran %s, at most %s")
                .formatted(
                        name,
                        size,
                        busy,
                        waiting,
                        done,
                        failed,
                        abandoned,
                        refused,
                        Durations.format(totalWait),
                        Durations.format(longestWait),
                        Durations.format(totalRun),
                        Durations.format(longestRun));
    }
}
