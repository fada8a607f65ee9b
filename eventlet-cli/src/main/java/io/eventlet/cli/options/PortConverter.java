// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;

/// A TCP port; 0 lets the system choose.
public final class PortConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        return WholeNumber.parse(value, "a port", 0, 65_535);
    }
}
