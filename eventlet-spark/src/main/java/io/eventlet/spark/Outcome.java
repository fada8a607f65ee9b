// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/// What became of an item: a value, or what its last attempt threw.
///
/// @param value what the function gave; null if it failed, or gave that
/// @param error what was thrown at last, as text, which can be sent anywhere: its class and its
///   message; null if the function did not fail
/// @param attempts how often the function was called for this; 0 if its key, for [KeyLimits],
///   failed
public record Outcome<A, B>(A item, @Nullable B value, @Nullable String error, int attempts)
        implements Serializable {
    public boolean isFailure() {
        return error != null;
    }
}
