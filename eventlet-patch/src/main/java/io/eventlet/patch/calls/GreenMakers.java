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

    /// What stands for a thread of `new Thread`: a daemon if its maker is one, and in the group of
    /// that if none is given.
    static Thread thread(@Nullable ThreadGroup group, @Nullable Runnable body, String name) {
        boolean isDaemon = StandIn.isDaemon(Thread.currentThread());
        var own = StandIn.groupOfNew(group);
        return make(body == null ? () -> {} : body, name, isDaemon, own);
    }

    /// What stands for a virtual thread, which is always a daemon.
    static Thread virtual(Runnable body, String name) {
        return make(body, name, true, null);
    }

    /// What an executor makes its threads with: as the JDK's, they are no daemons.
    static ThreadFactory pool() {
        var prefix = "pool-" + POOLS.incrementAndGet() + "-thread-";
        var count = new AtomicInteger();
        var group = StandIn.groupOfNew(null);
        return body -> {
            var thread = make(body, prefix + count.incrementAndGet(), false, group);
            StandIn.expect(); // the executor is about to start it
            return thread;
        };
    }

    private static Thread make(
            Runnable body, String name, boolean isDaemon, @Nullable ThreadGroup group) {
        var standIn = new StandIn(body, isDaemon, group);
        var thread = unstarted(() -> run(body, standIn));
        thread.setName(name);
        standIn.noteThread(thread);
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

    /// An error goes to the handler of the thread, else to its group if that has one, else to that
    /// of all threads, as in the JDK; else it is reported as that of a green thread.
    private static void run(Runnable body, StandIn standIn) {
        try (var _ = standIn.whileRunning()) {
            body.run();
        } catch (Cancelled e) { // it was killed
            throw e;
        } catch (Throwable e) {
            var handler = standIn.handlerOfCaller();
            if (handler == null) {
                throw e;
            }
            handler.uncaughtException(Thread.currentThread(), e);
        }
    }
}
