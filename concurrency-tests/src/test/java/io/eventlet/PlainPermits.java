// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

/// A number from 0 to 2: the permits of a semaphore, for one thread.
public abstract class PlainPermits {
    private int permits;

    PlainPermits(int permits) {
        this.permits = permits;
    }

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

    boolean give() {
        if (permits == 2) {
            return false;
        }
        permits++;
        return true;
    }

    public int available() {
        return permits;
    }
}
