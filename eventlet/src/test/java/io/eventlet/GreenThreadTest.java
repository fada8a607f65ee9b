// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/// Spawning green threads, and asking for what becomes of them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final GreenSemaphore gate = new GreenSemaphore(0);

    /// From Eventlet's greenthread_test.py: Spawn.test_simple.
    @Test
    void awaitReturnsTheResult() {
        var thread = Eventlet.spawn(() -> 6 * 7);

        assertThat(thread.await()).isEqualTo(42);
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_n.
    @Test
    void threadOfSpawnNRunsItsBody() {
        var ran = new CompletableFuture<String>();

        Eventlet.spawnN(() -> {
            ran.complete("ran");
        });

        assertThat(ran.join()).isEqualTo("ran");
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_simple.
    @Test
    void resultIsGivenAsOftenAsAsked() {
        var thread = Eventlet.spawn(() -> new Object());

        Object first = thread.await();

        assertThat(thread.await()).isSameAs(first);
        assertThat(thread.await(Duration.ZERO)).isSameAs(first);
    }

    @Test
    void resultMayBeNull() {
        GreenThread<Void> thread = Eventlet.spawn(() -> {});

        assertThat(thread.await()).isNull();
    }

    /// As in Eventlet: wait() re-raises the stored exception, and later ones do too.
    @Test
    void errorIsGivenAsOftenAsAskedAsTheCauseOfTaskFailed() {
        var error = new IOException("lost");
        var thread =
                Eventlet.spawn(() -> {
                    throw error;
                });

        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(thread::await)
                    .havingCause()
                    .isSameAs(error);
        }
    }

    @Test
    void errorsAndCheckedExceptionsOfTheBodyAreGivenToo() {
        var error = new StackOverflowError();
        var thread =
                Eventlet.spawn(() -> {
                    throw error;
                });

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isSameAs(error);
    }

    /// As in Eventlet: any number of waiters.
    @Test
    void everyWaiterGetsTheResult() {
        var thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return "done";
                });
        var waiters =
                IntStream.range(0, 10).mapToObj(_ -> Eventlet.spawn(() -> thread.await())).toList();
        Eventlet.run(() -> Eventlet.yield());

        gate.release();

        assertThat(waiters).extracting(GreenThread::await).containsOnly("done").hasSize(10);
    }

    @Test
    void awaitWithLimitThrowsLimitExpiredAndMayBeRepeated() {
        var thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return "late";
                });

        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() -> thread.await(SHORT))
                .withMessageContaining("2 ms");
        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> thread.await(Duration.ZERO));

        gate.release();
        assertThat(thread.await(Duration.ofMinutes(1))).isEqualTo("late");
    }

    @Test
    void awaitRefusesANegativeLimit() {
        var thread = Eventlet.spawn(() -> "done");

        assertThatIllegalArgumentException().isThrownBy(() -> thread.await(Duration.ofNanos(-1)));
        assertThat(thread.await()).isEqualTo("done");
    }

    @Test
    void awaitWorksFromPlainThreadsAndFromOtherHubs() throws Exception {
        var thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return "done";
                });
        var platform = new CompletableFuture<String>();
        var plainVirtual = new CompletableFuture<String>();
        Thread.ofPlatform().start(() -> platform.complete(thread.await()));
        Thread.ofVirtual().start(() -> plainVirtual.complete(thread.await()));
        try (var hub = Hub.start()) {
            var otherHub = Eventlet.spawnOn(hub, () -> thread.await());

            gate.release();

            assertThat(platform.get()).isEqualTo("done");
            assertThat(plainVirtual.get()).isEqualTo("done");
            assertThat(otherHub.await()).isEqualTo("done");
        }
    }

    /// As in Eventlet: children start in spawn order at the next turn, the caller goes on.
    @Test
    @Tag("hub-only")
    void threadsBeginInTheOrderOfTheirSpawningOnceTheSpawnerWaits() {
        var order = new ArrayList<String>();

        Eventlet.run(() -> {
            for (String name : List.of("a", "b", "c")) {
                Eventlet.spawn(() -> order.add(name));
            }
            order.add("spawner");
            Eventlet.sleep();
        });

        assertThat(order).containsExactly("spawner", "a", "b", "c");
    }

    /// From Eventlet's api_test.py: TestApi.test_zero_second_sleep, and Eventlet's documentation:
    /// sleep(0) puts the caller behind what is ready.
    @Test
    @Tag("hub-only")
    void sleepOfZeroLetsWhatIsReadyRunFirst() {
        var order = new ArrayList<String>();

        Eventlet.run(() -> {
            var other =
                    Eventlet.spawn(() -> {
                        order.add("other 1");
                        Eventlet.sleep(Duration.ZERO);
                        order.add("other 2");
                    });
            order.add("main 1");
            Eventlet.sleep(Duration.ZERO);
            order.add("main 2");
            other.await();
        });

        assertThat(order).containsExactly("main 1", "other 1", "main 2", "other 2");
    }

    /// As in Eventlet: FIFO at equal deadlines (hub_test.py: TestScheduleCall).
    @Test
    @Tag("hub-only")
    void sleepersWakeInTheOrderOfTheirDeadlines() {
        var order = new ArrayList<Integer>();

        Eventlet.run(() -> {
            var sleepers = new ArrayList<GreenThread<?>>();
            for (int millis : new int[] {9, 3, 6}) {
                sleepers.add(
                        Eventlet.spawn(() -> {
                            Eventlet.sleep(Duration.ofMillis(millis));
                            order.add(millis);
                        }));
            }
            sleepers.forEach(GreenThread::await);
        });

        assertThat(order).containsExactly(3, 6, 9);
    }

    @Test
    void sleepRefusesANegativeTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eventlet.sleep(Duration.ofMillis(-1)));
    }

    @Test
    void aThreadIsCurrentWhileItRuns() {
        var seen = new AtomicReference<GreenThread<?>>();

        var thread = Eventlet.spawn(() -> seen.set(Eventlet.current()));
        thread.await();

        assertThat(seen.get()).isSameAs(thread);
        assertThat(thread.thread().isVirtual()).isTrue();
        assertThat(thread.hub()).isSameAs(Hub.main());
    }

    @Test
    void noGreenThreadIsCurrentOnOtherThreads() throws Exception {
        var onVirtual = new CompletableFuture<Boolean>();

        Thread.ofVirtual().start(() -> onVirtual.complete(Eventlet.current() == null));

        assertThat(Eventlet.current()).isNull();
        assertThat(onVirtual.get()).isTrue();
    }

    @Test
    void whatAThreadSpawnsStaysOnItsHub() {
        try (var hub = Hub.start("other")) {
            Hub ofGrandchild =
                    Eventlet.<GreenThread<Hub>>spawnOn(hub, () -> Eventlet.spawn(Hub::current))
                            .await()
                            .await();

            assertThat(ofGrandchild).isSameAs(hub);
        }
    }

    @Test
    void runReturnsTheResultOfItsBody() {
        String name = Eventlet.run(() -> String.valueOf(Eventlet.current()));

        assertThat(name).startsWith("green thread #");
    }

    @Test
    void runThrowsWhatItsBodyThrew() {
        var error = new IllegalStateException("broken");

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        Eventlet.run(() -> {
                            throw error;
                        }))
                .havingCause()
                .isSameAs(error);
    }

    @Test
    void itSaysWhetherItHasBegunAndEnded() {
        var thread = Eventlet.spawn(() -> gate.acquire());
        Eventually.until(thread::isStarted);
        boolean deadBefore = thread.isDead();

        gate.release();
        thread.await();

        assertThat(deadBefore).isFalse();
        assertThat(thread.isStarted()).isTrue();
        assertThat(thread.isDead()).isTrue();
    }

    /// Not as in Eventlet, but JDK practice: a plain interrupt ends a wait.
    @Test
    void interruptFromPlainJavaEndsTheWaitWithCancelled() {
        var thread = Eventlet.spawn(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 1);

        thread.thread().interrupt();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isExactlyInstanceOf(Cancelled.class);
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void interruptIsUsedUpByTheWaitThatItEnded() {
        var second = new GreenSemaphore(0);
        var thread =
                Eventlet.spawn(() -> {
                    try {
                        gate.acquire();
                    } catch (Cancelled e) {
                        second.acquire();
                    }
                    return Thread.currentThread().isInterrupted();
                });
        Eventually.until(() -> gate.waiting() == 1);

        thread.thread().interrupt();
        Eventually.until(() -> second.waiting() == 1);
        second.release();

        assertThat(thread.await()).isFalse();
    }
}
