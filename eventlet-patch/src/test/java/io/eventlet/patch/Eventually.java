// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import io.eventlet.errors.Cancelled;

import java.util.function.BooleanSupplier;

/// Waits for a state that nobody tells of, by looking again and again and yielding in between.
public final class Eventually {
    private Eventually() {}

    /// Returns once it is so. A test that waits in vain is ended by its time limit.
    public static void until(BooleanSupplier isSo) {
        while (!isSo.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new Cancelled("waited in vain");
            }
            Thread.yield();
        }
    }
}
