// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.lang.Log;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;

/// Where errors go that reach nobody: one hook for all hubs.
public final class UncaughtErrors {
    private static final ForkJoinPool POOL = ForkJoinPool.commonPool();

    // made beforehand, for errors that come when there is no memory
    private static final int MOST_LEFT = 16;
    private static final AtomicReferenceArray<@Nullable Throwable> LEFT =
            new AtomicReferenceArray<>(MOST_LEFT);
    private static final AtomicReferenceArray<@Nullable Thread> LEFT_BY =
            new AtomicReferenceArray<>(MOST_LEFT);
    private static final AtomicInteger LOST = new AtomicInteger();

    static { // links what is called without memory
        leave(Thread.currentThread(), new OutOfMemoryError());
        LEFT_BY.set(0, null);
        LEFT.set(0, null);
    }

    private static volatile @Nullable BiConsumer<Thread, Throwable> handler;

    private UncaughtErrors() {}

    /// Sets who is told of the thread and the error; null for the log, at WARNING.
    public static void handler(@Nullable BiConsumer<Thread, Throwable> newHandler) {
        handler = newHandler;
    }

    /// Tells of an error, and never throws one.
    public static void report(Thread thread, Throwable error) {
        if (tellHandler(thread, error)) {
            return;
        }
        try {
            Log.logger().log(System.Logger.Level.WARNING, describe(thread), error);
        } catch (Throwable e) { // such as causes that are too many for its stack
            Log.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "{0}: {1}, which cannot be logged because of {2}",
                            describe(thread),
                            error.getClass().getName(),
                            e.getClass().getName());
        }
    }

    /// Tells of an error while the JVM ends, when the log of the JDK writes nothing any more: on
    /// standard error, if there is no handler.
    public static void reportAtExit(Thread thread, Throwable error) {
        if (!tellHandler(thread, error)) {
            System.err.print(describe(thread) + System.lineSeparator() + text(error));
        }
    }

    private static boolean tellHandler(Thread thread, Throwable error) {
        var current = handler;
        if (current == null) {
            return false;
        }
        try {
            current.accept(thread, error);
            return true;
        } catch (Throwable e) {
            if (e != error) {
                error.addSuppressed(e);
            }
            return false;
        }
    }

    private static String text(Throwable error) {
        var text = new StringWriter();
        try {
            error.printStackTrace(new PrintWriter(text));
        } catch (Throwable e) { // such as that of its own toString
            text.append(error.getClass().getName())
                    .append(", which cannot be printed because of ")
                    .append(e.getClass().getName())
                    .append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String describe(Thread thread) {
        return "uncaught error in " + thread;
    }

    /// Tells of an error from a thread that must not wait, as the loop of a hub. Never throws: what
    /// there is no memory for is told when somebody calls [#reportLeft] later.
    public static void reportLater(Thread thread, Throwable error) {
        try {
            POOL.execute(() -> report(thread, error));
        } catch (Throwable e) {
            try {
                leave(thread, error);
            } catch (Throwable noMemoryAtAll) {
                LOST.getAndIncrement();
            }
        }
    }

    private static void leave(Thread thread, Throwable error) {
        for (int i = 0; i < MOST_LEFT; i++) {
            if (LEFT.compareAndSet(i, null, error)) {
                LEFT_BY.lazySet(i, thread);
                return;
            }
        }
        LOST.getAndIncrement();
    }

    /// Tells of the errors for which there was no memory, if there is now. Called now and then by a
    /// thread that has the time.
    public static void reportLeft() {
        for (int i = 0; i < MOST_LEFT; i++) {
            var error = LEFT.get(i);
            var thread = LEFT_BY.get(i);
            if (error != null && thread != null) {
                POOL.execute(() -> report(thread, error)); // fails, and then all stays
                LEFT_BY.set(i, null);
                LEFT.set(i, null);
            }
        }
        int lost = LOST.get();
        if (lost > 0) {
            Log.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "{0} more errors could not be reported for want of memory",
                            lost);
            LOST.getAndAdd(-lost);
        }
    }
}
