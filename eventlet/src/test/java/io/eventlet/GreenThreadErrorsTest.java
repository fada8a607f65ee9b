// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;

/// Which errors are reported: those that reach nobody, once. Defect 12 of Eventlet, mended: there
/// every error is printed, even if wait() handles it. [UnseenErrorTest] has those nobody asks for.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadErrorsTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final IllegalStateException error = new IllegalStateException("broken");
    private final GreenSemaphore gate = new GreenSemaphore(0);

    private GreenThread<?> failing() {
        return Eventlet.spawn(() -> {
            gate.acquire();
            throw error;
        });
    }

    /// As in Eventlet: spawn_n has no result; its exception is printed by the hub.
    @Test
    void errorOfSpawnNIsReportedAtOnce() {
        var thread =
                Eventlet.spawnN(() -> {
                    throw error;
                });

        Eventually.until(() -> !thread.thread().isAlive());

        assertThat(reported.list()).containsExactly(error);
    }

    @Test
    void handlerOfAnErrorMaySpawnIntoThePoolThatWasFull() {
        var pool = new GreenPool(1);
        var ran = new CompletableFuture<String>();
        Eventlet.onUncaughtError((_, _) -> pool.spawnN(() -> ran.complete("ran")));

        pool.spawnN(() -> {
            throw error;
        });

        assertThat(ran.join()).isEqualTo("ran");
    }

    @Test
    void errorOfSpawnNIsNotReportedToSomebodyWhoWaitsForIt() {
        var thread =
                Eventlet.spawnN(() -> {
                    gate.acquire();
                    throw error;
                });
        var waiter =
                Eventlet.spawn(() ->
                        assertThatExceptionOfType(TaskFailed.class).isThrownBy(thread::await));
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);

        gate.release();
        waiter.await();

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void errorThatIsAwaitedIsNotReported() {
        var thread = failing();
        gate.release();

        assertThatExceptionOfType(TaskFailed.class).isThrownBy(thread::await);
        collectGarbage();

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void errorThatIsAskedForAfterTheEndIsNotReported() {
        var thread = failing();
        gate.release();
        Eventually.until(() -> !thread.thread().isAlive());

        assertThatExceptionOfType(TaskFailed.class).isThrownBy(thread::await);
        thread.link(_ -> {});
        collectGarbage();

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void errorIsNotReportedWhileItsHolderLives() {
        var thread = failing();
        gate.release();
        Eventually.until(() -> !thread.thread().isAlive());

        collectGarbage();

        assertThat(reported.list()).isEmpty();
        assertThatExceptionOfType(TaskFailed.class).isThrownBy(thread::await);
    }

    @Test
    void errorThatNobodyCanAskForAnyMoreIsReportedOnce() {
        var thread = failing().thread();
        gate.release();
        Eventually.until(() -> !thread.isAlive());

        Eventually.until(() -> {
            System.gc();
            return reported.contains(error);
        });
        collectGarbage();

        assertThat(reported.count(error)).isEqualTo(1);
    }

    /// Collects until something that is garbage from now on has been found to be.
    private static void collectGarbage() {
        var canary = new WeakReference<>(new Object());
        Eventually.until(() -> {
            System.gc();
            return canary.refersTo(null);
        });
    }
}
