// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.ReportedErrors;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Poller;
import io.eventlet.testing.MemoryNetwork;
import io.eventlet.wait.Clock;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

@Tag("hub-only")
@Timeout(60)
class LoopFailureTest {
    @RegisterExtension final ReportedErrors reported = new ReportedErrors();

    /// One whose first poll fails.
    private static class FailingPoller implements Poller {
        private final Poller poller = new MemoryNetwork().poller();
        private final RuntimeException failure;
        private boolean failed; // the hub

        FailingPoller(RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public void poll(long nanos) {
            if (!failed) {
                failed = true;
                throw failure;
            }
            poller.poll(nanos);
        }

        @Override
        public void wakeup() {
            poller.wakeup();
        }

        @Override
        public void close() {
            poller.close();
        }

        @Override
        public Endpoint open() throws IOException {
            return poller.open();
        }

        @Override
        public Endpoint openListener() throws IOException {
            return poller.openListener();
        }

        @Override
        public String name() {
            return poller.name();
        }
    }

    @Test
    void aTurnThatFailsIsReportedAndTheHubGoesOn() {
        var failure = new IllegalStateException("the poller is out of order");
        try (var hub = Hub.start("failing", Clock.system(), new FailingPoller(failure))) {
            var sleeper =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                Eventlet.sleep(Duration.ofMillis(1));
                                return "slept";
                            });

            assertThat(sleeper.await()).isEqualTo("slept");
            Eventually.until(() -> reported.contains(failure));
        }
    }

    /// The clock of a hub where there is no memory for the timers of waits, a few times.
    private static final class PoorClock implements Clock {
        private int failures = 3; // the hub

        @Override
        public long nanoTime() {
            boolean ofWait =
                    StackWalker.getInstance()
                            .walk(frames ->
                                    frames.anyMatch(f -> f.getMethodName().equals("scheduleWait")));
            if (ofWait && failures > 0) {
                failures--;
                throw new OutOfMemoryError("as asked");
            }
            return System.nanoTime();
        }
    }

    @Test
    void aThreadForWhoseTimedWaitThereIsNoMemoryGoesOn() {
        var clock = new PoorClock();
        try (var hub = Hub.start("poor", clock, new MemoryNetwork().poller())) {
            var sleeper =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                Eventlet.sleep(Duration.ofMillis(5));
                                return "slept";
                            });

            assertThat(sleeper.await()).isEqualTo("slept");
            assertThat(clock.failures).isLessThan(3);
        }
    }

    /// One whose first wakeup finds no memory.
    private static final class DeafPoller extends FailingPoller {
        private final AtomicBoolean hasFailed = new AtomicBoolean();

        DeafPoller() {
            super(new IllegalStateException("the poller is out of order"));
        }

        @Override
        public void wakeup() {
            if (!hasFailed.getAndSet(true)) {
                throw new OutOfMemoryError("as asked");
            }
            super.wakeup();
        }
    }

    @Test
    void aHubThatCouldNotBeWokenIsWokenByTheNextWhoSendsSomething() {
        var poller = new DeafPoller();
        try (var hub = Hub.start("deaf", Clock.system(), poller)) {
            while (!poller.hasFailed.get()) {
                try {
                    Eventlet.spawnOn(hub, () -> {}).await(); // and then it sleeps
                } catch (OutOfMemoryError expected) {
                    assertThat(expected).hasMessage("as asked");
                }
            }

            assertThat(Eventlet.spawnOn(hub, () -> "ran").await()).isEqualTo("ran");
        }
    }
}
