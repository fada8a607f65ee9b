// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.Eventually;
import io.eventlet.GreenThread;

import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Waits for what a test has to see before it goes on.
public final class Until {
    /// The time limit of the test is shorter, but ends only waits of the test's own thread.
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private static final Set<Class<?>> WAITS = Set.of(Until.class, Eventually.class);

    private Until() {}

    /// Until the condition holds. A platform thread is kept, a green thread yields.
    ///
    /// An interrupt, such as the one by which the time limit of a test ends it, and five minutes
    /// without success are `AssertionError`s that name the line which waits. The interrupt stays.
    public static void holds(BooleanSupplier condition) {
        holds(condition, LIMIT);
    }

    static void holds(BooleanSupplier condition, Duration limit) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while it did not hold yet: " + caller());
            }
            if (System.nanoTime() - begin > limit.toNanos()) {
                throw new AssertionError("does not hold after %s: %s".formatted(limit, caller()));
            }
            Thread.yield();
        }
    }

    /// Where this class was called, or the one that stands before it.
    private static StackWalker.StackFrame caller() {
        return WALKER.walk(frames ->
                frames.dropWhile(frame -> WAITS.contains(frame.getDeclaringClass()))
                        .findFirst()
                        .orElseThrow());
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
