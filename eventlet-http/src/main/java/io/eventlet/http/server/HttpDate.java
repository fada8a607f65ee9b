// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// Dates of HTTP (RFC 9110, 5.6.7).
final class HttpDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final List<DateTimeFormatter> OLD_FORMATS =
            List.of(
                    DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH),
                    DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH));

    private HttpDate() {}

    static String format(Instant time) {
        return FORMAT.format(time.truncatedTo(ChronoUnit.SECONDS));
    }

    /// Null for what is no date.
    static @Nullable Instant parse(String text) {
        var found = parse(text, FORMAT);
        for (var format : OLD_FORMATS) {
            found = found == null ? parse(text, format) : found;
        }
        return found;
    }

    private static @Nullable Instant parse(String text, DateTimeFormatter format) {
        try {
            return LocalDateTime.parse(text, format.withZone(null)).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
