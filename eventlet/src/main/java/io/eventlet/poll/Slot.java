// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// The readiness of one side of a descriptor, and the one thread that waits for it.
///
///     null ──await()──▶ the waiting thread ──ready()──▶ READY ──await() returns──▶ null
///     null ──ready()──▶ READY
///
/// Readiness is never lost: it is kept until a thread has waited for it. Any thread may signal it.
final class Slot extends AtomicReference<@Nullable Object> {
    private static final long serialVersionUID = 1;
    private static final Object READY = "ready";

    private transient @Nullable Alarm alarm; // of the waits; whoever waits

    /// Signals that the descriptor is ready, and wakes the thread that waits for it.
    ///
    /// A writable socket is signalled with each event, and nearly always is READY already: who
    /// consumes that looks at the descriptor afterwards, and so sees what this event tells.
    void ready() {
        if (get() != READY && getAndSet(READY) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
    }

    /// Waits for readiness and consumes it: `UNPARKED`; or says why it has stopped waiting.
    ///
    /// Readiness takes precedence over a deadline that has passed and over a cancellation, which
    /// then stays for the next wait.
    Parking.Outcome await(Parking parking, Object blocker, long deadline) {
        Thread current = Thread.currentThread();
        if (!compareAndSet(null, current)) {
            set(null); // it was READY: there is one waiter at a time
            return Parking.Outcome.UNPARKED;
        }
        while (true) {
            var outcome = park(parking, blocker, deadline);
            if (get() == READY) {
                set(null);
                return Parking.Outcome.UNPARKED;
            }
            if (outcome != Parking.Outcome.UNPARKED && compareAndSet(current, null)) {
                return outcome;
            }
        }
    }

    private Parking.Outcome park(Parking parking, Object blocker, long deadline) {
        if (deadline == Endpoint.NEVER) {
            return parking.park(blocker, deadline);
        }
        var known = Alarm.forWait(alarm, parking, deadline);
        if (get() == READY) { // meanwhile: setting a timer may take a lock, and be woken there
            return Parking.Outcome.UNPARKED;
        }
        if (known == null) { // perhaps the deadline has passed
            return parking.park(blocker, deadline);
        }
        alarm = known;
        return known.park(parking, blocker, deadline);
    }

    /// Called when nobody will wait any more.
    void close() {
        var known = alarm;
        if (known != null) {
            known.cancel();
        }
    }
}
