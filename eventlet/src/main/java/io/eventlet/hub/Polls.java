// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.Poller;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The polls of a loop, which goes on when one fails: with what is ready, with timers, and with
/// another poll.
///
/// A poll fails when the kernel is out of descriptors or memory, when somebody has closed a
/// descriptor that is the poller's, or by a poller of the user's. For the thread of the loop.
final class Polls {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Poller poller;
    private @Nullable Class<?> reported; // the error of the last poll; null if it has succeeded

    Polls(Poller poller) {
        this.poller = poller;
    }

    /// As [Poller#poll]. An error is reported, but not that of one poll after another; then this
    /// waits for a moment, if the loop has nothing else to do.
    void poll(long nanos) {
        try {
            poller.poll(nanos);
            reported = null;
        } catch (Throwable e) {
            if (reported != e.getClass()) {
                reported = e.getClass();
                UncaughtErrors.reportLater(Thread.currentThread(), e);
            }
            if (nanos != 0) {
                LockSupport.parkNanos(nanos < 0 ? PAUSE_NANOS : Math.min(nanos, PAUSE_NANOS));
            }
        }
    }
}
