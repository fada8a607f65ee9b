// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import io.eventlet.GreenThreads;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// Makes the green threads of patched classes: with the names of the JDK, and its rules for errors
/// that nobody catches.
final class GreenMakers {
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final AtomicInteger POOLS = new AtomicInteger();

    private GreenMakers() {}

    static String nextName() {
        return "Thread-" + THREADS.getAndIncrement();
    }

    /// What an executor makes its threads with.
    static ThreadFactory pool() {
        return threads("pool-" + POOLS.incrementAndGet() + "-thread-");
    }

    /// Runs each task in a thread of its own.
    static Executor executor() {
        var threads = onHub(Hub.current(), "async-");
        return task -> threads.newThread(task).start();
    }

    /// Each thread is on the next hub.
    static ThreadFactory threads(String prefix) {
        var count = new AtomicInteger();
        return body -> {
            var thread = onHub(Hubs.next(), "").newThread(body);
            thread.setName(prefix + count.incrementAndGet());
            return thread;
        };
    }

    private static ThreadFactory onHub(Hub hub, String prefix) {
        var threads = GreenThreads.factory(hub, prefix);
        return body -> {
            var daemons = new DaemonFlag();
            var thread = threads.newThread(() -> run(body, daemons));
            daemons.begin(thread);
            return thread;
        };
    }

    /// An error goes to the handler of the thread, else to that of all threads, as in the JDK; else
    /// it is reported as that of a green thread.
    private static void run(Runnable body, DaemonFlag daemons) {
        try (var _ = daemons.whileRunning()) {
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
