// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;

/// How many of something, at least one.
public final class CountConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        return WholeNumber.parse(value, "a count", 1, 1_000_000);
    }
}
