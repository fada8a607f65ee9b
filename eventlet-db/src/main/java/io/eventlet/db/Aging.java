// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// For how long a connection may be lent, idle, and trusted, on the clock of its holder's hub.
final class Aging {
    private static final long FOREVER = Long.MAX_VALUE / 4; // still to be added to a time
    private static final int GRANULES = 1000; // in which ages differ

    private final long ageNanos;
    private final long idleNanos;
    private final long trustNanos;

    Aging(ConnectionPoolBuilder how) {
        ageNanos = nanos(how.maxAge);
        idleNanos = nanos(how.maxIdle);
        trustNanos = nanos(how.trust);
    }

    private static long nanos(@Nullable Duration time) {
        return time == null ? FOREVER : Math.min(FOREVER, Waits.nanos(time));
    }

    /// Notes that a connection has been opened. It counts as somewhat older, so that not all end at
    /// once.
    void begin(Entry entry, long now) {
        entry.openedAt = now - ageNanos / 8 / GRANULES * Waits.draw(GRANULES);
        entry.usedAt = now;
        entry.freshUntil = now;
    }

    /// Notes that a connection is given back; false if it is not to be lent any more.
    boolean note(Entry entry, long now) {
        entry.usedAt = now;
        long left = Math.min(idleNanos, ageNanos - (now - entry.openedAt));
        entry.freshUntil = now + Math.min(left, trustNanos);
        return left > 0;
    }

    boolean allows(Entry entry, long now) {
        return !isTooOld(entry, now) && !isIdleTooLong(entry, now);
    }

    boolean isTooOld(Entry entry, long now) {
        return now - entry.openedAt >= ageNanos;
    }

    boolean isIdleTooLong(Entry entry, long now) {
        return now - entry.usedAt >= idleNanos;
    }
}
