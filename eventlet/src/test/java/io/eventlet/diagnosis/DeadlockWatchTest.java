// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.atomic.AtomicLong;

/// When it is looked for deadlocks.
@Tag("hub-only")
@Timeout(60)
class DeadlockWatchTest {
    private static final long LONG_NANOS = 10 * DeadlockWatch.PERIOD_NANOS;

    private final Hub hub = Hub.start("quiet");
    private final AtomicLong time = new AtomicLong();
    private final DeadlockWatch watch = new DeadlockWatch(time::get);

    @AfterEach
    void close() {
        hub.close();
    }

    /// Lets time pass in which nothing runs.
    private void untilItLooksSeldom() throws InterruptedException {
        while (watch.untilNextLook() < LONG_NANOS) {
            time.addAndGet(watch.untilNextLook());
            watch.look();
        }
    }

    @Test
    void doesNotLookWhileNothingRuns() throws InterruptedException {
        untilItLooksSeldom();
        long before = watch.untilNextLook();

        watch.look();

        assertThat(watch.untilNextLook()).isEqualTo(before);
    }

    @Test
    void looksSoonWhenSomethingHasRunAfterALongTime() throws InterruptedException {
        untilItLooksSeldom();

        Eventlet.spawnOn(hub, () -> {}).await();
        watch.look();

        assertThat(watch.untilNextLook()).isEqualTo(DeadlockWatch.PERIOD_NANOS);
    }
}
