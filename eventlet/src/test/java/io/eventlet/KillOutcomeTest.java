// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.net.GreenSocketFactory;
import io.eventlet.resource.ResourcePool;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Whether a thread counts as killed that has cleaned up after its kill, by waits of its own, and
/// has ended with another exception.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class KillOutcomeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static <T> GreenThread<T> waiting(GreenThread<T> thread) {
        Until.waiting(thread);
        return thread;
    }

    private static void kill(GreenThread<?> waiting) {
        waiting.kill();
        waiting.join();
    }

    private void assertKilled(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(thread.isCancelled()).isTrue();
        assertThat(reported.list()).isEmpty();
    }

    private static void sleepForAnHour() {
        Eventlet.sleep(HOUR);
    }

    private static String awaitInTheJdk() throws InterruptedException {
        new CountDownLatch(1).await();
        return "woken";
    }

    @Test
    void aCloseThatWaitsDoesNotHideTheKillOfAWaitOfTheJdk() {
        var thread =
                waiting(
                        Eventlet.spawn(() -> {
                            try (AutoCloseable _ = KillOutcomeTest::sleepForAnHour) {
                                return awaitInTheJdk();
                            }
                        }));

        kill(thread);

        assertKilled(thread);
    }

    @Test
    void aCloseThatWaitsDoesNotHideTheKillOfAWaitOfALibrary() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var socket =
                        GreenSocketFactory.instance()
                                .createSocket(listener.getInetAddress(), listener.getLocalPort())) {
            var thread =
                    waiting(
                            Eventlet.spawn(() -> {
                                try (AutoCloseable _ = KillOutcomeTest::sleepForAnHour) {
                                    return socket.getInputStream().read();
                                }
                            }));

            kill(thread);

            assertKilled(thread);
        }
    }

    /// The pool takes the kill, which it finds behind the failure of the destroyer.
    @Test
    void aPoolThatCannotDestroyWhatWasLentDoesNotHideTheKill() {
        var pool =
                ResourcePool.builder(() -> "thing")
                        .destroy(_ -> {
                            throw new IllegalStateException("cannot close");
                        })
                        .max(1)
                        .open();
        var thread =
                waiting(
                        Eventlet.spawn(() -> {
                            var lease = pool.item();
                            try {
                                return awaitInTheJdk();
                            } catch (InterruptedException e) {
                                e.addSuppressed(catchThrowable(lease::discard));
                                throw e;
                            }
                        }));

        kill(thread);

        assertKilled(thread);
        pool.close();
    }

    @Test
    void aFinallyBlockThatCatchesTheKillAndFailsDoesNotHideIt() {
        var thread =
                waiting(
                        Eventlet.spawn(() -> {
                            try {
                                return awaitInTheJdk();
                            } catch (InterruptedException e) {
                                var ignored = catchThrowable(KillOutcomeTest::sleepForAnHour);
                                throw new IllegalStateException("the library has been shut down");
                            }
                        }));

        kill(thread);

        assertKilled(thread);
    }

    @Test
    void anExceptionThatIsMadeOfTheKillDoesNotHideIt() {
        var thread =
                waiting(
                        Eventlet.spawn(() -> {
                            try {
                                gate.acquire();
                            } catch (GreenThreadKilled e) {
                                throw new IllegalStateException("the driver has failed", e);
                            }
                        }));

        kill(thread);

        assertKilled(thread);
    }

    @Test
    void aTimeoutThatEndsTheCleaningUpDoesNotHideTheKill() {
        var thread =
                waiting(
                        Eventlet.spawn(() -> {
                            try {
                                gate.acquire();
                            } catch (GreenThreadKilled e) {
                                var expired =
                                        catchThrowable(() ->
                                                Eventlet.withTimeout(
                                                        Duration.ofMillis(1),
                                                        KillOutcomeTest::awaitInTheJdk));
                                expired.addSuppressed(e);
                                throw (Error) expired;
                            }
                        }));

        kill(thread);

        assertKilled(thread);
    }

    @Test
    void aFailureAfterAKillThatWasCaughtIsAFailure() {
        var failure = new IllegalStateException("of its own");
        var thread =
                waiting(
                        Eventlet.spawn(() -> {
                            var ignored = catchThrowable(() -> gate.acquire());
                            throw failure;
                        }));

        kill(thread);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isSameAs(failure);
    }

    @Test
    void aBodyThatRunsInlineLaterIsNotEndedByAKillThatWasSurvived() {
        var pool = new GreenPool(1);
        var failure = new IllegalStateException("of the inline body");
        var thread =
                waiting(
                        pool.spawn(() -> {
                            var ignored = catchThrowable(KillOutcomeTest::awaitInTheJdk);
                            ignored = catchThrowable(() -> gate.acquire());
                            GreenThread<?> inline =
                                    pool.spawn(() -> {
                                        throw failure;
                                    });
                            return catchThrowable(inline::await).getCause();
                        }));

        kill(thread);

        assertThat(thread.await()).isSameAs(failure);
    }

    @Test
    void aThreadOfAScopeThatCleansUpAfterItsKillHasNotFailed() {
        Eventlet.run(() ->
                GreenScope.run(scope -> {
                    var thread =
                            scope.spawn(() -> {
                                try (AutoCloseable _ = KillOutcomeTest::sleepForAnHour) {
                                    return awaitInTheJdk();
                                }
                            });
                    Eventually.until(() -> thread.thread().getState() == Thread.State.WAITING);

                    kill(thread);

                    assertThat(thread.isCancelled()).isTrue();
                }));
    }

    @Test
    void aBodyOfAScopeThatCleansUpThrowsWhatItWasEndedWith() {
        Eventlet.run(() ->
                assertThatExceptionOfType(TaskFailed.class)
                        .isThrownBy(() ->
                                GreenScope.call(scope -> {
                                    var body = Thread.currentThread();
                                    var ignored =
                                            scope.spawn(() -> {
                                                Eventually.until(() ->
                                                        body.getState() == Thread.State.WAITING);
                                                throw new IOException("of the thread");
                                            });
                                    try (AutoCloseable _ = KillOutcomeTest::sleepForAnHour) {
                                        return awaitInTheJdk();
                                    }
                                }))
                        .withCauseInstanceOf(IOException.class));
    }
}
