// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The strand of a thread that is no green thread.
final class ForeignStrand extends Strand {
    /*
     * A thread must find its strand, and its strand must last as long as the thread: what it was
     * cancelled with may be known to nobody else. But an object of a class of ours in a thread-local
     * of a thread of others, which may run as long as the JVM, would keep all our classes from being
     * unloaded. So a platform thread has a weak reference there, and a map of ours has the strand.
     * Those of threads that have ended leave the map when it has doubled. Virtual threads are many
     * and end soon, and have their strand themselves.
     */
    private static final ThreadLocal<@Nullable Object> OWN = new ThreadLocal<>();
    private static final Map<Thread, Strand> OF_PLATFORM_THREADS = new ConcurrentHashMap<>();
    private static final int FEW = 64;

    private static volatile boolean any; // a look at an unset ThreadLocal costs memory
    private static volatile int most = FEW; // of the map, before it is looked through

    private final Thread thread;

    private ForeignStrand(Thread thread) {
        this.thread = thread;
    }

    /// That of the calling thread; null if it has none.
    static @Nullable Strand ofCaller() {
        var own = any ? OWN.get() : null;
        if (own instanceof WeakReference<?> reference) { // no switch: docs/performance.md
            return (Strand) reference.get();
        }
        return own instanceof Strand strand ? strand : null;
    }

    /// One for the calling thread, which has none.
    static Strand make() {
        var thread = Thread.currentThread();
        var strand = new ForeignStrand(thread);
        if (thread.isVirtual()) {
            OWN.set(strand);
        } else {
            OF_PLATFORM_THREADS.put(thread, strand);
            OWN.set(new WeakReference<>(strand));
            removeEnded();
        }
        any = true;
        return strand;
    }

    private static void removeEnded() {
        if (OF_PLATFORM_THREADS.size() > most) {
            OF_PLATFORM_THREADS.keySet().removeIf(thread -> !thread.isAlive());
            most = Math.max(FEW, 2 * OF_PLATFORM_THREADS.size());
        }
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public @Nullable Clock hubClock() {
        return null;
    }

    @Override
    public Interrupter interrupter() {
        return Interrupter.OF_OTHERS;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        throw new AssertionError("a foreign strand is nobody's handler");
    }
}
