// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// How hosts are: one that fails so many times in a row is left alone for a while; if it still
/// fails then, for twice as long; and after so many pauses it is given up. Any answer that is no
/// such failure makes it well again. Thread-safe.
public final class HostHealth {
    private static final Ill WELL = new Ill(0, 0, Instant.MIN);

    private final int failures;
    private final Duration pause;
    private final int pauses;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Ill> ill = new HashMap<>(); // under lock; the others are well

    /// @param failures in a row, after which a host is left alone; 0 for never
    /// @param pauses after how many of them it is given up
    public HostHealth(int failures, Duration pause, int pauses) {
        this.failures = failures;
        this.pause = pause;
        this.pauses = pauses;
    }

    public void succeeded(String host) {
        lock.lock();
        try {
            ill.remove(host);
        } finally {
            lock.unlock();
        }
    }

    /// A failure of something that was begun at a time: for how long the host is left alone from
    /// now on; null if nothing has changed. What was begun before the last pause says nothing new.
    public @Nullable Duration failed(String host, Instant begun, Instant now) {
        if (failures == 0) {
            return null;
        }
        lock.lock();
        try {
            var before = ill.getOrDefault(host, WELL);
            if (begun.isBefore(before.until)) {
                return null;
            }
            int needed = before.pauses == 0 ? failures : 1;
            if (before.inRow + 1 < needed) {
                ill.put(host, new Ill(before.inRow + 1, before.pauses, before.until));
                return null;
            }
            var left = pauseAfter(before.pauses);
            ill.put(host, new Ill(0, before.pauses + 1, now.plus(left)));
            return left;
        } finally {
            lock.unlock();
        }
    }

    private Duration pauseAfter(int before) {
        return pause.multipliedBy(1L << Math.min(before, 20));
    }

    public boolean isGivenUp(String host) {
        lock.lock();
        try {
            return ill.getOrDefault(host, WELL).pauses > pauses;
        } finally {
            lock.unlock();
        }
    }

    /// @param inRow failures since the last pause, or in a row before the first
    /// @param until when the last pause ends
    private record Ill(int inRow, int pauses, Instant until) {}
}
