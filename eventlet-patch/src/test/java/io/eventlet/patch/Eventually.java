// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for a state that nobody tells of, by looking again and again and yielding in between.
public final class Eventually {
    /// The time limit of the test is shorter, but ends only waits of the test's own thread.
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Eventually() {}

    /// Returns once it is so. An interrupt, such as that of the time limit of a test, and five
    /// minutes in vain fail the test.
    public static void until(BooleanSupplier isSo) {
        until(isSo, LIMIT);
    }

    static void until(BooleanSupplier isSo, Duration limit) {
        long begin = System.nanoTime();
        while (!isSo.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while it was not so yet");
            }
            if (System.nanoTime() - begin > limit.toNanos()) {
                throw new AssertionError("it is not so after " + limit);
            }
            Thread.yield();
        }
    }
}
