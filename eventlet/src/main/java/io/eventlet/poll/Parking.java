// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

/// How a thread waits for its operation: the door through which endpoints park.
public interface Parking {
    /// Why a park returned.
    enum Outcome {
        /// Somebody unparked the thread, perhaps for nothing.
        UNPARKED,
        /// The deadline has passed.
        EXPIRED,
        /// The thread has been interrupted: [#raise()] throws with what.
        CANCELLED
    }

    /// Parks the calling thread until it is unparked or cancelled, or the deadline has passed.
    Outcome park(Object blocker, long deadline);

    /// What calls at a time on the hub on whose loop the caller runs; null if it runs on none, or
    /// the hub goes by a clock of its own.
    @Nullable AlarmClock alarmClock();

    /// Throws the cause of the caller's cancellation, which counts as delivered then. The result is
    /// for the compiler: `throw parking.raise()`.
    Error raise();

    /// Whether a [#park] now would return at once because the caller is cancelled.
    boolean isCancelled();

    /// Lets other threads that are ready run first.
    void yieldNow();
}
