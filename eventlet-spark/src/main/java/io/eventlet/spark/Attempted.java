// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.jspecify.annotations.Nullable;

/// What became of an item, within the executor.
///
/// @param attempts how often the function was called; 0 if there is no key to limit it by
record Attempted<A, B>(A item, @Nullable B value, @Nullable Throwable error, int attempts) {
    private static final int LONGEST = 200; // characters of an item in a message

    Outcome<A, B> outcome() {
        return new Outcome<>(item, value, errorText(), attempts);
    }

    @Nullable String errorText() {
        return error == null ? null : RetryUndecided.text(error);
    }

    @SuppressWarnings("NullAway") // null only where B allows it
    B valueOrThrow() {
        if (error != null) {
            String what =
                    attempts == 0
                            ? "there is no key for '%s': %s".formatted(shortened(item), errorText())
                            : "the call for '%s' failed, at attempt %d: %s"
                                    .formatted(shortened(item), attempts, errorText());
            throw new CallFailed(what, error);
        }
        return value;
    }

    static String shortened(Object item) {
        String text = String.valueOf(item);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
