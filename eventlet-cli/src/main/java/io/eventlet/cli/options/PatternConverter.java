// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression.
public final class PatternConverter implements ITypeConverter<Pattern> {
    @Override
    public Pattern convert(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new TypeConversionException(
                    "'%s' is not a regular expression: %s".formatted(value, e.getDescription()));
        }
    }
}
