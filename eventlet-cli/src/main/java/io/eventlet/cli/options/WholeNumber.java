// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.TypeConversionException;

/// Whole numbers between bounds, with an error that names the value and what was expected.
final class WholeNumber {
    private WholeNumber() {}

    static int parse(String value, String what, int least, int most) {
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, together with numbers that are out of bounds.
        }
        throw new TypeConversionException(
                "'" + value + "' is not " + what + " (expected " + least + " to " + most + ")");
    }
}
