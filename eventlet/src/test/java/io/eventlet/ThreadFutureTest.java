// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/// Green threads and the futures of the JDK, either waiting for the other.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ThreadFutureTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    @Test
    void futureCompletesWithTheResultOfTheThread() {
        var event = new Event<String>();
        var thread = Eventlet.spawn(() -> event.await());

        var length = thread.toCompletableFuture().thenApply(String::length);
        event.send("hello");

        assertThat(length.join()).isEqualTo(5);
    }

    @Test
    void futureOfAThreadThatHasEndedIsComplete() {
        var thread = Eventlet.spawn(() -> "done");
        thread.join();

        assertThat(thread.toCompletableFuture()).isCompletedWithValue("done");
    }

    @Test
    void futureFailsWithWhatTheThreadThrew() {
        var future =
                Eventlet.spawn(
                                () -> {
                                    throw new IOException("broken");
                                })
                        .toCompletableFuture();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(future::join)
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void futureOfAKilledThreadIsCancelled() {
        var thread = Eventlet.spawn(() -> new Event<String>().await());
        var future = thread.toCompletableFuture();

        thread.kill();
        thread.join();

        assertThatExceptionOfType(CancellationException.class).isThrownBy(future::join);
    }

    @Test
    void cancellingTheFutureKillsTheThread() {
        var thread = Eventlet.spawn(() -> new Event<String>().await());
        Until.waiting(thread);

        assertThat(thread.toCompletableFuture().cancel(false)).isTrue();
        thread.join();

        assertThat(thread.isCancelled()).isTrue();
    }

    @Test
    void cancellingWhatDependsOnItLeavesTheThread() {
        var event = new Event<String>();
        var thread = Eventlet.spawn(() -> event.await());

        thread.toCompletableFuture().thenApply(String::length).cancel(true);
        event.send("hello");

        assertThat(thread.await()).isEqualTo("hello");
    }

    @Test
    void greenThreadsWaitForStagesOfOthers() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletionStage<Integer> length = stage.thenApply(String::length);
        var waiter = Eventlet.<Integer>spawn(() -> length.toCompletableFuture().get());
        Until.waiting(waiter);

        Eventlet.run(() -> stage.complete("hello"));

        assertThat(waiter.await()).isEqualTo(5);
    }

    @Test
    void timeoutEndsTheWaitForAStageAndLeavesIt() {
        var stage = new CompletableFuture<String>();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(
                        () -> Eventlet.run(() -> Eventlet.withTimeout(MOMENT, () -> stage.get())))
                .withCauseInstanceOf(TimeoutExpired.class);

        assertThat(stage).isNotDone();
    }
}
