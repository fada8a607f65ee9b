// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/// Kills and timeouts that end waits inside the JDK, which knows of them by an interrupt only.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class JdkWaitsTest {
    private static final Duration SHORT = Duration.ofMillis(2);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);

    /// What waits for ever in the JDK: the kill or the timeout ends it, and no time passes.
    static Stream<Named<Task>> waits() {
        return Stream.of(
                wait("Thread.sleep", () -> Thread.sleep(LONG)),
                wait("Object.wait", () -> waitOnMonitor(0)),
                wait("Object.wait with a time", () -> waitOnMonitor(LONG.toMillis())),
                wait("BlockingQueue.take", () -> new LinkedBlockingQueue<String>().take()),
                wait(
                        "BlockingQueue.put",
                        () -> new ArrayBlockingQueue<>(1, true, List.of("first")).put("second")),
                wait("SynchronousQueue.take", () -> new SynchronousQueue<String>().take()),
                wait("CountDownLatch.await", () -> new CountDownLatch(1).await()),
                wait("Semaphore.acquire", () -> new Semaphore(0).acquire()),
                wait("Lock.lockInterruptibly", () -> waitForLock(new ReentrantLock())),
                wait(
                        "ReadWriteLock.writeLock",
                        () -> waitForLock(new ReentrantReadWriteLock().writeLock())),
                wait("ReadWriteLock.readLock", () -> waitToRead()),
                wait("Condition.await", () -> waitForCondition()),
                wait("Future.get", () -> new CompletableFuture<String>().get()),
                wait("CyclicBarrier.await", () -> new CyclicBarrier(2).await()),
                wait("Phaser.awaitAdvance", () -> new Phaser(1).awaitAdvanceInterruptibly(0)),
                wait("Exchanger.exchange", () -> new Exchanger<String>().exchange("item")),
                wait("Thread.join", () -> Thread.currentThread().join()));
    }

    private static Named<Task> wait(String name, Task task) {
        return Named.of(name, task);
    }

    private static void waitOnMonitor(long millis) throws InterruptedException {
        Object monitor = new Object();
        synchronized (monitor) {
            while (true) {
                monitor.wait(millis);
            }
        }
    }

    private static void waitForLock(Lock lock) throws InterruptedException {
        Thread.ofPlatform().start(lock::lock).join();
        lock.lockInterruptibly();
    }

    private static void waitToRead() throws InterruptedException {
        var lock = new ReentrantReadWriteLock();
        Thread.ofPlatform().start(() -> lock.writeLock().lock()).join();
        lock.readLock().lockInterruptibly();
    }

    private static void waitForCondition() throws InterruptedException {
        var lock = new ReentrantLock();
        var condition = lock.newCondition();
        lock.lock();
        try {
            while (true) {
                condition.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isParked(GreenThread<?> thread) {
        return switch (thread.thread().getState()) {
            case WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    private static void assertKilled(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
    }

    @ParameterizedTest
    @MethodSource("waits")
    void callThrowsTimeoutExpiredWhereTheJdkThrowsInterruptedException(Task wait) {
        Throwable expired =
                Eventlet.run(() ->
                        catchThrowable(() ->
                                Timeout.<String, Exception>call(
                                        SHORT,
                                        () -> {
                                            wait.run();
                                            return "not reached";
                                        })));

        assertThat(expired).isInstanceOf(TimeoutExpired.class);
        assertThat(expired.getSuppressed()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("waits")
    void killEndsTheThread(Task wait) {
        var thread = Eventlet.spawn(wait);
        Eventually.until(() -> isParked(thread));

        thread.kill();

        assertKilled(thread);
        assertThat(thread.isCancelled()).isTrue();
        Eventually.until(() -> !thread.thread().isAlive());
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void callWorksOnPlatformThreadsToo() {
        var latch = new CountDownLatch(1);

        boolean inTime = catchesInTime(() -> latch.await());

        assertThat(inTime).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    private static boolean catchesInTime(Task body) {
        try {
            return Timeout.silent(SHORT, body::run);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void callFindsTheInterruptBehindAnExceptionOfTheCallee() {
        var latch = new CountDownLatch(1);

        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() -> Timeout.call(SHORT, () -> wrapping(latch)));
    }

    private static String wrapping(CountDownLatch latch) {
        try {
            latch.await();
            return "not reached";
        } catch (InterruptedException e) {
            throw new IllegalStateException("the library was interrupted", e);
        }
    }

    @Test
    void killFindsTheInterruptBehindAnExceptionOfTheCallee() {
        var thread = Eventlet.spawn(() -> wrapping(new CountDownLatch(1)));
        Eventually.until(() -> isParked(thread));

        thread.kill();

        assertKilled(thread);
    }

    @Test
    void innerCallDoesNotTakeTheInterruptOfAnOuterTimeoutForItsOwn() {
        var latch = new CountDownLatch(1);

        var outer = Timeout.after(SHORT);
        try (outer) {
            Throwable inner =
                    catchThrowable(() ->
                            Timeout.<String, Exception>call(
                                    LONG,
                                    () -> {
                                        latch.await();
                                        return "not reached";
                                    },
                                    "fallback"));

            assertThat(inner).isInstanceOf(InterruptedException.class);
            var next = catchThrowableOfType(TimeoutExpired.class, gate::acquire);
            assertThat(next.timeout()).isSameAs(outer);
        }
    }

    @Test
    void callDoesNotTakeAPlainInterruptForItsTimeout() {
        var thread =
                Eventlet.spawn(() ->
                        Timeout.<String, Exception>call(
                                LONG, () -> wrapping(new CountDownLatch(1)), "fallback"));
        Eventually.until(() -> isParked(thread));

        thread.thread().interrupt();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingRootCause()
                .isInstanceOf(InterruptedException.class);
    }

    /// The known limit: the JDK throws an exception, which is swallowed; our next wait throws all
    /// the same.
    @Test
    void killThatWasSwallowedInAWaitOfTheJdkEndsTheNextWaitOfOurs() {
        var swallowed = new CompletableFuture<Exception>();
        var thread =
                Eventlet.spawn(() -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (Exception e) {
                        swallowed.complete(e);
                    }
                    gate.acquire();
                    return "not reached";
                });
        Eventually.until(() -> isParked(thread));

        thread.kill();

        assertKilled(thread);
        assertThat(swallowed.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void interruptFlagThatWasSetAgainDoesNotEndTwoWaits() {
        var second = new GreenSemaphore(0);
        var thread =
                Eventlet.spawn(() -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    var raised = catchThrowable(gate::acquire);
                    second.acquire();
                    return raised;
                });
        Eventually.until(() -> isParked(thread));

        thread.kill();
        second.release();

        assertThat(thread.await()).isInstanceOf(GreenThreadKilled.class);
    }

    /// What is documented: a timeout without `call` cannot turn the JDK's exception into its own.
    @Test
    void timeoutAroundAWaitOfTheJdkShowsAsInterruptedExceptionWithoutCall() {
        Throwable thrown;
        try (var _ = Timeout.after(SHORT)) {
            thrown = catchThrowable(() -> new CountDownLatch(1).await());
        }

        assertThat(thrown).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(gate.acquire(SHORT)).isFalse();
    }

    @Test
    void killWithAnErrorOfTheCallersIsTheCauseInAWaitOfTheJdkToo() {
        var error = new IllegalStateException("not needed any more");
        var thread = Eventlet.spawn(() -> wrapping(new CountDownLatch(1)));
        Eventually.until(() -> isParked(thread));

        thread.kill(error);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isSameAs(error);
    }
}
