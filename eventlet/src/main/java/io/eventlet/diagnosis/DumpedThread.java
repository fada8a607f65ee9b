// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// A thread as a [Dump] found it.
///
/// @param thread the thread itself
/// @param name its name, as it was then; empty if it has none
/// @param number its number, by which dumps and errors name it
/// @param state what it was doing
/// @param waitsFor what it waits for, in words; null if it does not wait
/// @param holders the threads of which one could end the wait, as far as that is known
/// @param left how long until the wait, or the delay before it begins, ends by itself; null if it
///   does not, or if that is not known
/// @param waited for how long it has waited, to some hundredths of a second; null if it does not,
///   or waits inside the JDK, for a lock of it for instance
/// @param stack where it is
/// @param spawnedAt where it was spawned; empty unless tracing was on then
public record DumpedThread(
        Thread thread,
        String name,
        long number,
        State state,
        @Nullable String waitsFor,
        List<Thread> holders,
        @Nullable Duration left,
        @Nullable Duration waited,
        List<StackTraceElement> stack,
        List<StackTraceElement> spawnedAt) {
    /// What a thread is doing.
    public enum State {
        /// It begins after a delay that is not over.
        DELAYED("begins later"),
        /// It has been spawned, and its first turn has not come.
        NOT_BEGUN("has not begun"),
        /// It can go on, and its turn has not come.
        READY("is ready"),
        /// It has a processor.
        RUNNING("runs"),
        /// It cannot go on.
        WAITING("waits"),
        /// It has ended but for its links.
        ENDING("has ended, its links run");

        private final String words;

        State(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    public DumpedThread {
        holders = List.copyOf(holders);
        stack = List.copyOf(stack);
        spawnedAt = List.copyOf(spawnedAt);
    }

    /// As errors and dumps name it: `green thread #41 'worker'`.
    public String label() {
        return Blocker.label(thread);
    }
}
