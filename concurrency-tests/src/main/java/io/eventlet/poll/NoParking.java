// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

/// Of a thread whose deadline has passed.
final class NoParking implements Parking {
    @Override
    public Outcome park(Object blocker, long deadline) {
        return Outcome.EXPIRED;
    }

    @Override
    public @Nullable AlarmClock alarmClock() {
        return null;
    }

    @Override
    public Error raise() {
        throw new AssertionError("nobody is cancelled");
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void yieldNow() {
        Thread.onSpinWait();
    }
}
