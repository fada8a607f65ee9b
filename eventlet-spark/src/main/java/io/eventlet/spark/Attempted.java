// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.jspecify.annotations.Nullable;

/// What became of an item, within the executor.
record Attempted<A, B>(A item, @Nullable B value, @Nullable Throwable error, int attempts) {
    private static final int LONGEST = 200; // characters of an item in a message

    Outcome<A, B> outcome() {
        return new Outcome<>(item, value, errorText(), attempts);
    }

    @Nullable String errorText() {
        return error == null ? null : error.toString();
    }

    @SuppressWarnings("NullAway") // null only where B allows it
    B valueOrThrow() {
        if (error != null) {
            throw new CallFailed(
                    "the call for '%s' failed, at attempt %d: %s"
                            .formatted(shortened(item), attempts, error),
                    error);
        }
        return value;
    }

    private static String shortened(Object item) {
        String text = String.valueOf(item);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
