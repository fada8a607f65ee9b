// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.display.Quantity;
import io.eventlet.mirror.crawl.Mirror;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What the first wish to stop does to a run: what is nearly done may end, within a bound.
final class Ending {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final Mirror mirror;
    private final Consumer<String> notes;
    private final CountDownLatch over = new CountDownLatch(1);

    Ending(Mirror mirror, Consumer<String> notes) {
        this.mirror = mirror;
        this.notes = notes;
    }

    /// Stops the run; returns when it is over, or was told to be.
    void begin() {
        mirror.stop();
        int active = mirror.active();
        if (active > 0) {
            notes.accept(
                    "eventlet mirror: stopping; %s may end within %s (again to stop at once)"
                            .formatted(Quantity.count(active, "download"), Quantity.time(BOUND)));
        }
        try {
            if (!over.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                mirror.abort();
            }
        } catch (InterruptedException e) {
            mirror.abort();
        }
    }

    void over() {
        over.countDown();
    }
}
