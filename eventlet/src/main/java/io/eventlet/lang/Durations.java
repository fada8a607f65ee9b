// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import java.time.Duration;
import java.util.Locale;

/// Durations as callers give them and readers see them.
public final class Durations {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration DAY_BEFORE = Duration.ofDays(-1); // negated() needs BigDecimal

    private Durations() {}

    public static Duration ensureNotNegative(Duration duration, String what) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + format(duration));
        }
        return duration;
    }

    /// As text with a unit, such as `1.5 s` or `20 ms`.
    public static String format(Duration duration) {
        if (duration.compareTo(DAY) > 0 || duration.compareTo(DAY_BEFORE) < 0) {
            return duration.toString();
        }
        long nanos = duration.toNanos();
        long magnitude = Math.abs(nanos);
        if (magnitude >= 1_000_000_000) {
            return trim(nanos / 1e9) + " s";
        }
        return magnitude >= 1_000_000 || magnitude == 0
                ? trim(nanos / 1e6) + " ms"
                : trim(nanos / 1e3) + " µs";
    }

    private static String trim(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
