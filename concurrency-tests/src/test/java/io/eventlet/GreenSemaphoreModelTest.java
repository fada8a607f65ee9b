// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;

import java.time.Duration;

/// A semaphore of two permits at most.
public class GreenSemaphoreModelTest extends LinearizableSpecification {
    private final GreenSemaphore semaphore = GreenSemaphore.bounded(2);

    public GreenSemaphoreModelTest() {
        super(Plain.class);
    }

    /// What it can do in one thread.
    public static class Plain extends PlainPermits {
        public Plain() {
            super(2);
        }

        public boolean acquireBySelect() {
            return tryAcquire();
        }

        public boolean release() {
            return give();
        }
    }

    @Operation
    public boolean tryAcquire() {
        return semaphore.tryAcquire();
    }

    /// Stands in line for no time.
    @Operation
    public boolean acquireInNoTime() {
        return semaphore.acquire(Duration.ZERO);
    }

    /// Holds a choice while others take permits without the lock.
    @Operation
    public boolean acquireBySelect() {
        return Select.<Boolean>firstOr(() -> false, semaphore.onAcquire(() -> true));
    }

    @Operation
    public boolean release() {
        try {
            semaphore.release();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Operation
    public int available() {
        return semaphore.available();
    }
}
