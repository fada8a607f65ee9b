// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Semaphore;

/// Keeps the JVM alive while errors that nobody waits for are reported: the green threads that do
/// so are daemons, and the program may end as soon as their pools are empty.
///
/// By a platform thread, since those are what the JVM waits for. Thread-safe; a report does without
/// where there is no memory for one. `System.exit` waits for nothing.
public final class LiveReports {
    private static int reports; // under the monitor of this class
    private static @Nullable Semaphore ended; // likewise: of the thread that keeps it alive

    private LiveReports() {}

    /// Called before anybody can know that the thread has ended; [#end()] follows.
    public static synchronized void begin() {
        if (reports++ > 0) {
            return;
        }
        try {
            var end = new Semaphore(0);
            Thread.ofPlatform()
                    .daemon(false)
                    .inheritInheritableThreadLocals(false)
                    .name("eventlet-reports")
                    .start(end::acquireUninterruptibly);
            ended = end;
        } catch (OutOfMemoryError e) {
            ended = null;
        }
    }

    public static synchronized void end() {
        if (--reports == 0 && ended != null) {
            ended.release();
            ended = null;
        }
    }
}
