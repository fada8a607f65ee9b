// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import java.util.Collection;
import java.util.stream.Collectors;

/// Lists of things in the texts of dumps.
public final class Lists {
    private static final int THINGS = 8;
    private static final int CHARACTERS = 100; // of one thing

    private Lists() {}

    /// The first of some things, and how many more there are.
    public static String first(Collection<?> things) {
        String named =
                things.stream()
                        .limit(THINGS)
                        .map(Lists::shortened)
                        .collect(Collectors.joining(", "));
        int more = things.size() - THINGS;
        return more > 0 ? named + ", and " + more + " more" : named;
    }

    public static String shortened(Object thing) {
        String text = String.valueOf(thing);
        return text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + "...";
    }
}
