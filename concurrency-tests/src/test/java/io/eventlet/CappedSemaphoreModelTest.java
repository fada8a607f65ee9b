// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;

import java.time.Duration;

/// A semaphore that has a permit and room for one more.
public class CappedSemaphoreModelTest extends LinearizableSpecification {
    private final CappedSemaphore semaphore = new CappedSemaphore(1, 2);

    public CappedSemaphoreModelTest() {
        super(Plain.class);
    }

    /// What it can do in one thread.
    public static class Plain extends PlainPermits {
        public Plain() {
            super(1);
        }

        public boolean tryRelease() {
            return give();
        }

        public boolean releaseInNoTime() {
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

    @Operation
    public boolean tryRelease() {
        return semaphore.tryRelease();
    }

    /// Stands in line for no time.
    @Operation
    public boolean releaseInNoTime() {
        return semaphore.release(Duration.ZERO);
    }

    @Operation
    public int available() {
        return semaphore.available();
    }
}
