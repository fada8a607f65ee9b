// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A green thread as a `Future`, which keeps the contract of that interface.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadFutureTest {
    private final GreenSemaphore gate = new GreenSemaphore(0);

    private GreenThread<String> blocked() {
        var thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return "done";
                });
        Eventually.until(() -> gate.waiting() == 1);
        return thread;
    }

    private static GreenThread<String> failing(Exception error) {
        return Eventlet.spawn(() -> {
            throw error;
        });
    }

    @Test
    void getReturnsTheResult() throws Exception {
        Future<String> future = Eventlet.spawn(() -> "done");

        assertThat(future.get()).isEqualTo("done");
        assertThat(future.get(1, TimeUnit.MINUTES)).isEqualTo("done");
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isFalse();
        assertThat(future.state()).isEqualTo(Future.State.SUCCESS);
        assertThat(future.resultNow()).isEqualTo("done");
    }

    @Test
    void getThrowsExecutionExceptionWithWhatTheBodyThrew() {
        var error = new IOException("lost");
        var future = failing(error);

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(future::get)
                .havingCause()
                .isSameAs(error);
        assertThat(future.state()).isEqualTo(Future.State.FAILED);
        assertThat(future.exceptionNow()).isSameAs(error);
        assertThatIllegalStateException().isThrownBy(future::resultNow);
    }

    @Test
    void getWithATimeThrowsTimeoutExceptionAndMayBeRepeated() throws Exception {
        var future = blocked();

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS));
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> future.get(-1, TimeUnit.MILLISECONDS));
        assertThat(future.isDone()).isFalse();
        assertThat(future.state()).isEqualTo(Future.State.RUNNING);
        assertThatIllegalStateException().isThrownBy(future::resultNow);

        gate.release();
        assertThat(future.get(Long.MAX_VALUE, TimeUnit.DAYS)).isEqualTo("done");
    }

    @Test
    void cancelBeforeTheBeginningIsForGood() {
        var future = Eventlet.spawnAfter(Duration.ofHours(1), () -> "never");

        boolean cancelled = future.cancel(false);

        assertThat(cancelled).isTrue();
        assertThat(future.isCancelled()).isTrue();
        assertThat(future.isDone()).isTrue();
        assertThat(future.state()).isEqualTo(Future.State.CANCELLED);
        assertThatExceptionOfType(CancellationException.class).isThrownBy(future::get);
        assertThat(future.cancel(true)).isFalse();
    }

    @Test
    void cancelWithoutInterruptHasNoEffectOnOneThatHasBegun() throws Exception {
        var future = blocked();

        boolean cancelled = future.cancel(false);
        gate.release();

        assertThat(cancelled).isFalse();
        assertThat(future.get()).isEqualTo("done");
    }

    /// From Eventlet's asyncio_test.py: test_cancelling_future_kills_greenthread.
    @Test
    void cancelWithInterruptKillsOneThatHasBegun() {
        var future = blocked();

        boolean cancelled = future.cancel(true);

        assertThat(cancelled).isTrue();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(future::get)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(future.isCancelled()).isTrue();
        assertThat(future.state()).isEqualTo(Future.State.CANCELLED);
    }

    @Test
    void cancelOfOneThatHasEndedDoesNothing() throws Exception {
        var future = Eventlet.spawn(() -> "done");
        future.get();

        assertThat(future.cancel(true)).isFalse();
        assertThat(future.isCancelled()).isFalse();
    }

    @Test
    void interruptOfWhoGetsIsAnInterruptedException() {
        var future = blocked();
        var outcome = new CompletableFuture<Throwable>();
        var asker = Thread.ofVirtual().unstarted(() -> outcome.complete(errorOfGet(future)));
        asker.start();
        Eventually.until(() -> asker.getState() == Thread.State.WAITING);

        asker.interrupt();

        assertThat(outcome.join()).isInstanceOf(InterruptedException.class);
        assertThat(future.isDone()).isFalse();
        gate.release();
        assertThat(future.await()).isEqualTo("done");
    }

    /// From Eventlet's asyncio_test.py: test_kill_greenthread.
    @Test
    void killOfWhoGetsIsNotHiddenInAnInterruptedException() {
        var future = blocked();
        var asker = Eventlet.spawn(() -> future.get());
        Eventually.until(() -> asker.thread().getState() == Thread.State.WAITING);

        asker.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(asker::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
        gate.release();
        assertThat(future.await()).isEqualTo("done");
    }

    private static Throwable errorOfGet(Future<?> future) {
        try {
            return new AssertionError("returned " + future.get());
        } catch (Throwable e) {
            return e;
        }
    }
}
