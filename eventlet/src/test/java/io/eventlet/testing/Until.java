// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.GreenThread;

import java.util.function.BooleanSupplier;

/// Waits for what a test has to see before it goes on; the test's own time limit bounds it.
public final class Until {
    private Until() {}

    /// Until the condition holds. For platform threads: it keeps the one that calls it.
    public static void holds(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }

    /// Until the thread waits for something.
    public static void waiting(Thread thread) {
        holds(() ->
                switch (thread.getState()) {
                    case WAITING, TIMED_WAITING -> true;
                    case TERMINATED ->
                            throw new AssertionError(thread + " has ended without waiting");
                    default -> false;
                });
    }

    public static void waiting(GreenThread<?> thread) {
        waiting(thread.thread());
    }
}
