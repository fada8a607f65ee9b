// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;

/// Dates as cookies have them, in any of the ways that servers write them (RFC 6265, 5.1.1).
final class CookieDate {
    private static final Pattern DELIMITERS =
            Pattern.compile("[\\x09\\x20-\\x2f\\x3b-\\x40\\x5b-\\x60\\x7b-\\x7e]+");
    private static final Pattern TIME =
            Pattern.compile("([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[^0-9].*)?");
    private static final Pattern DAY = Pattern.compile("([0-9]{1,2})(?:[^0-9].*)?");
    private static final Pattern YEAR = Pattern.compile("([0-9]{2,4})(?:[^0-9].*)?");
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final int UNKNOWN = -1;

    private CookieDate() {}

    /// Null for what is no date.
    static @Nullable Instant parse(String text) {
        int hour = UNKNOWN;
        int minute = 0;
        int second = 0;
        int day = UNKNOWN;
        int month = UNKNOWN;
        int year = UNKNOWN;
        for (var token : DELIMITERS.split(text, -1)) {
            var time = TIME.matcher(token);
            var days = DAY.matcher(token);
            var years = YEAR.matcher(token);
            if (hour == UNKNOWN && time.matches()) {
                hour = Integer.parseInt(time.group(1));
                minute = Integer.parseInt(time.group(2));
                second = Integer.parseInt(time.group(3));
            } else if (day == UNKNOWN && days.matches()) {
                day = Integer.parseInt(days.group(1));
            } else if (month == UNKNOWN && month(token) != UNKNOWN) {
                month = month(token);
            } else if (year == UNKNOWN && years.matches()) {
                year = Integer.parseInt(years.group(1));
            }
        }
        if (year >= 0 && year < 100) {
            year += year < 70 ? 2000 : 1900;
        }
        if (hour == UNKNOWN || day == UNKNOWN || month == UNKNOWN || year < 1601) {
            return null;
        }
        try {
            return LocalDateTime.of(year, month, day, hour, minute, second)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int month(String token) {
        if (token.length() < 3) {
            return UNKNOWN;
        }
        int at = MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
        return at < 0 || at % 3 != 0 ? UNKNOWN : at / 3 + 1;
    }
}
