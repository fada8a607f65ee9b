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
/// @param by how that was asked, in words for messages
record HubChoice(List<PollerKind> pollers, String by) {
    static final String PROPERTY = "eventlet.hub";
    static final String VARIABLE = "EVENTLET_HUB";
    static final String PORTABLE = "portable";
    private static final String NOTHING = "auto";

    /// By the system property, or else by the environment; null if neither says anything.
    static @Nullable HubChoice ofSettings() {
        String property = System.getProperty(PROPERTY);
        if (property != null) {
            return of(property, "-D" + PROPERTY + "=" + property);
        }
        String variable = System.getenv(VARIABLE);
        return variable == null || variable.isEmpty()
                ? null
                : of(variable, VARIABLE + "=" + variable);
    }

    /// Null for `auto`. Several with commas between them are in order of preference. Fails for a
    /// name that there is not.
    static @Nullable HubChoice of(String name, String by) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        if (wanted.equals(NOTHING)) {
            return null;
        }
        if (wanted.equals(PORTABLE)) {
            return new HubChoice(List.of(), by);
        }
        var kinds = new ArrayList<PollerKind>();
        for (String each : wanted.split(",", -1)) {
            kinds.add(kind(each.strip(), by));
        }
        return new HubChoice(List.copyOf(kinds), by);
    }

    private static PollerKind kind(String name, String by) {
        for (var kind : PollerKind.values()) {
            if (kind.isCalled(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(by + ": expected " + names());
    }

    private static String names() {
        return Arrays.stream(PollerKind.values())
                .map(PollerKind::label)
                .collect(Collectors.joining(", ", NOTHING + ", ", " or " + PORTABLE));
    }

    /// Fails if a mode was asked for as well, and that is another.
    void ensureAgrees(String mode) {
        boolean isOther = mode.equals(pollers.isEmpty() ? "hub" : PORTABLE);
        if (isOther) {
            throw new IllegalArgumentException(
                    "%s and -D%s=%s contradict each other".formatted(by, Mode.PROPERTY, mode));
        }
    }
}
