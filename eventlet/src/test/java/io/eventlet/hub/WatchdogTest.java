// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.wait.UncaughtErrors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

@Tag("hub-only")
@Timeout(60)
class WatchdogTest {
    private final Hub hub = Hub.start("watched");
    private final Stalls stalls = new Stalls("watched");

    @AfterEach
    void close() {
        stalls.close();
        hub.close();
    }

    private static void computeWithoutYielding(AtomicBoolean until) {
        while (!until.get()) {
            Thread.onSpinWait();
        }
    }

    /// From Eventlet's hub_test.py: TestHubBlockingDetector.test_block_detect, which raises in the
    /// culprit instead; and gevent's test___monitor.py: TestPeriodicMonitorBlocking.
    @Test
    void reportsWhoDoesNotYieldWithItsStack() throws InterruptedException {
        var release = new AtomicBoolean();
        var culprit = Eventlet.spawnOn(hub, () -> computeWithoutYielding(release));

        var stall = stalls.next();
        release.set(true);

        assertThat(stall.culprit()).isSameAs(culprit.thread());
        assertThat(stall.hub()).isEqualTo("watched");
        assertThat(stall.duration()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        assertThat(stall.takenOver()).isFalse();
        assertThat(stall.stack())
                .extracting(StackTraceElement::getMethodName)
                .contains("computeWithoutYielding");
    }

    /// Timers of the hub are fired by its loop.
    @Test
    void reportsTimersThatDoNotYield() throws InterruptedException {
        try (var hub = Hub.start("watched")) {
            var until = new AtomicBoolean();
            var ignored = hub.schedule(() -> computeWithoutYielding(until), 0);

            var stall = stalls.next();
            until.set(true);

            assertThat(stall.culprit()).isNull();
            assertThat(stall.stack())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("computeWithoutYielding", "fireDue");
        }
    }

    /// Nobody could go on in the middle of the loop.
    @Test
    void reportsTimersThatWaitAndLeavesTheHubToThem() throws InterruptedException {
        try (var hub = Hub.start("watched")) {
            var latch = new CountDownLatch(1);
            var ignored = hub.schedule(() -> awaitUninterruptibly(latch), 0);

            var stall = stalls.next();
            var takeovers = hub.statistics().takeovers();
            latch.countDown();

            assertThat(stall.takenOver()).isFalse();
            assertThat(stall.toString()).doesNotContain("pinned");
            assertThat(stall.stack())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("awaitUninterruptibly", "fireDue");
            assertThat(takeovers).isZero();
            assertThat(Eventlet.spawnOn(hub, () -> "goes on").await()).isEqualTo("goes on");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void reportsAStallOnce() throws InterruptedException {
        try (var clock = Hub.start("clock")) {
            var release = new AtomicBoolean();
            var culprit = Eventlet.spawnOn(hub, () -> computeWithoutYielding(release));
            stalls.next();

            // three stalls of another hub, one after the other, take longer than one would here
            var others = new LinkedBlockingQueue<Stall>();
            Hub.onStall(others::add);
            for (int i = 0; i < 3; i++) {
                var other = new AtomicBoolean();
                var ignored = Eventlet.spawnOn(clock, () -> computeWithoutYielding(other));
                assertThat(others.take().hub()).isEqualTo("clock");
                other.set(true);
            }
            release.set(true);
            var ignored = culprit.await();

            assertThat(others).isEmpty();
        }
    }

    @Test
    void reportsTheNextStallAgain() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            var release = new AtomicBoolean();
            var culprit = Eventlet.spawnOn(hub, () -> computeWithoutYielding(release));

            var stall = stalls.next();
            release.set(true);
            var ignored = culprit.await();

            assertThat(stall.culprit()).isSameAs(culprit.thread());
        }
        assertThat(stalls.rest()).isEmpty();
    }

    @Test
    void isNotHeldUpByWhoIsTold() throws InterruptedException {
        var blocked = new CountDownLatch(1);
        var reports = new LinkedBlockingQueue<String>();
        Hub.onStall(stall -> {
            reports.add(stall.hub());
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (var other = Hub.start("other")) {
            for (var next : List.of(hub, other)) {
                var release = new AtomicBoolean();
                var ignored = Eventlet.spawnOn(next, () -> computeWithoutYielding(release));

                assertThat(reports.take()).isEqualTo(next.name());
                release.set(true);
                blocked.countDown();
            }
        }
    }

    @Test
    void survivesWhoFailsWhenItIsTold() throws InterruptedException {
        var errors = new LinkedBlockingQueue<Throwable>();
        UncaughtErrors.handler((_, error) -> errors.add(error));
        Hub.onStall(_ -> {
            throw new IllegalStateException("cannot bear it");
        });
        try {
            for (int i = 0; i < 2; i++) {
                var release = new AtomicBoolean();
                var ignored = Eventlet.spawnOn(hub, () -> computeWithoutYielding(release));

                assertThat(errors.take()).hasMessage("cannot bear it");
                release.set(true);
            }
        } finally {
            UncaughtErrors.handler(null);
        }
    }

    @Test
    void saysItAsTextForALog() {
        var frame = new StackTraceElement("Crawler", "parse", "Crawler.java", 7);
        var stall =
                new Stall(
                        "main",
                        Duration.ofMillis(123),
                        Thread.ofVirtual().name("worker").unstarted(() -> {}),
                        List.of(frame),
                        false);

        assertThat(stall.toString().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "hub 'main' has not turned for 123 ms: green thread"
                                                        + " #")
                                        .endsWith("'worker' does not yield"),
                        line -> assertThat(line).isEqualTo("\tat Crawler.parse(Crawler.java:7)"));
    }
}
