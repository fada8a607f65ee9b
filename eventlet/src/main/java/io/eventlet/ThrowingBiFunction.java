// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

/// A function of two arguments that may fail.
@FunctionalInterface
public interface ThrowingBiFunction<
        A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> {
    R apply(A first, B second) throws Exception;
}
