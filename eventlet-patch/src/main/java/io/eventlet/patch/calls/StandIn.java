// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import io.eventlet.foreign.ForeignHandlers;

import org.jspecify.annotations.Nullable;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Map;
import java.util.WeakHashMap;

/// What is known of a green thread that stands for another, and what a virtual thread has not.
///
/// To the JDK every virtual thread is a daemon. One that stands for another thread keeps the JVM
/// alive as that would, by [KeepAlive], from its start to its end. A virtual thread has no group,
/// and the handler of a green thread's errors is what the library knows it by.
final class StandIn {
    private static final Map<Thread, StandIn> ALL = new WeakHashMap<>(); // under its monitor

    private final Runnable body;
    private boolean isDaemon; // under the monitor of ALL
    private boolean counted; // under the monitor of ALL: as one that runs, or was started
    private @Nullable Thread hook; // under the monitor of ALL
    private final @Nullable ThreadGroup group; // null if none has a handler of its own
    private volatile @Nullable UncaughtExceptionHandler handler;
    private volatile @Nullable UncaughtExceptionHandler ofLibrary;

    StandIn(Runnable body, boolean isDaemon, @Nullable ThreadGroup group) {
        this.body = body;
        this.isDaemon = isDaemon;
        this.group = group;
    }

    void noteThread(Thread thread) {
        ofLibrary = thread.getUncaughtExceptionHandler();
        synchronized (ALL) {
            ALL.put(thread, this);
        }
    }

    private static @Nullable StandIn of(Thread thread) {
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

    // ---- errors that nobody catches

    /// The group of a thread that is made now, in that which is given or that of its maker; null if
    /// none has a handler of its own.
    static @Nullable ThreadGroup groupOfNew(@Nullable ThreadGroup given) {
        var maker = Thread.currentThread();
        if (given == null && maker.isVirtual()) {
            var known = of(maker);
            return known == null ? null : known.group;
        }
        var group = given == null ? maker.getThreadGroup() : given;
        for (var next = group; next != null; next = next.getParent()) {
            if (next.getClass() != ThreadGroup.class) { // the JDK's own only asks its parent
                return group;
            }
        }
        return null;
    }

    /// Sets the handler of any thread.
    static void setHandler(Thread thread, @Nullable UncaughtExceptionHandler handler) {
        var known = of(thread);
        if (known == null) {
            thread.setUncaughtExceptionHandler(handler);
        } else {
            known.handler = handler;
        }
    }

    /// That of any thread, which may be its group.
    static @Nullable UncaughtExceptionHandler handlerOf(Thread thread) {
        var known = of(thread);
        if (known == null || (!thread.isAlive() && thread.getState() != Thread.State.NEW)) {
            return thread.getUncaughtExceptionHandler();
        }
        var set = thread.getUncaughtExceptionHandler();
        var own = known.ownHandler(set == known.ofLibrary ? null : set);
        return own == null ? thread.getThreadGroup() : own;
    }

    /// Who is told of an error of the calling thread, which it is of; null if nobody was named.
    @Nullable UncaughtExceptionHandler handlerOfCaller() {
        var own = ownHandler(ForeignHandlers.ofCaller());
        return own == null ? Thread.getDefaultUncaughtExceptionHandler() : own;
    }

    /// `set` is what a class that is not patched has set.
    private @Nullable UncaughtExceptionHandler ownHandler(@Nullable UncaughtExceptionHandler set) {
        var known = handler;
        if (known != null) {
            return known;
        }
        return set == null || set instanceof ThreadGroup ? group : set;
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
