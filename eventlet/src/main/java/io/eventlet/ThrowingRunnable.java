// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

/// A body without a result that may throw exceptions of one type; `RuntimeException` if none.
@FunctionalInterface
public interface ThrowingRunnable<X extends Exception> {
    void run() throws X;
}
