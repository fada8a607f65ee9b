// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.hub.Inspection;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Threads that wait for ever, as far as can be seen: looked for while the program runs.
///
/// ```java
/// Deadlocks.onReport(report -> {
///     System.err.println(report);
///     report.end();
/// });
/// ```
///
/// Only in hub mode, and only with a watchdog. The system property `eventlet.deadlock` says what is
/// done: `report` (usual), `throw` or `ignore`.
public final class Deadlocks {
    private static final AtomicBoolean WATCHING = new AtomicBoolean();

    private Deadlocks() {}

    /// Sets who is told when all green threads wait for ever, or some for each other in a cycle;
    /// null for the log, at WARNING. `DeadlockReport::end` ends the waits, as
    /// `-Deventlet.deadlock=throw` does. Called on a thread of the common pool. Does not block.
    public static void onReport(@Nullable Consumer<DeadlockReport> handler) {
        DeadlockWatch.handler(handler);
    }

    /// Has the watchdog look for them from now on: done by this library before the first green
    /// thread is made. Does nothing the second time.
    public static void watch() {
        if (WATCHING.compareAndSet(false, true)) {
            Inspection.alsoLook(new DeadlockWatch());
        }
    }
}
