// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// A hub that did not turn for too long, because one green thread kept its thread.
///
/// @param hub the hub's name
/// @param duration for how long, when it was noticed
/// @param culprit the green thread; null if it could not be told
/// @param stack what it was doing
/// @param takenOver whether it waits without letting go of the hub's thread (pinned), and another
///   thread has taken over the hub
public record Stall(
        String hub,
        Duration duration,
        @Nullable Thread culprit,
        List<StackTraceElement> stack,
        boolean takenOver) {
    public Stall {
        stack = List.copyOf(stack);
    }

    /// A few lines for a log: what happened, who, and where.
    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append("hub '").append(hub).append("' has not turned for ");
        text.append(duration.toMillis()).append(" ms: ");
        text.append(culprit == null ? "its thread" : describe(culprit));
        text.append(
                takenOver
                        ? " waits while pinned to it; another thread has taken over the hub"
                        : " does not yield");
        for (var frame : stack) {
            text.append(System.lineSeparator()).append("\tat ").append(frame);
        }
        return text.toString();
    }

    private static String describe(Thread thread) {
        return "green thread #"
                + thread.threadId()
                + (thread.getName().isEmpty() ? "" : " '" + thread.getName() + "'");
    }
}
