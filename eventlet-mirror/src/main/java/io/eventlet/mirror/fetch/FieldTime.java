// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/// The time that a field says, as `Sun, 06 Nov 1994 08:49:37 GMT`. That form, which nearly all
/// servers write, is read by its places: each file of a mirror has one, and the JDK's reader takes
/// as long as a system call. The two old forms of HTTP (RFC 9110, 5.6.7) are turned into it:
/// `Sunday, 06-Nov-94 08:49:37 GMT` of RFC 850, and `Sun Nov 6 08:49:37 1994` of C's `asctime`.
final class FieldTime {
    private static final String FORM = "___, 00 ___ 0000 00:00:00 GMT";
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final int LETTERS = 3; // of a name
    private static final Pattern RFC_850 =
            Pattern.compile(
                    "([a-z]{3})[a-z]{3,6}, (\\d\\d)-([a-z]{3})-(\\d\\d) (\\d\\d:\\d\\d:\\d\\d) GMT",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern ASCTIME =
            Pattern.compile(
                    "([a-z]{3}) ([a-z]{3}) ([ \\d]\\d) (\\d\\d:\\d\\d:\\d\\d) (\\d{4})",
                    Pattern.CASE_INSENSITIVE);
    private static final int MOST_YEARS_AHEAD = 50; // of a year that has two digits

    private FieldTime() {}

    /// Null if the text is empty or no time.
    static @Nullable Instant of(String text) {
        return of(text, InstantSource.system());
    }

    /// As [#of(String)], with a clock, which tells the century of a year that has two digits.
    static @Nullable Instant of(String text, InstantSource clock) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            if (hasForm(text)) {
                return byPlaces(text);
            }
            var now = ofOldForm(text, clock);
            return now != null
                    ? byPlaces(now)
                    : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// A time in an old form, in the form of today; null if it has none of the old ones.
    private static @Nullable String ofOldForm(String text, InstantSource clock) {
        var old = RFC_850.matcher(text);
        if (old.matches()) {
            int year = year(Integer.parseInt(old.group(4)), clock.instant());
            return "%s, %s %s %04d %s GMT"
                    .formatted(old.group(1), old.group(2), old.group(3), year, old.group(5));
        }
        old = ASCTIME.matcher(text);
        if (old.matches()) {
            var day = old.group(3).replace(' ', '0');
            return "%s, %s %s %s %s GMT"
                    .formatted(old.group(1), day, old.group(2), old.group(5), old.group(4));
        }
        return null;
    }

    /// The last year with these two digits that is not too far ahead.
    private static int year(int digits, Instant now) {
        int last = now.atOffset(ZoneOffset.UTC).getYear() + MOST_YEARS_AHEAD;
        return last - Math.floorMod(last - digits, 100);
    }

    private static boolean hasForm(String text) {
        if (text.length() != FORM.length()) {
            return false;
        }
        for (int i = 0; i < FORM.length(); i++) {
            char wanted = FORM.charAt(i);
            char c = text.charAt(i);
            boolean fits =
                    switch (wanted) {
                        case '0' -> c >= '0' && c <= '9';
                        case '_' -> true;
                        default -> c == wanted;
                    };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static Instant byPlaces(String text) {
        var date = LocalDate.of(number(text, 12, 16), name(text, 8, MONTHS), number(text, 5, 7));
        if (date.getDayOfWeek().getValue() != name(text, 0, DAYS)) {
            throw new DateTimeException("another day of the week: " + text);
        }
        return date.atTime(number(text, 17, 19), number(text, 20, 22), number(text, 23, 25))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /// The number of a name, from 1.
    private static int name(String text, int at, String names) {
        for (int i = 0; i < names.length(); i += LETTERS) {
            if (names.regionMatches(true, i, text, at, LETTERS)) {
                return i / LETTERS + 1;
            }
        }
        throw new DateTimeException("no such name: " + text);
    }
}
