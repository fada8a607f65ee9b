// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/// The processors of the machine, by Linux's numbers: where a thread runs, and where it may.
public final class Processors {
    private static final int MOST = 8192; // of Linux on x86-64

    private static final @Nullable MethodHandle CURRENT =
            Platform.CURRENT == Platform.LINUX && Libc.has("sched_getcpu")
                    ? Libc.critical("sched_getcpu", JAVA_INT)
                    : null;

    /// sched_setaffinity(2), linked when it is first needed.
    private static final class Affinity {
        static final MethodHandle GET =
                Libc.critical("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
        static final MethodHandle SET =
                Libc.critical("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    }

    private Processors() {}

    /// The one that the calling thread was on just now; negative where that is unknown.
    public static int current() {
        if (CURRENT == null) {
            return -1;
        }
        try {
            return (int) CURRENT.invokeExact(CallState.current().errno);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Those that this process was given, of which a container or `taskset` may have left only
    /// some; none on systems that confine no threads. What counts is its first thread, which is
    /// never confined here.
    public static BitSet available() {
        return allowed((int) ProcessHandle.current().pid());
    }

    /// Those that a thread may run on, by its number; 0 for the calling thread.
    static BitSet allowed(int thread) {
        if (Platform.CURRENT != Platform.LINUX) {
            return new BitSet();
        }
        var mask = new long[MOST / Long.SIZE];
        return call(Affinity.GET, thread, mask) < 0 ? new BitSet() : BitSet.valueOf(mask);
    }

    /// Has a thread run on the given ones only. Returns 0, or `-errno`: `EINVAL` if it can have
    /// none of them.
    static int confine(int thread, BitSet processors) {
        if (Platform.CURRENT != Platform.LINUX) {
            return -Errno.ENOSYS;
        }
        var mask = new long[MOST / Long.SIZE];
        var given = processors.toLongArray();
        System.arraycopy(given, 0, mask, 0, Math.min(given.length, mask.length));
        return call(Affinity.SET, thread, mask);
    }

    private static int call(MethodHandle function, int thread, long[] mask) {
        var state = CallState.current();
        try {
            return state.result(
                    (int)
                            function.invokeExact(
                                    state.errno,
                                    thread,
                                    (long) MOST / Byte.SIZE,
                                    MemorySegment.ofArray(mask)));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
