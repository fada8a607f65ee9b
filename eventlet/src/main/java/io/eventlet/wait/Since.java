// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Since when threads wait, each for what it waits for now or has waited for last.
///
/// A green thread has the time at which its hub polled last, which costs it no look at a clock, and
/// as 32 bits, for which there is room in its strand. A platform thread looks at the clock, which
/// is nothing beside putting it to sleep.
public final class Since {
    /// Steps of 17 milliseconds: the sign of a difference is right for a year.
    private static final int SHIFT = 24;

    /// The steps of threads that have no strand. What a thread of others holds for us is no object
    /// of a class of ours: else that thread would keep all our classes from being unloaded.
    private static final Map<Thread, AtomicInteger> OF_OTHERS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private static final ThreadLocal<AtomicInteger> OWN = ThreadLocal.withInitial(Since::register);

    private Since() {}

    private static AtomicInteger register() {
        var steps = new AtomicInteger();
        OF_OTHERS.put(Thread.currentThread(), steps);
        return steps;
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
            OWN.get().set((int) (System.nanoTime() >> SHIFT));
        }
    }

    /// For how long a thread has waited that does, in a wait of ours; null if that is not known.
    public static @Nullable Long nanos(Thread thread, @Nullable Strand strand) {
        var clock = strand == null ? null : strand.hubClock();
        if (strand != null && clock != null) {
            return between(strand.since, clock.nanoTime());
        }
        var steps = OF_OTHERS.get(thread);
        return steps == null ? null : between(steps.get(), System.nanoTime());
    }

    private static long between(int since, long now) {
        return (long) Math.max(0, (int) (now >> SHIFT) - since) << SHIFT;
    }
}
