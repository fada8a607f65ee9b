// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Semaphore;

/// Whether the JVM may end while a thread runs.
///
/// To the JDK every virtual thread is a daemon. One that stands for another thread keeps the JVM
/// alive as that would: by a platform thread that is there while any such runs.
final class DaemonFlag {
    private static final Map<Thread, DaemonFlag> ALL = new WeakHashMap<>(); // under its monitor
    private static int alive; // under the monitor of ALL: that run and are no daemons
    private static @Nullable Semaphore ended; // under the monitor of ALL: of who keeps it alive

    private boolean isDaemon; // under the monitor of ALL

    /// Notes the flag of a new thread: that of the one which makes it.
    void begin(Thread thread) {
        synchronized (ALL) {
            isDaemon = isDaemon(Thread.currentThread());
            ALL.put(thread, this);
        }
    }

    /// That of any thread.
    static boolean isDaemon(Thread thread) {
        synchronized (ALL) {
            var known = ALL.get(thread);
            return known == null ? thread.isDaemon() : known.isDaemon;
        }
    }

    /// Sets that of a thread of ours which has not begun; false if the JDK is to decide.
    static boolean set(Thread thread, boolean isDaemon) {
        synchronized (ALL) {
            var known = ALL.get(thread);
            if (known == null || thread.getState() != Thread.State.NEW) {
                return false;
            }
            known.isDaemon = isDaemon;
            return true;
        }
    }

    /// Keeps the JVM alive until closed, if it is no daemon's.
    Running whileRunning() {
        synchronized (ALL) {
            if (isDaemon) {
                return () -> {};
            }
            if (alive++ == 0) {
                ended = keepAlive();
            }
            return DaemonFlag::end;
        }
    }

    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    private static Semaphore keepAlive() {
        var end = new Semaphore(0);
        Thread.ofPlatform()
                .daemon(false)
                .name("eventlet-keeps-alive")
                .start(end::acquireUninterruptibly);
        return end;
    }

    private static void end() {
        synchronized (ALL) {
            if (--alive == 0 && ended != null) {
                ended.release();
                ended = null;
            }
        }
    }
}
