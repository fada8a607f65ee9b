// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.ThrowingSupplier;

import org.jspecify.annotations.Nullable;

import java.net.UnknownHostException;
import java.util.Objects;

/// What has come of a look-up, for all who wait for it: a value, or why there is none.
record LookupResult<V>(@Nullable V value, @Nullable String failure) {
    /// What comes of a look-up that is made now.
    static <V> LookupResult<V> of(ThrowingSupplier<V, UnknownHostException> lookup) {
        try {
            return new LookupResult<>(lookup.get(), null);
        } catch (UnknownHostException e) {
            return of(e);
        }
    }

    static <V> LookupResult<V> of(UnknownHostException e) {
        return new LookupResult<>(null, Objects.requireNonNullElse(e.getMessage(), "not found"));
    }

    V valueOrThrow() throws UnknownHostException {
        if (failure != null) {
            throw new UnknownHostException(failure); // each its own
        }
        return Objects.requireNonNull(value);
    }
}
