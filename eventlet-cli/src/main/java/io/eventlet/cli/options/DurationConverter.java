// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/// A length of time as people type it: `30`, `2.5` (seconds), `500ms`, `30s`, `2m`, `1h`.
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern SHAPE =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h|)");

    @Override
    public Duration convert(String value) {
        var matcher = SHAPE.matcher(value.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'"
                            + value
                            + "' is not a length of time (expected seconds, or a number with ms, s,"
                            + " m or h)");
        }
        long nanosOfUnit =
                switch (matcher.group(2)) {
                    case "ms" -> 1_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> 1_000_000_000L;
                };
        BigDecimal nanos =
                new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOfUnit));
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new TypeConversionException(
                    "'" + value + "' is too long (expected at most 292 years)");
        }
        return Duration.ofNanos(nanos.longValue());
    }
}
