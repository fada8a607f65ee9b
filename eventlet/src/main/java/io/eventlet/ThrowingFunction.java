// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

/// A function that may fail.
@FunctionalInterface
public interface ThrowingFunction<A extends @Nullable Object, R extends @Nullable Object> {
    R apply(A argument) throws Exception;
}
