// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import java.util.concurrent.TimeUnit;

/// What system properties set. A bad one is logged, and the usual one taken, since threads that
/// nobody waits for read them.
public final class Setting {
    private Setting() {}

    /// The nanoseconds of a property in milliseconds, which is not less than a least number.
    public static long nanosOfMillis(String property, long least, long usual) {
        return TimeUnit.MILLISECONDS.toNanos(number(property, least, usual));
    }

    /// Whether a property is `true`, and not `false`.
    public static boolean flag(String property, boolean usual) {
        String asked = System.getProperty(property);
        if (asked == null) {
            return usual;
        }
        if (asked.equalsIgnoreCase("true") || asked.equalsIgnoreCase("false")) {
            return Boolean.parseBoolean(asked);
        }
        Log.logger()
                .log(
                        System.Logger.Level.WARNING,
                        "-D{0}={1}: expected true or false; it is {2}",
                        property,
                        asked,
                        String.valueOf(usual));
        return usual;
    }

    private static long number(String property, long least, long usual) {
        String asked = System.getProperty(property);
        if (asked == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(asked);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        Log.logger()
                .log(
                        System.Logger.Level.WARNING,
                        "-D{0}={1}: expected a number of milliseconds, at least {2}; it is {3}",
                        property,
                        asked,
                        String.valueOf(least),
                        String.valueOf(usual));
        return usual;
    }
}
