// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// A timeout passes when it is due, whatever hubs that are not its thread's do meanwhile.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class TimeoutOnTimeTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final AtomicBoolean computed = new AtomicBoolean();
    private final GreenQueue<String> queue = GreenQueue.unbounded();

    @AfterEach
    void endComputation() {
        computed.set(true);
    }

    /// Keeps the main hub from turning until the end of the test.
    private void computeOnMainHub() {
        var busy =
                Eventlet.spawnOn(
                        Hub.main(),
                        () -> {
                            while (!computed.get()) {
                                Thread.onSpinWait();
                            }
                        });
        Eventually.until(busy::isStarted);
    }

    private boolean waitsInTime() {
        return Timeout.silent(SHORT, () -> queue.get());
    }

    @Test
    void timeoutOfAPlatformThreadPassesWhileTheMainHubComputes() {
        computeOnMainHub();

        assertThat(waitsInTime()).isFalse();
    }

    @Test
    void timeoutOfAPlainVirtualThreadPassesWhileTheMainHubComputes() throws Exception {
        computeOnMainHub();
        var inTime = new CompletableFuture<Boolean>();

        Thread.ofVirtual().start(() -> inTime.complete(waitsInTime()));

        assertThat(inTime.get()).isFalse();
    }

    @Test
    void timeoutOfAThreadOfAnotherHubPassesWhileTheMainHubComputes() {
        computeOnMainHub();

        try (var hub = Hub.start("another")) {
            assertThat(Eventlet.spawnOn(hub, this::waitsInTime).await()).isFalse();
        }
    }

    @Test
    void timeoutEndsAWaitOfTheJdkWhileTheMainHubComputes() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        computeOnMainHub();

        assertThat(Timeout.call(SHORT, lines::take, "nothing")).isEqualTo("nothing");
    }

    @Test
    void timeoutOfAPlatformThreadPassesThoughTheMainHubIsClosedMeanwhile() {
        var main = Hub.main();
        try (var _ = Timeout.after(SHORT)) {
            var closing = Thread.ofPlatform().start(main::close); // here it would be a wait
            Eventually.until(() -> !closing.isAlive());

            assertThatExceptionOfType(TimeoutExpired.class).isThrownBy(() -> queue.get());
        }
    }

    // ---- no time at all

    @Test
    void timeoutOfNoTimeIsDueAtTheNextYield() {
        var yielding =
                Eventlet.spawn(() -> {
                    try (var _ = Timeout.after(Duration.ZERO)) {
                        Eventlet.yield();
                    }
                });

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(yielding::await)
                .withCauseInstanceOf(TimeoutExpired.class);
    }

    @Test
    void timeoutOfNoTimeIsDueAtTheNextWait() {
        try (var timeout = Timeout.after(Duration.ZERO)) {
            assertThatExceptionOfType(TimeoutExpired.class).isThrownBy(() -> queue.get());
            assertThat(timeout.isExpired()).isTrue();
        }
    }

    @Test
    void timeoutOfNoTimeDoesNotEndWhatNeedNotWait() {
        queue.put("there");

        String got = Timeout.call(Duration.ZERO, () -> queue.get());

        assertThat(got).isEqualTo("there");
    }

    @Test
    void timeoutOfNoTimeLeavesNoPermitToPark() throws Exception {
        var returned = new AtomicBoolean();
        var parking =
                Thread.ofPlatform()
                        .start(() -> {
                            Timeout.after(Duration.ZERO).close();
                            LockSupport.park();
                            returned.set(true);
                        });
        Eventually.until(() -> returned.get() || parking.getState() == Thread.State.WAITING);

        assertThat(returned).isFalse();
        LockSupport.unpark(parking);
        parking.join();
    }
}
