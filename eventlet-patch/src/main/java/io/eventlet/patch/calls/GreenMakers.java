// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import io.eventlet.GreenThreads;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// Makes the green threads of patched classes: with the names of the JDK, and its rules for errors
/// that nobody catches.
final class GreenMakers {
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final AtomicInteger POOLS = new AtomicInteger();
    private static final AtomicInteger TASKS = new AtomicInteger();

    /// Runs each task in a thread of its own.
    static final Executor EXECUTOR =
            task -> virtual(task, "async-" + TASKS.incrementAndGet()).start();

    private GreenMakers() {}

    static String nextName() {
        return "Thread-" + THREADS.getAndIncrement();
    }

    /// What stands for a thread of `new Thread`: a daemon if its maker is one.
    static Thread thread(@Nullable Runnable body, String name) {
        boolean isDaemon = DaemonFlag.isDaemon(Thread.currentThread());
        return make(body == null ? () -> {} : body, name, isDaemon);
    }

    /// What stands for a virtual thread, which is always a daemon.
    static Thread virtual(Runnable body, String name) {
        return make(body, name, true);
    }

    /// What an executor makes its threads with: as the JDK's, they are no daemons.
    static ThreadFactory pool() {
        var prefix = "pool-" + POOLS.incrementAndGet() + "-thread-";
        var count = new AtomicInteger();
        return body -> {
            var thread = make(body, prefix + count.incrementAndGet(), false);
            DaemonFlag.expect(); // the executor is about to start it
            return thread;
        };
    }

    private static Thread make(Runnable body, String name, boolean isDaemon) {
        var flag = new DaemonFlag(body, isDaemon);
        var thread = unstarted(() -> run(body, flag));
        thread.setName(name);
        flag.noteThread(thread);
        return thread;
    }

    /// A library does not know of hubs, and may outlive the one that it was first used on: then its
    /// threads are on the main hub.
    private static Thread unstarted(Runnable body) {
        var hub = Hubs.next();
        try {
            return GreenThreads.factory(hub, "").newThread(body);
        } catch (IllegalStateException e) {
            if (hub.isOpen()) {
                throw e;
            }
            return GreenThreads.factory(Hub.main(), "").newThread(body);
        }
    }

    /// An error goes to the handler of the thread, else to that of all threads, as in the JDK; else
    /// it is reported as that of a green thread.
    private static void run(Runnable body, DaemonFlag flag) {
        try (var _ = flag.whileRunning()) {
            body.run();
        } catch (Cancelled e) { // it was killed
            throw e;
        } catch (Throwable e) {
            var thread = Thread.currentThread();
            var handler = thread.getUncaughtExceptionHandler();
            if (handler instanceof ThreadGroup || handler == null) {
                handler = Thread.getDefaultUncaughtExceptionHandler();
            }
            if (handler == null) {
                throw e;
            }
            handler.uncaughtException(thread, e);
        }
    }
}
