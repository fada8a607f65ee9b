// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.LimitExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// What tasks leave with their threads, and threads that cannot be started.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WorkersTest {
    private final Offload single = Offload.named("single", 1);
    private final Event<String> gate = new Event<>();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        Workers.beforeStart = null;
        boolean ignored = gate.trySend("opened");
        single.close();
        assertThat(single.statistics().threads()).isZero();
    }

    private void failStarts(int count) {
        var left = new AtomicInteger(count);
        Workers.beforeStart =
                _ -> {
                    if (left.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("no memory for a thread");
                    }
                };
    }

    // ---- what a task leaves

    /// The cause of what a task did not hear would be made by code of the task's, under the lock of
    /// all tasks.
    @Test
    void nobodyIsAskedForTheCauseOfATimeoutThatATaskDidNotHear() {
        single.run(() -> {
            var timeout =
                    io.eventlet.Timeout.after(
                            Duration.ZERO,
                            () -> {
                                calls.incrementAndGet();
                                return new IllegalStateException("asked " + single.statistics());
                            });
            Eventually.until(timeout::isExpired);
        });

        assertThat(single.<Integer, RuntimeException>call(calls::get)).isZero();
    }

    @Test
    void timeoutThatATaskLeavesOpenHitsNoOther() {
        var left = single.call(() -> io.eventlet.Timeout.after(Duration.ofMillis(20)));

        single.run(() -> {
            Eventually.until(left::isExpired);
            assertThatExceptionOfType(LimitExpired.class)
                    .isThrownBy(() -> gate.await(Duration.ofMillis(1)));
        });
    }

    @Test
    void tasksThatWaitBehindOneThatLeavesATimeoutOpenAreDone() {
        var first =
                Eventlet.spawn(() ->
                        single.call(() -> {
                            gate.await();
                            return io.eventlet.Timeout.after(Duration.ofMillis(1));
                        }));
        Eventually.until(() -> single.statistics().busy() == 1);
        var second = Eventlet.spawn(() -> single.call(() -> "second"));
        Eventually.until(() -> single.statistics().waiting() == 1);

        gate.send("go");

        assertThat(second.await()).isEqualTo("second");
        Eventually.until(first.await()::isExpired);
    }

    // ---- threads that cannot be started

    @Test
    void callFailsWhenNoThreadCanBeStarted() {
        failStarts(1);

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> single.call(() -> "never"))
                .withCauseInstanceOf(OutOfMemoryError.class);

        assertThat(single.<String, RuntimeException>call(() -> "next")).isEqualTo("next");
        assertThat(single.statistics().failed()).isEqualTo(1);
    }

    @Test
    void taskWhoseThreadCannotBeStartedIsForAnother() {
        var pair = Offload.named("pair", 2);
        var first = Eventlet.spawn(() -> pair.call(() -> gate.await()));
        Eventually.until(() -> gate.waiting() == 1);
        failStarts(1);

        var second = Eventlet.spawn(() -> pair.call(() -> "second"));
        Eventually.until(() -> pair.statistics().waiting() == 1);
        gate.send("go");

        assertThat(second.await()).isEqualTo("second");
        assertThat(first.await()).isEqualTo("go");
        pair.close();
    }

    @Test
    void growingDoesNotFailWhenNoThreadCanBeStarted() {
        var first = Eventlet.spawn(() -> single.call(() -> gate.await()));
        Eventually.until(() -> gate.waiting() == 1);
        var second = Eventlet.spawn(() -> single.call(() -> "second"));
        Eventually.until(() -> single.statistics().waiting() == 1);
        failStarts(1);

        single.resize(2);
        gate.send("go");

        assertThat(second.await()).isEqualTo("second");
        assertThat(first.await()).isEqualTo("go");
    }
}
