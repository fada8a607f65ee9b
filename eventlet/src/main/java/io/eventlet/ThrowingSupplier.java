// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

/// A body with a result that may throw exceptions of one type; `RuntimeException` if none.
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, X extends Exception> {
    T get() throws X;
}
