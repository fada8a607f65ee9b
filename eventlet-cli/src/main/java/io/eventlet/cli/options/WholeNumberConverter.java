// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;

/// How many of something, none included.
public final class WholeNumberConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        return WholeNumber.parse(value, "a number", 0, 1_000_000);
    }
}
