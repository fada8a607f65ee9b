// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiConsumer;

/// Where errors go that reach nobody: one hook for all hubs.
public final class UncaughtErrors {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

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
            LOGGER.log(System.Logger.Level.WARNING, describe(thread), error);
        } catch (Throwable e) { // such as causes that are too many for its stack
            LOGGER.log(
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
            var text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            System.err.print(describe(thread) + System.lineSeparator() + text);
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
            error.addSuppressed(e);
            return false;
        }
    }

    private static String describe(Thread thread) {
        return "uncaught error in " + thread;
    }

    /// Tells of an error from a thread that must not wait, as the loop of a hub.
    public static void reportLater(Thread thread, Throwable error) {
        ForkJoinPool.commonPool().execute(() -> report(thread, error));
    }
}
