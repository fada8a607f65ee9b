// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;

/// A number of hubs; each is an OS thread.
public final class HubCountConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        return WholeNumber.parse(value, "a number of hubs", 1, 1024);
    }
}
