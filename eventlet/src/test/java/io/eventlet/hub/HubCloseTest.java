// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.Task;
import io.eventlet.os.VirtualThreads;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.MemoryNetwork;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
class HubCloseTest {

    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration NONE = Duration.ZERO;

    private final Hub hub = Hub.start("closing");

    private GreenThread<?> waiting(Task body) {
        var thread = Eventlet.spawnOn(hub, body);
        Until.waiting(thread);
        return thread;
    }

    private static void assertTold(GreenThread<?> thread) {
        assertTold(thread, "closing");
    }

    private static void assertTold(GreenThread<?> thread, String hubName) {
        assertThatThrownBy(thread::await)
                .cause()
                .isInstanceOf(HubClosed.class)
                .hasMessage("hub '" + hubName + "' has been closed");
    }

    @Test
    void tellsThoseThatWait() {
        var sleeper = waiting(() -> Eventlet.sleep(LONG));
        var getter = waiting(() -> GreenQueue.unbounded().get());
        var joiner = waiting(() -> sleeper.await());

        assertThat(hub.close(LONG)).isTrue();

        assertTold(sleeper);
        assertTold(getter);
        assertThatThrownBy(joiner::await).isNotNull();
    }

    @Test
    void tellsThoseThatWaitInTheJdk() {
        var acquirer = waiting(() -> new Semaphore(0).acquire());

        assertThat(hub.close(LONG)).isTrue();

        assertThatThrownBy(acquirer::await).hasCauseInstanceOf(HubClosed.class);
    }

    @Test
    void tellsEachOnce() {
        var told = new AtomicInteger();
        var stubborn =
                waiting(() -> {
                    for (int i = 0; i < 2; i++) {
                        try {
                            Eventlet.sleep(Duration.ofMillis(1 + i * 86_400_000L));
                        } catch (HubClosed e) {
                            told.getAndIncrement();
                            return;
                        }
                    }
                });

        hub.close(NONE);
        hub.close(NONE);

        assertThat(stubborn.await()).isNull();
        assertThat(told).hasValue(1);
    }

    @Test
    void stopsAtOnceIfThereCanBeNoThreadThatClosesItInTheBackground() {
        var closer =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            try (var _ = FailingStarts.next(1)) {
                                return hub.close(LONG);
                            }
                        });

        assertThatThrownBy(closer::await).hasCauseInstanceOf(OutOfMemoryError.class);

        assertThat(Hub.all()).doesNotContain(hub);
    }

    @Test
    void waitsForThoseThatCleanUp() {
        var cleaned = new AtomicBoolean();
        var ignored =
                waiting(() -> {
                    try {
                        Eventlet.sleep(LONG);
                    } finally {
                        Eventlet.sleep(Duration.ofMillis(5));
                        cleaned.set(true);
                    }
                });

        assertThat(hub.close(LONG)).isTrue();

        assertThat(cleaned).isTrue();
    }

    @Test
    void whatWasSpawnedBeforeStillBegins() {
        var begun = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            var ignored = Eventlet.spawnOn(hub, () -> begun.getAndIncrement());
        }

        assertThat(hub.close(LONG)).isTrue();

        assertThat(begun).hasValue(100);
    }

    @Test
    void thoseThatIgnoreItGoOnElsewhereAndCanEnd() {
        var release = new Semaphore(0);
        var stubborn =
                waiting(() -> {
                    while (!release.tryAcquire()) {
                        try {
                            Eventlet.sleep(Duration.ofMillis(1));
                        } catch (HubClosed e) {
                            // ignored
                        }
                    }
                });

        assertThat(hub.close(NONE)).isFalse();
        release.release();

        assertThat(stubborn.await()).isNull();
    }

    @Test
    void thoseThatOnlyYieldGoOnElsewhere() {
        var release = new AtomicBoolean();
        var yielder =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            while (!release.get()) {
                                Thread.yield();
                            }
                        });
        Until.holds(yielder::isStarted);

        assertThat(hub.close(NONE)).isFalse();
        release.set(true);

        assertThat(yielder.await()).isNull();
    }

    @Test
    void doesNotWaitForOneThatComputes() {
        var release = new AtomicBoolean();
        var busy =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            while (!release.get()) {
                                Thread.onSpinWait();
                            }
                            return "computed";
                        });
        Until.holds(busy::isStarted);

        assertThat(hub.close(NONE)).isFalse();
        release.set(true);

        assertThat(busy.await()).isEqualTo("computed");
    }

    /// In the wait for its thread, which computes.
    @Test
    @Tag("hub-only")
    void aHubIsOpenNoMoreWhenItsCloserIsKilled() {
        var release = new AtomicBoolean();
        var computing =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            while (!release.get()) {
                                Thread.onSpinWait();
                            }
                        });
        Until.holds(computing::isStarted);
        var closer = Eventlet.spawn(() -> hub.close(NONE));
        Until.waiting(closer);

        closer.kill();

        closer.join();
        assertThat(Hub.all()).doesNotContain(hub);
        release.set(true);
        computing.join();
    }

    @Test
    void aTimerFiresWhenItIsDueAndNotBecauseTheHubCloses() throws InterruptedException {
        var early = new AtomicBoolean();
        var due = new CountDownLatch(1);
        var first = hub.schedule(() -> early.set(true), LONG.toNanos());
        var second = hub.schedule(due::countDown, Duration.ofMillis(50).toNanos());

        hub.close();
        due.await();

        assertThat(early).isFalse();
        assertThat(first.isDone()).isFalse();
        assertThat(second.isDone()).isTrue();
    }

    @Test
    void aTimerOfAClosedHubIsGoneOnceItIsCancelled() {
        var before = List.copyOf(PortableEngine.TIMERS.getQueue());
        var timer = hub.schedule(() -> {}, LONG.toNanos());
        hub.close();

        assertThat(timer.cancel(false)).isTrue();

        assertThat(PortableEngine.TIMERS.getQueue()).isSubsetOf(before);
        assertThat(SystemTimers.own()).doesNotContain((Timer) timer);
    }

    @Test
    void aClosedHubStillFiresTimers() throws InterruptedException {
        var due = new CountDownLatch(1);
        hub.close();

        var ignored = hub.schedule(due::countDown, 1000);

        due.await();
    }

    @Test
    void whatBeginsLaterIsToldAtItsFirstWait() {
        var later =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Eventlet.spawnAfter(
                                        Duration.ofMillis(30), () -> Eventlet.sleep(LONG)));
        var child = later.await();

        hub.close();

        assertTold(child);
    }

    @Test
    void spawningOnAClosedHubIsRefused() {
        hub.close();

        assertThatThrownBy(() -> Eventlet.spawnOn(hub, () -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("hub 'closing' has been closed");
        assertThat(hub.isOpen()).isFalse();
    }

    @Test
    void aGreenThreadClosesItsOwnHub() {
        var other = waiting(() -> Eventlet.sleep(LONG));
        var closer =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            boolean ended = hub.close(LONG);
                            Eventlet.yield();
                            return ended;
                        });

        assertThat(closer.await()).isFalse();
        assertTold(other);
        assertThat(hub.close(LONG)).isTrue();
    }

    @Test
    void severalThreadsCloseItAtTheSameTime() throws Exception {
        var sleeper = waiting(() -> Eventlet.sleep(LONG));
        var closers = new ArrayList<FutureTask<Boolean>>();
        for (int i = 0; i < 4; i++) {
            var closer = new FutureTask<>(() -> hub.close(LONG));
            var ignored = Thread.ofPlatform().start(closer);
            closers.add(closer);
        }

        for (var closer : closers) {
            assertThat(closer.get()).isTrue();
        }
        assertTold(sleeper);
    }

    @Test
    void theMainHubStartsAgain() {
        var first = Hub.main();
        first.close();

        var second = Hub.main();

        assertThat(second).isNotSameAs(first);
        assertThat(second.isOpen()).isTrue();
        assertThat(Eventlet.run(() -> Hub.current())).isSameAs(second);
    }

    @Test
    void negativeTimesAreRefused() {
        assertThatThrownBy(() -> hub.close(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
        assertThat(hub.isOpen()).isTrue();
        hub.close();
    }

    @Test
    @Tag("hub-only")
    void aThreadOfAHubWithAClockOfItsOwnGivesTheOthersTheTimeItSays() {
        long origin = System.nanoTime();
        var own =
                Hub.start(
                        "own clock",
                        () -> System.nanoTime() - origin - LONG.toNanos(),
                        new MemoryNetwork().poller());
        var carrier = new AtomicReference<Thread>();
        var cleaner =
                Eventlet.spawnOn(
                        own,
                        () -> {
                            try {
                                Eventlet.sleep(LONG);
                            } finally {
                                Eventlet.sleep(Duration.ofMillis(5));
                                carrier.set(VirtualThreads.currentCarrier());
                            }
                        });
        Until.waiting(cleaner);

        boolean closed = Eventlet.spawnOn(own, () -> own.close(Duration.ofHours(1))).await();

        assertThat(closed).isFalse();
        assertTold(cleaner, "own clock");
        assertThat(carrier.get()).isInstanceOf(LoopThread.class);
    }
}
