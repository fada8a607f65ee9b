// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.WeakHashMap;

/// Whether the JVM may end while a thread runs.
///
/// To the JDK every virtual thread is a daemon. One that stands for another thread keeps the JVM
/// alive as that would, by [KeepAlive], from its start to its end.
final class DaemonFlag {
    private static final Map<Thread, DaemonFlag> ALL = new WeakHashMap<>(); // under its monitor

    private final Runnable body;
    private boolean isDaemon; // under the monitor of ALL
    private boolean counted; // under the monitor of ALL: as one that runs, or was started
    private @Nullable Thread hook; // under the monitor of ALL

    DaemonFlag(Runnable body, boolean isDaemon) {
        this.body = body;
        this.isDaemon = isDaemon;
    }

    void noteThread(Thread thread) {
        synchronized (ALL) {
            ALL.put(thread, this);
        }
    }

    private static @Nullable DaemonFlag of(Thread thread) {
        synchronized (ALL) {
            return ALL.get(thread);
        }
    }

    /// That of any thread.
    static boolean isDaemon(Thread thread) {
        synchronized (ALL) {
            var known = ALL.get(thread);
            return known == null ? thread.isDaemon() : known.isDaemon;
        }
    }

    /// Sets that of a thread of ours; false if the JDK is to do it.
    static boolean set(Thread thread, boolean isDaemon) {
        synchronized (ALL) {
            var known = ALL.get(thread);
            if (known == null) {
                return false;
            }
            if (thread.isAlive()) {
                throw new IllegalThreadStateException();
            }
            known.isDaemon = isDaemon;
            return true;
        }
    }

    /// Starts any thread.
    static void start(Thread thread) {
        var known = of(thread);
        if (known == null || thread.getState() != Thread.State.NEW || !known.count()) {
            thread.start();
            return;
        }
        try {
            thread.start();
        } catch (Throwable e) {
            known.uncount();
            throw e;
        }
    }

    /// Says that a thread which is no daemon will be started at once by somebody else.
    static void expect() {
        KeepAlive.begin();
        KeepAlive.end();
    }

    /// Keeps the JVM alive until closed, if it is no daemon's.
    Running whileRunning() {
        boolean ignored = count();
        return this::uncount;
    }

    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    private boolean count() {
        synchronized (ALL) {
            if (isDaemon || counted) {
                return false;
            }
            counted = true;
        }
        KeepAlive.begin();
        return true;
    }

    private void uncount() {
        synchronized (ALL) {
            if (!counted) {
                return;
            }
            counted = false;
        }
        KeepAlive.end();
    }

    /// The thread to be started when the JVM ends, for one of any kind: the same each time.
    static Thread hookOf(Thread thread) {
        synchronized (ALL) {
            var known = ALL.get(thread);
            if (known == null) {
                return thread;
            }
            if (known.hook == null) {
                known.hook = Thread.ofPlatform().name(thread.getName()).unstarted(known.body);
            }
            return known.hook;
        }
    }
}
