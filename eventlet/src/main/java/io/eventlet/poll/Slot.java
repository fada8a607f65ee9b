// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Where the one thread that waits on one side of a descriptor meets the news that it is ready.
///
///     null ──await()──▶ the waiting thread ──ready()──▶ READY ──await() returns──▶ null
///     null ──ready()──▶ READY
///
/// News is never lost: it stays until somebody has waited for it. Any thread may tell it.
final class Slot extends AtomicReference<@Nullable Object> {
    private static final long serialVersionUID = 1;
    private static final Object READY = "ready";

    /// Tells that the descriptor is ready, and wakes the thread that waits for it.
    void ready() {
        if (getAndSet(READY) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
    }

    /// Waits for the news and takes it: `UNPARKED`; or says why it has not waited for it any
    /// longer.
    ///
    /// News that is there beats a deadline that has passed and a cancellation, which then stays for
    /// the next wait.
    Parking.Outcome await(Parking parking, Object blocker, long deadline) {
        Thread current = Thread.currentThread();
        if (!compareAndSet(null, current)) {
            set(null); // it was READY: there is one waiter at a time
            return Parking.Outcome.UNPARKED;
        }
        while (true) {
            var outcome = parking.park(blocker, deadline);
            if (get() == READY) {
                set(null);
                return Parking.Outcome.UNPARKED;
            }
            if (outcome != Parking.Outcome.UNPARKED && compareAndSet(current, null)) {
                return outcome;
            }
        }
    }
}
