// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import io.eventlet.net.differential.Operations.Operation;
import io.eventlet.net.differential.Scene.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// An operation, after others, of which two kinds of sockets answer something else.
record Difference(List<String> before, String operation, String jdk, String ours) {
    /// An exception by its class and its message.
    private static final Pattern EXCEPTION = Pattern.compile("((?:\\w+\\.)+\\w+Exception): (.*)");

    /// The first in a row of operations that no [Deviation] explains; null if there is none. What
    /// comes after a deviation is not looked at: the sockets are in different states.
    static @Nullable Difference first(Kind kind, List<Operation> operations) throws IOException {
        var jdk = Transcript.ofJdk(operations).answers();
        var ours = Transcript.of(kind, operations).answers();
        for (int i = 0; i < operations.size(); i++) {
            if (!isSame(jdk.get(i), ours.get(i))) {
                var names = operations.stream().map(Operation::name).collect(Collectors.toList());
                var found =
                        new Difference(names.subList(0, i), names.get(i), jdk.get(i), ours.get(i));
                return found.isMeant(kind) ? null : found;
            }
        }
        return null;
    }

    private boolean isMeant(Kind kind) {
        return Arrays.stream(Deviation.values())
                .anyMatch(deviation -> deviation.explains(kind, operation, jdk, ours));
    }

    /// Messages may say more than those of the JDK; those about arguments say what they like.
    private static boolean isSame(String jdk, String ours) {
        var theirs = EXCEPTION.matcher(jdk);
        var own = EXCEPTION.matcher(ours);
        if (!theirs.matches() || !own.matches()) {
            return jdk.equals(ours);
        }
        boolean isAboutArguments =
                jdk.matches("java\\.lang\\.(IllegalArgument|UnsupportedOperation).*");
        return theirs.group(1).equals(own.group(1))
                && (isAboutArguments || own.group(2).contains(theirs.group(2)));
    }
}
