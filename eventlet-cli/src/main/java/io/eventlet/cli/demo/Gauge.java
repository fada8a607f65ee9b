// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import java.util.concurrent.atomic.AtomicInteger;

/// How far an act has come and how many of its parts run at once. Thread-safe.
final class Gauge {
    private final int total;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    Gauge(int total) {
        this.total = total;
    }

    void begin() {
        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    }

    void end() {
        atOnce.decrementAndGet();
        done.incrementAndGet();
    }

    int total() {
        return total;
    }

    int done() {
        return done.get();
    }

    int atOnce() {
        return atOnce.get();
    }

    /// The most that ever ran at once.
    int most() {
        return most.get();
    }
}
