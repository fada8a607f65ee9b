// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What hubs poll with, or several with commas between them, of which the last may be `portable`.
/// Whether it is there is seen when the first hub starts.
public final class HubNameConverter implements ITypeConverter<String> {
    /// The names, as an error lists them.
    public static final List<String> NAMES =
            List.of("auto", "epoll", "io_uring", "libevent", "kqueue", "portable");

    private static final Set<String> OF_PYTHON = Set.of("epolls", "pyevent"); // Eventlet's
    private static final Set<String> NONE = Set.of("auto", "portable"); // which are no hubs

    @Override
    public String convert(String value) {
        var names =
                Arrays.stream(value.toLowerCase(Locale.ROOT).split(",", -1))
                        .map(String::strip)
                        .toList();
        boolean isKnown =
                names.stream().allMatch(name -> NAMES.contains(name) || OF_PYTHON.contains(name));
        var beforeLast = names.subList(0, names.size() - 1);
        boolean isList =
                beforeLast.stream().noneMatch(NONE::contains) && !names.getLast().equals("auto");
        if (isKnown && (names.size() == 1 || isList)) {
            return value;
        }
        throw new TypeConversionException(
                "'%s' is not a hub (expected %s)".formatted(value, String.join(", ", NAMES)));
    }
}
