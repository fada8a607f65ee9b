// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.PollerKind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What somebody asks the hubs of this JVM to be.
///
/// @param pollers the first of them that is there; none for portable mode
/// @param orPortable whether it is portable mode if none of them is there
/// @param by how that was asked, in words for messages
record HubChoice(List<PollerKind> pollers, boolean orPortable, String by) {
    static final String PROPERTY = "eventlet.hub";
    static final String VARIABLE = "EVENTLET_HUB";
    static final String PORTABLE = "portable";
    private static final String NOTHING = "auto";

    /// By the system property, or else by the environment; null if neither says anything.
    static @Nullable HubChoice ofSettings() {
        String property = System.getProperty(PROPERTY);
        if (property != null && !property.isEmpty()) {
            return of(property, "-D" + PROPERTY + "=" + property);
        }
        String variable = System.getenv(VARIABLE);
        return variable == null || variable.isEmpty()
                ? null
                : of(variable, VARIABLE + "=" + variable);
    }

    /// Null for `auto`. Several with commas between them are in order of preference, of which the
    /// last may be `portable`. Fails for a name that there is not.
    static @Nullable HubChoice of(String name, String by) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        if (wanted.equals(NOTHING)) {
            return null;
        }
        var names = Arrays.stream(wanted.split(",", -1)).map(String::strip).toList();
        boolean orPortable = names.getLast().equals(PORTABLE);
        var kinds = new ArrayList<PollerKind>();
        for (String each : orPortable ? names.subList(0, names.size() - 1) : names) {
            kinds.add(kind(each, names.size() > 1, by));
        }
        return new HubChoice(List.copyOf(kinds), orPortable, by);
    }

    private static PollerKind kind(String name, boolean isInList, String by) {
        for (var kind : PollerKind.values()) {
            if (kind.isCalled(name)) {
                return kind;
            }
        }
        var hubs = Arrays.stream(PollerKind.values()).map(PollerKind::label);
        String expected =
                isInList
                        ? hubs.collect(Collectors.joining(", "))
                                + ", in the order of preference, and %s only as the last"
                                        .formatted(PORTABLE)
                        : hubs.collect(Collectors.joining(", ", NOTHING + ", ", " or " + PORTABLE));
        throw new IllegalArgumentException(by + ": expected " + expected);
    }

    /// Whether something is one of those that were asked for; null for portable mode.
    boolean contains(@Nullable PollerKind poller) {
        return poller == null ? orPortable : pollers.contains(poller);
    }

    /// Fails if a mode was asked for as well, and that is another.
    void ensureAgrees(String mode) {
        boolean allows =
                switch (mode) {
                    case "hub" -> !orPortable;
                    case PORTABLE -> pollers.isEmpty();
                    default -> true;
                };
        if (!allows) {
            throw new IllegalArgumentException(
                    "%s and -D%s=%s contradict each other".formatted(by, Mode.PROPERTY, mode));
        }
    }
}
