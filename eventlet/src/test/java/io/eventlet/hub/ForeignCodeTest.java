// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.Task;
import io.eventlet.os.VirtualThreads;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Code that knows nothing of hubs, run in green threads.
@Tag("hub-only")
@Timeout(60)
class ForeignCodeTest {
    private static final int MILLIS = 20;

    /// The timed waits of the JDK but for `Thread.sleep`; all of these pass their time, and by the
    /// clock of the system, since the JDK looks at that one whatever the hub has. That they end is
    /// the event which is waited for.
    static Stream<Arguments> timedWaits() {
        return Stream.of(
                wait("LockSupport.parkNanos", () -> LockSupport.parkNanos(MILLIS * 1_000_000L)),
                wait("Object.wait", ForeignCodeTest::waitForNotification),
                wait("ReentrantLock.tryLock", ForeignCodeTest::tryLock),
                wait("Condition.await", ForeignCodeTest::waitForSignal),
                wait(
                        "BlockingQueue.poll",
                        () -> new LinkedBlockingQueue<String>().poll(MILLIS, MILLISECONDS)),
                wait(
                        "CountDownLatch.await",
                        () -> new CountDownLatch(1).await(MILLIS, MILLISECONDS)),
                wait(
                        "Semaphore.tryAcquire",
                        () -> new Semaphore(0).tryAcquire(MILLIS, MILLISECONDS)),
                wait("Future.get", ForeignCodeTest::getFuture),
                wait(
                        "Thread.join",
                        () -> Thread.ofVirtual().start(LockSupport::park).join(MILLIS)));
    }

    private static Arguments wait(String name, Task body) {
        return Arguments.of(Named.of(name, body));
    }

    private static void waitForNotification() throws InterruptedException {
        var monitor = new Object();
        long deadline = System.nanoTime() + MILLIS * 1_000_000L;
        synchronized (monitor) {
            while (deadline - System.nanoTime() > 0) {
                monitor.wait(MILLIS);
            }
        }
    }

    private static void waitForSignal() throws InterruptedException {
        var lock = new ReentrantLock();
        var condition = lock.newCondition();
        long left = MILLIS * 1_000_000L;
        lock.lock();
        try {
            while (left > 0) {
                left = condition.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void tryLock() throws InterruptedException {
        var lock = new ReentrantLock();
        Thread.ofPlatform().start(lock::lock).join();
        assertThat(lock.tryLock(MILLIS, MILLISECONDS)).isFalse();
    }

    private static void getFuture() {
        assertThatThrownBy(() -> new CompletableFuture<String>().get(MILLIS, MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    @ParameterizedTest
    @MethodSource("timedWaits")
    void timedWaitsAreTimersOfTheHub(Task wait) {
        try (var hub = Hub.start("foreign")) {
            var timers = new ArrayList<Long>();
            var carriers = new ArrayList<Thread>();

            Eventlet.spawnOn(
                            hub,
                            () -> {
                                var waiter = Eventlet.spawn(wait);
                                while (!waiter.isDead()) {
                                    timers.add(hub.statistics().timers());
                                    carriers.add(VirtualThreads.currentCarrier());
                                    Thread.yield();
                                }
                                return waiter.await();
                            })
                    .await();

            assertThat(timers).contains(1L);
            assertThat(carriers.stream().map(Thread::getName).distinct())
                    .containsExactly("hub-foreign");
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("VirtualThread-unparker"));
        }
    }

    /// No time passes: that a timer of the hub ends a park is seen above.
    @Test
    void aSleepIsATimerOfTheHubUntilItIsEnded() {
        try (var hub = Hub.start("foreign")) {
            var sleeper = Eventlet.spawnOn(hub, () -> Thread.sleep(Duration.ofHours(1)));
            Eventually.until(() -> hub.statistics().timers() == 1);

            sleeper.kill();

            Eventually.until(sleeper::isDead);
            assertThat(sleeper.isCancelled()).isTrue();
        }
    }

    @Test
    void aVirtualThreadThatForeignCodeStartsIsOnTheHub() {
        try (var hub = Hub.start("foreign")) {
            var seen =
                    Eventlet.spawnOn(
                                    hub,
                                    () -> {
                                        var result = new CompletableFuture<Object>();
                                        var ignored =
                                                Thread.startVirtualThread(
                                                        () -> result.complete(Hub.current()));
                                        return result.get();
                                    })
                            .await();

            assertThat(seen).isSameAs(hub);
        }
    }

    @Test
    void anExecutorOfVirtualThreadsIsOnTheHub() {
        try (var hub = Hub.start("foreign")) {
            var name =
                    Eventlet.spawnOn(
                                    hub,
                                    () -> {
                                        try (var executor =
                                                Executors.newVirtualThreadPerTaskExecutor()) {
                                            return executor.submit(() ->
                                                            VirtualThreads.currentCarrier()
                                                                    .getName())
                                                    .get();
                                        }
                                    })
                            .await();

            assertThat(name).isEqualTo("hub-foreign");
        }
    }

    @Test
    void monitorsDoNotHoldUpTheHub() {
        var log = new ArrayList<String>();
        var monitor = new Object();

        Eventlet.run(() -> {
            var waiter =
                    Eventlet.spawn(() -> {
                        synchronized (monitor) {
                            log.add("waits");
                            while (!log.contains("notifies")) {
                                monitor.wait();
                            }
                            log.add("notified");
                        }
                    });
            Eventlet.yield();
            synchronized (monitor) {
                log.add("notifies");
                monitor.notifyAll();
                Eventlet.yield();
                log.add("lets go");
            }
            return waiter.await();
        });

        assertThat(log).containsExactly("waits", "notifies", "lets go", "notified");
    }
}
