// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.testing.Until;

import java.util.function.BooleanSupplier;

/// Waits for a state that nobody tells of, by looking again and again and yielding in between.
public final class Eventually {
    private Eventually() {}

    /// Returns once it is so. As [Until#holds]: an interrupt or five minutes in vain fail the test.
    public static void until(BooleanSupplier isSo) {
        Until.holds(isSo);
    }
}
