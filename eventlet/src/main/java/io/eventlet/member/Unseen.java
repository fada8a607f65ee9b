// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// That nobody has looked at a failure: it is reported when nobody can any more, or the JVM ends.
final class Unseen {
    /*
     * Nobody can look at a failure once it is garbage, with the green thread that holds it. What is
     * reported then must not keep it from becoming so, and the error may lead to the green thread,
     * by a field of its own or by its cause. So nothing may hold the error from outside, and when it
     * is garbage only a finalizer gets it back. A Cleaner does not: its action has to hold the error.
     *
     * Where finalization is disabled there is a Cleaner all the same, and an error that leads to its
     * own thread is reported when the JVM ends.
     */
    private static final Set<Unseen> ALL = ConcurrentHashMap.newKeySet();
    private static final long FINALIZERS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static volatile boolean jvmEnds;

    private final WeakReference<Outcome.Failure> failure;
    private final @Nullable Held held; // null if a finalizer brings it

    /// What is to be reported.
    private record Held(Thread thread, Throwable error) {
        static Held of(Outcome.Failure failure) {
            return new Held(failure.thread(), failure.peek());
        }
    }

    private Unseen(Outcome.Failure failure, boolean finalized) {
        this.failure = new WeakReference<>(failure);
        held = finalized ? null : Held.of(failure);
    }

    /// Watches a failure, which keeps what is returned; null if it was reported at once, since the
    /// JVM ends.
    static @Nullable Watch watch(Outcome.Failure failure) {
        if (jvmEnds) {
            UncaughtErrors.reportAtExit(failure.thread(), failure.peek());
            return null;
        }
        boolean finalized = Finalization.IS_THERE;
        var made = new Unseen(failure, finalized);
        ALL.add(made);
        if (!AtExit.isToldOf()) {
            jvmEnds = true;
            made.report(Held.of(failure));
            return null;
        }
        if (finalized) {
            return new FinalizedWatch(made, failure);
        }
        Cleaners.CLEANER.register(failure, made::reportHeld);
        return new Watch(made);
    }

    /// Called when somebody has looked; false if it has been reported.
    boolean forget() {
        boolean was = ALL.remove(this);
        if (was && ALL.isEmpty()) {
            AtExit.removeHook();
        }
        return was;
    }

    private void reportHeld() {
        if (held != null) {
            report(held);
        }
    }

    private void report(Held known) {
        if (!forget()) {
            return;
        }
        if (jvmEnds) {
            UncaughtErrors.reportAtExit(known.thread, known.error);
        } else {
            Reports.REPORTER.execute(() -> UncaughtErrors.report(known.thread, known.error));
        }
    }

    // ---- at the end of the JVM

    private static void reportAll() {
        jvmEnds = true;
        ALL.forEach(Unseen::reportIfThere);
        long begin = System.nanoTime();
        while (!ALL.isEmpty() && System.nanoTime() - begin < FINALIZERS_NANOS) {
            ALL.forEach(Unseen::reportIfThere); // others are garbage: their finalizers are about to
            Thread.onSpinWait();
        }
    }

    private void reportIfThere() {
        var holder = failure.get();
        var known = held != null || holder == null ? held : Held.of(holder);
        if (known != null) {
            report(known);
        }
    }

    /// Reports them when the JVM ends: by a hook that is there as long as there are any, since the
    /// JVM holds it, and by it all our classes.
    private static final class AtExit {
        private static @Nullable Thread hook; // under the monitor

        /// False if it is too late to be told of the end.
        static synchronized boolean isToldOf() {
            if (hook != null) {
                return true;
            }
            var made = new Thread(Unseen::reportAll, "eventlet-unseen-errors");
            try {
                Runtime.getRuntime().addShutdownHook(made);
                hook = made;
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        static synchronized void removeHook() {
            var known = hook;
            if (known == null || !ALL.isEmpty()) { // who has added one sees the hook
                return;
            }
            try {
                boolean ignored = Runtime.getRuntime().removeShutdownHook(known);
                hook = null;
            } catch (IllegalStateException e) { // the JVM ends, and it runs
                return;
            }
        }
    }

    // ---- what a failure keeps

    /// Lives as long as the failure.
    static sealed class Watch {
        private final Unseen unseen;

        private Watch(Unseen unseen) {
            this.unseen = unseen;
        }

        final Unseen unseen() {
            return unseen;
        }
    }

    private static final class FinalizedWatch extends Watch {
        private final Outcome.Failure failure;

        FinalizedWatch(Unseen unseen, Outcome.Failure failure) {
            super(unseen);
            this.failure = failure;
        }

        @Override
        @SuppressWarnings({"removal", "Finalize"}) // see above
        protected void finalize() {
            unseen().report(Held.of(failure));
        }
    }

    /// Whether garbage is finalized: else there is no thread that does it.
    private static final class Finalization {
        static final boolean IS_THERE = isThere();

        private static boolean isThere() {
            var group = Thread.currentThread().getThreadGroup();
            while (group != null && group.getParent() != null) {
                group = group.getParent();
            }
            if (group == null) {
                return false;
            }
            var threads = new Thread[group.activeCount() + 16];
            int count = group.enumerate(threads, false);
            for (int i = 0; i < count; i++) {
                if (threads[i].getName().equals("Finalizer")) {
                    return true;
                }
            }
            return false;
        }
    }

    /// A thread for the code that is told: others wait for finalizers, and for the pool of the JDK.
    private static final class Reports {
        private static final ThreadFactory THREADS =
                Thread.ofPlatform().daemon().name("eventlet-unseen-errors").factory();
        static final Executor REPORTER =
                new ThreadPoolExecutor(
                        0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), THREADS);
    }

    private static final class Cleaners {
        static final Cleaner CLEANER =
                Cleaner.create(
                        Thread.ofPlatform()
                                .daemon()
                                .inheritInheritableThreadLocals(false)
                                .name("eventlet-unseen") // by which it is known to wake nobody
                                .factory());
    }
}
