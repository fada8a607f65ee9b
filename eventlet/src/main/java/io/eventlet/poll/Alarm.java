// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Ends waits of one side of a descriptor at their deadlines, with one timer for many of them.
///
/// A socket with a timeout of its own begins a wait with each read, and nearly all of those end
/// long before. So the timer stays when a wait ends, and is moved on when it is due: to the
/// deadline of the wait that there is then.
final class Alarm implements Runnable {
    /*
     * It belongs to the hub that was its first waiter's, on whose loop it is called and where its
     * waiters are. After a takeover, or when the hub is closed, the two run side by side: then a
     * waiter may be woken for nothing, or the timer be left for nobody, and neither does harm. New
     * waiters come from the hub's own loop only.
     */

    /// A shorter wait has a timer to itself: the hub need not be told of it in time otherwise.
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AlarmClock clock;
    private volatile Future<?> timer;
    private long due; // when the timer is
    private boolean set;
    private volatile @Nullable Thread waiter;
    private long deadline; // the waiter's

    private Alarm(AlarmClock clock, long due) {
        this.clock = clock;
        this.due = due;
        set = true;
        timer = clock.callAt(due, this);
    }

    /// The one for a wait of the caller: the one there was, or another, or none if the caller had
    /// better park until its deadline.
    static @Nullable Alarm forWait(@Nullable Alarm known, Parking parking, long deadline) {
        var clock = parking.alarmClock();
        if (clock == null || deadline - clock.polledAt() < LEAST_NANOS) {
            return null;
        }
        if (known != null) {
            if (known.clock == clock && known.set && known.due - deadline <= 0) {
                return known;
            }
            known.cancel();
        }
        return new Alarm(clock, deadline);
    }

    /// Parks until the caller is unparked, by this alarm at the latest.
    Parking.Outcome park(Parking parking, Object blocker, long until) {
        deadline = until;
        waiter = Thread.currentThread();
        try {
            return parking.park(blocker, Endpoint.NEVER);
        } finally {
            waiter = null;
        }
    }

    /// Called when it is due: moves on, if there is a wait that is not.
    @Override
    public void run() {
        var waiting = waiter;
        long next = deadline;
        if (waiting != null && next - due > 0) {
            due = next;
            timer = clock.callAt(next, this);
            return;
        }
        set = false;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    void cancel() {
        boolean ignored = timer.cancel(false);
    }
}
