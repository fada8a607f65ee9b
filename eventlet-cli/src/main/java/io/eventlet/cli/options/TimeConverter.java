// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;

/// A time as people type it: `2026-11-29`, `2026-11-29T15:00`, both here, or
/// `2026-11-29T15:00:00Z`.
public final class TimeConverter implements ITypeConverter<Instant> {
    private static final int DATE = "2026-11-29".length();

    @Override
    public Instant convert(String value) {
        var text = value.strip();
        try {
            if (text.endsWith("Z")) {
                return Instant.parse(text);
            }
            var local =
                    text.length() == DATE
                            ? LocalDate.parse(text).atStartOfDay()
                            : LocalDateTime.parse(text);
            return local.atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'%s' is no time (expected 2026-11-29, 2026-11-29T15:00 or 2026-11-29T15:00:00Z)"
                            .formatted(value));
        }
    }
}
