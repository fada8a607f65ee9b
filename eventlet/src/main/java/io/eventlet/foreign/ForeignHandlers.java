// SPDX-License-Identifier: Apache-2.0
package io.eventlet.foreign;

import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

/// The handlers of uncaught exceptions that code of others gives its threads.
public final class ForeignHandlers {
    private ForeignHandlers() {}

    /// What the calling thread was given, before it began or since; null, or its group, if nothing.
    public static Thread.@Nullable UncaughtExceptionHandler ofCaller() {
        var handler = Thread.currentThread().getUncaughtExceptionHandler();
        return handler instanceof Strand strand ? strand.given() : handler;
    }
}
