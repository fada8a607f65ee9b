// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.web.FailureKind;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// What a run has come to so far. Thread-safe: the fetching threads write it, the display reads it.
final class Tally {
    private final long start = System.nanoTime();
    private final Map<FailureKind, Long> failures =
            new EnumMap<>(FailureKind.class); // guarded by this
    private int running; // guarded by this
    private int mostRunning; // guarded by this
    private long fetched; // guarded by this
    private long bytes; // guarded by this

    /// The state of a tally at one moment.
    ///
    /// @param running how many are being fetched
    /// @param mostRunning how many were, when it was most
    /// @param bytes what all the bodies sum up to
    /// @param elapsed since the run began
    record Count(
            int running,
            int mostRunning,
            long fetched,
            Map<FailureKind, Long> failures,
            long bytes,
            Duration elapsed) {
        long failed() {
            return failures.values().stream().mapToLong(Long::longValue).sum();
        }

        long done() {
            return fetched + failed();
        }
    }

    synchronized void begin() {
        running++;
        mostRunning = Math.max(mostRunning, running);
    }

    synchronized void end(Outcome outcome) {
        running--;
        switch (outcome) {
            case Outcome.Fetched done -> {
                fetched++;
                bytes += done.bytes();
            }
            case Outcome.Failed failed -> failures.merge(failed.kind(), 1L, Long::sum);
        }
    }

    synchronized Count count() {
        return new Count(
                running,
                mostRunning,
                fetched,
                Map.copyOf(failures),
                bytes,
                Duration.ofNanos(System.nanoTime() - start));
    }
}
