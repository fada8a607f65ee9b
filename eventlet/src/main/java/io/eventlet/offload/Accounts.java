// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import java.time.Duration;

/// What an [Offload] has done so far. Guarded by the lock of the workers.
final class Accounts {
    private long done;
    private long failed;
    private long abandoned;
    private long refused;
    private long longestWaitNanos;
    private long totalWaitNanos;
    private long longestRunNanos;
    private long totalRunNanos;

    void begun(long waitedNanos) {
        longestWaitNanos = Math.max(longestWaitNanos, waitedNanos);
        totalWaitNanos += waitedNanos;
    }

    void ended(long ranNanos, boolean hasFailed) {
        longestRunNanos = Math.max(longestRunNanos, ranNanos);
        totalRunNanos += ranNanos;
        if (hasFailed) {
            failed++;
        } else {
            done++;
        }
    }

    /// One that has failed without having begun.
    void failed() {
        failed++;
    }

    void abandoned() {
        abandoned++;
    }

    void refused() {
        refused++;
    }

    OffloadStatistics with(String name, int size, int threads, int busy, int waiting) {
        return new OffloadStatistics(
                name,
                size,
                threads,
                busy,
                waiting,
                done,
                failed,
                abandoned,
                refused,
                Duration.ofNanos(longestWaitNanos),
                Duration.ofNanos(totalWaitNanos),
                Duration.ofNanos(longestRunNanos),
                Duration.ofNanos(totalRunNanos));
    }
}
