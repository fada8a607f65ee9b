// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult.GroupMatch;

import java.util.List;
import java.util.stream.Stream;

/// Options of groups that were given more than once, of which the last one counts.
public final class RepeatedOptions {
    private RepeatedOptions() {}

    /// Gives the options of a command that was parsed what they were given. For picocli an option
    /// that comes again begins its group anew: all others of the group have their defaults then.
    public static void rejoin(CommandSpec spec) {
        var parsed = spec.commandLine().getParseResult();
        for (var group : spec.argGroups()) {
            var matches =
                    parsed.findMatches(group).stream()
                            .flatMap(container -> container.matches().stream())
                            .toList();
            if (matches.size() > 1) {
                rejoin(group, matches);
            }
        }
    }

    private static void rejoin(ArgGroupSpec group, List<GroupMatch> matches) {
        for (var option : group.args()) {
            var values = matches.stream().flatMap(match -> valuesOf(option, match)).toList();
            if (!values.isEmpty()) {
                option.setValue(option.isMultiValue() ? values : values.getLast());
            }
        }
    }

    private static Stream<?> valuesOf(ArgSpec option, GroupMatch match) {
        return match.matchedValues(option).stream()
                .flatMap(value -> value instanceof List<?> some ? some.stream() : Stream.of(value));
    }
}
