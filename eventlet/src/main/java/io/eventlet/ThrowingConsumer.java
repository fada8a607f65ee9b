// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

/// Something that is done with an argument, and may fail.
@FunctionalInterface
public interface ThrowingConsumer<A extends @Nullable Object> {
    void accept(A argument) throws Exception;
}
