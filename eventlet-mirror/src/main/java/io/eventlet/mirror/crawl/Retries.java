// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.mirror.fetch.Version;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// What is tried again, and when: after the first pause, each time twice as long, up to a longest.
///
/// @param most how often a URL is tried again
record Retries(int most, Duration first, Duration longest) {
    private static final Set<Integer> PASSING =
            Set.of(408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524);
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    static boolean isPassing(int status) {
        return PASSING.contains(status);
    }

    /// Whether an answer is about the whole host, which is left alone then.
    static boolean isOfHost(int status) {
        return status == TOO_MANY || status == UNAVAILABLE;
    }

    Duration pause(int tries) {
        var pause = first.multipliedBy(1L << Math.min(tries, 30));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }

    /// What the field `Retry-After` asks for, up to the longest pause; null if there is none.
    @Nullable Duration asked(@Nullable String field, Instant now) {
        var asked = field == null ? null : parsed(field.strip(), now);
        return asked == null || asked.compareTo(longest) < 0 ? asked : longest;
    }

    private static @Nullable Duration parsed(String field, Instant now) {
        if (field.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(field));
        }
        var date = Version.instant(field);
        if (date == null) {
            return null;
        }
        var pause = Duration.between(now, date);
        return pause.isNegative() ? Duration.ZERO : pause;
    }
}
