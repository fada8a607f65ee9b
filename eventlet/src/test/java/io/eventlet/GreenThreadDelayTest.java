// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Green threads that begin later.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadDelayTest {
    private static final Duration SOON = Duration.ofMillis(2);
    private static final Duration HOUR = Duration.ofHours(1);

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final List<String> steps = new CopyOnWriteArrayList<>();

    private static void assertNeverBegan(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
        assertThat(thread.isStarted()).isFalse();
    }

    /// What a scene has delayed, and whose spawner it has ended before that was due. If the machine
    /// was too busy for that, the scene is played again, with a longer delay.
    private GreenThread<?> whoseSpawnerEndedInTime(Function<Duration, GreenThread<?>> scene) {
        for (var delay = SOON; ; delay = delay.multipliedBy(8)) {
            long begin = System.nanoTime();
            var local = scene.apply(delay);
            if (System.nanoTime() - begin < delay.toNanos()) {
                return local;
            }
            local.join();
            steps.clear();
        }
    }

    private static void awaitEnd(Thread thread) {
        Eventually.until(() -> !thread.isAlive());
    }

    /// From Eventlet's greenthread_test.py: SpawnAfter.test_basic.
    @Test
    void threadBeginsAfterItsDelay() {
        var thread = Eventlet.spawnAfter(SOON, () -> 20);

        assertThat(thread.await()).isEqualTo(20);
    }

    @Test
    void delayOfZeroIsAllowedAndANegativeOneIsNot() {
        assertThat(Eventlet.spawnAfter(Duration.ZERO, () -> 20).await()).isEqualTo(20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eventlet.spawnAfter(Duration.ofNanos(-1), () -> {}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eventlet.spawnAfterLocal(Duration.ofNanos(-1), () -> {}));
    }

    /// From Eventlet's greenthread_test.py: SpawnAfter.test_cancel.
    @Test
    void cancelKeepsAThreadFromBeginning() {
        var thread = Eventlet.spawnAfter(HOUR, () -> steps.add("ran"));

        boolean cancelled = thread.cancel();

        assertThat(cancelled).isTrue();
        assertThat(thread.isDead()).isTrue();
        assertNeverBegan(thread);
        assertThat(steps).isEmpty();
    }

    @Test
    void threadEitherBeginsOrIsCancelledNeverBoth() {
        for (int i = 0; i < 200; i++) {
            var begun = new AtomicInteger();
            var thread =
                    Eventlet.spawnAfter(
                            Duration.ofNanos(i * 1_000L), () -> begun.getAndIncrement());

            boolean cancelled = thread.cancel();

            assertThat(endOf(thread)).isEqualTo(cancelled ? "never began" : "0");
            assertThat(begun.get()).isEqualTo(cancelled ? 0 : 1);
        }
    }

    private static String endOf(GreenThread<?> thread) {
        try {
            return String.valueOf(thread.await());
        } catch (TaskFailed e) {
            return "never began";
        }
    }

    /// From Eventlet's greenthread_test.py: SpawnAfter.test_cancel_already_started.
    @Test
    void cancelComesTooLateForAThreadThatHasBegun() {
        var thread =
                Eventlet.spawnAfter(
                        Duration.ZERO,
                        () -> {
                            gate.acquire();
                            return 22;
                        });
        Eventually.until(() -> gate.waiting() == 1);

        boolean cancelled = thread.cancel();
        gate.release();

        assertThat(cancelled).isFalse();
        assertThat(thread.await()).isEqualTo(22);
    }

    /// From Eventlet's greenthread_test.py: SpawnAfter.test_kill_already_started.
    @Test
    void killEndsADelayedThreadThatHasBegun() {
        var thread =
                Eventlet.spawnAfter(
                        Duration.ZERO,
                        () -> {
                            gate.acquire();
                            return 22;
                        });
        Eventually.until(() -> gate.waiting() == 1);

        thread.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
    }

    /// As in Eventlet: spawn_after runs even if the spawner died meanwhile, and Eventlet's
    /// greenthread_test.py: SpawnAfterLocal.test_spawn_is_not_cancelled.
    @Test
    void delayedThreadBeginsEvenIfItsSpawnerHasEnded() {
        var thread =
                Eventlet.run(() ->
                        Eventlet.spawnAfter(SOON, () -> Eventlet.current().thread().isVirtual()));

        assertThat(thread.await()).isTrue();
    }

    /// From Eventlet's greenthread_test.py: SpawnAfterLocal.test_timer_fired.
    @Test
    void localThreadBeginsWhileItsSpawnerLives() {
        var spawner =
                Eventlet.spawn(() -> {
                    var local = Eventlet.spawnAfterLocal(SOON, () -> "ran");
                    return local.await();
                });

        assertThat(spawner.await()).isEqualTo("ran");
    }

    /// From Eventlet's greenthread_test.py:
    /// SpawnAfterLocal.test_timer_cancelled_upon_greenlet_exit.
    @Test
    void localThreadNeverBeginsIfItsSpawnerHasEnded() {
        var local =
                whoseSpawnerEndedInTime(delay -> {
                    var spawner =
                            Eventlet.spawn(
                                    () -> Eventlet.spawnAfterLocal(delay, () -> steps.add("ran")));
                    awaitEnd(spawner.thread());
                    return spawner.await();
                });

        assertNeverBegan(local);
        assertThat(steps).isEmpty();
    }

    @Test
    void localThreadNeverBeginsIfItsSpawnerWasKilled() {
        var local =
                whoseSpawnerEndedInTime(delay -> {
                    var locals = new CompletableFuture<GreenThread<?>>();
                    var spawner =
                            Eventlet.spawn(() -> {
                                locals.complete(
                                        Eventlet.spawnAfterLocal(delay, () -> steps.add("ran")));
                                gate.acquire();
                            });
                    var left = locals.join();
                    spawner.kill();
                    awaitEnd(spawner.thread());
                    return left;
                });

        assertNeverBegan(local);
        assertThat(steps).isEmpty();
    }

    @Test
    void localThreadOfAPlatformThreadBeginsWhileThatLives() {
        var local = Eventlet.spawnAfterLocal(SOON, () -> "ran");

        assertThat(local.await()).isEqualTo("ran");
    }

    @Test
    void localThreadNeverBeginsIfThePlatformThreadHasEnded() {
        var local = whoseSpawnerEndedInTime(this::leftByPlatformThread);

        assertNeverBegan(local);
        assertThat(steps).isEmpty();
    }

    private GreenThread<?> leftByPlatformThread(Duration delay) {
        var locals = new CompletableFuture<GreenThread<?>>();
        var spawner =
                Thread.ofPlatform()
                        .start(() ->
                                locals.complete(
                                        Eventlet.spawnAfterLocal(delay, () -> steps.add("ran"))));
        awaitEnd(spawner);
        return locals.join();
    }
}
