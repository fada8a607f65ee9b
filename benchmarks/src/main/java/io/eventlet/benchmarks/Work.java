// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

/// What a pool or a map is given to do.
public enum Work {
    /// Adds one: all the time goes into the machinery.
    TRIVIAL {
        @Override
        int apply(int item) {
            return item + 1;
        }
    },

    /// Sleeps a millisecond first, as a fast neighbour's answer would take.
    SLEEP_1_MS {
        @Override
        int apply(int item) throws InterruptedException {
            Thread.sleep(1);
            return item + 1;
        }
    };

    abstract int apply(int item) throws InterruptedException;
}
