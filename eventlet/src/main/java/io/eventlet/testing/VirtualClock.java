// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.wait.Clock;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until somebody moves it: a [Simulation] when nothing else is left to
/// do, or a test. Thread-safe.
@SuppressWarnings("exports") // for this module alone
public final class VirtualClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();

    /// A clock that stands at 0.
    public VirtualClock() {}

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    /// How far it has moved.
    public Duration elapsed() {
        return Duration.ofNanos(nanos.get());
    }

    /// Moves it on. A hub that sleeps has to be woken to see it.
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a clock does not go back: " + time);
        }
        advance(time.toNanos());
    }

    void advance(long time) {
        nanos.getAndAdd(time);
    }
}
