// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import java.time.Duration;
import java.util.Locale;

/// Numbers as people read them.
public final class Quantity {
    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Quantity() {}

    /// A number with its thousands set apart: `10,000`.
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// A number and its noun, in the plural unless there is one: `1 URL`, `2 URLs`.
    public static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /// A size in decimal units: `512 B`, `1.4 MB`.
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 999.5 && unit < BYTE_UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        String format = unit == 0 || amount >= 99.5 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, format, amount, BYTE_UNITS[unit]);
    }

    /// A length of time in the unit that suits it: `83 ms`, `4.21 s`, `3 min 20 s`, `2 h 46 min`.
    public static String time(Duration time) {
        double seconds = time.toNanos() / 1e9;
        if (seconds < 0.9995) {
            return String.format(
                    Locale.ROOT, seconds < 0.00995 ? "%.1f ms" : "%.0f ms", seconds * 1e3);
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, seconds < 9.995 ? "%.2f s" : "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? pair(whole / 60, "min", whole % 60, "s")
                : pair(whole / 3600, "h", whole % 3600 / 60, "min");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return count(large) + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /// How many a second: `820/s`.
    public static String rate(long number, Duration time) {
        double seconds = Math.max(1e-9, time.toNanos() / 1e9);
        double rate = number / seconds;
        return (rate < 9.95 ? String.format(Locale.ROOT, "%.1f", rate) : count(Math.round(rate)))
                + "/s";
    }

    /// How many times as much: `×75`, `×1.4`.
    public static String times(double factor) {
        return "×"
                + (factor < 9.95
                        ? String.format(Locale.ROOT, "%.1f", factor)
                        : count(Math.round(factor)));
    }
}
