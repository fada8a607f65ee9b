// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Locale;
import java.util.regex.Pattern;

/// A number of bytes as people type it: `4096`, `64k`, `10M`, `2G`; a k is 1024.
public final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,12})([kmgt]?)(i?b)?");
    private static final String UNITS = "kmgt";

    @Override
    public Long convert(String value) {
        var matcher = SHAPE.matcher(value.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw bad(value);
        }
        try {
            var unit = matcher.group(2);
            int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1;
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
        } catch (ArithmeticException e) {
            throw bad(value);
        }
    }

    private static TypeConversionException bad(String value) {
        return new TypeConversionException(
                "'" + value + "' is not a size (expected a number of bytes, or with k, M, G or T)");
    }
}
