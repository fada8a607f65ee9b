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

    /// A number from 0 to 2.
    public static class Plain {
        private int permits = 1;

        public boolean tryAcquire() {
            if (permits == 0) {
                return false;
            }
            permits--;
            return true;
        }

        public boolean acquireInNoTime() {
            return tryAcquire();
        }

        public boolean tryRelease() {
            if (permits == 2) {
                return false;
            }
            permits++;
            return true;
        }

        public boolean releaseInNoTime() {
            return tryRelease();
        }

        public int available() {
            return permits;
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
