// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/// Since when threads wait, each for what it waits for now or has waited for last.
///
/// A green thread has the time at which its hub polled last, which costs it no look at a clock, and
/// as 32 bits, for which there is room in its strand. A platform thread looks at the clock, which
/// is nothing beside putting it to sleep.
public final class Since {
    /// Steps of 17 milliseconds: the sign of a difference is right for a year.
    private static final int SHIFT = 24;

    private static final Map<Thread, Since> OF_OTHERS =
            Collections.synchronizedMap(new WeakHashMap<>());
    private static final ThreadLocal<Since> OWN = ThreadLocal.withInitial(Since::register);

    private volatile int steps;

    private Since() {}

    private static Since register() {
        var since = new Since();
        OF_OTHERS.put(Thread.currentThread(), since);
        return since;
    }

    /// Notes that a wait of the calling thread begins, which has the given strand.
    static void begin(@Nullable Strand own) {
        var carrier = own == null ? null : Carrier.current();
        if (own != null && carrier != null) {
            own.since = (int) (carrier.polledAt() >> SHIFT);
        } else {
            beginElsewhere(own);
        }
    }

    private static void beginElsewhere(@Nullable Strand own) {
        var clock = own == null ? null : own.hubClock();
        if (own != null && clock != null) {
            own.since = (int) (clock.nanoTime() >> SHIFT);
        } else if (!Thread.currentThread().isVirtual()) { // else nobody sees it
            OWN.get().steps = (int) (System.nanoTime() >> SHIFT);
        }
    }

    /// For how long a thread has waited that does, in a wait of ours; null if that is not known.
    public static @Nullable Long nanos(Thread thread, @Nullable Strand strand) {
        var clock = strand == null ? null : strand.hubClock();
        if (strand != null && clock != null) {
            return between(strand.since, clock.nanoTime());
        }
        var since = OF_OTHERS.get(thread);
        return since == null ? null : between(since.steps, System.nanoTime());
    }

    private static long between(int since, long now) {
        return (long) Math.max(0, (int) (now >> SHIFT) - since) << SHIFT;
    }
}
