// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.concurrent.atomic.AtomicBoolean;

/// Waits for what another thread is about to do, by a thread that cannot yield to it.
@Timeout(60)
@Tag("hub-only")
@ExtendWith(NoLeaks.class)
class PinnedWaitTest {
    private final AtomicBoolean done = new AtomicBoolean();

    private Object awaitPinned(boolean interrupted) {
        try (var hub = Hub.start("pinned");
                var _ = new Stalls("pinned")) {
            return Eventlet.spawnOn(
                            hub,
                            () -> {
                                Eventlet.spawn(() -> done.set(true));
                                return Pinned.call(() -> {
                                    if (interrupted) {
                                        Thread.currentThread().interrupt();
                                    }
                                    Waits.awaitSoon(done::get);
                                    return Thread.interrupted();
                                });
                            })
                    .await();
        }
    }

    @Test
    void itsHubGoesOnWhenTheOtherIsOneOfTheSameHub() {
        assertThat(awaitPinned(false)).isEqualTo(false);
    }

    @Test
    void itsHubGoesOnThoughItWasInterrupted() {
        assertThat(awaitPinned(true)).isEqualTo(true);
    }
}
