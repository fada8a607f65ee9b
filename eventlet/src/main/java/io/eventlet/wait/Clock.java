// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

/// Where a hub reads the time, in nanoseconds from an origin of its own.
@FunctionalInterface
public interface Clock {
    /// The time now; two times are compared by their difference only. Must not throw: a green
    /// thread whose sleep cannot be timed would not wake.
    long nanoTime();

    /// The clock of the system.
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
