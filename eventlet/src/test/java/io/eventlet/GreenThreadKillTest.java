// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Ending green threads from outside.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadKillTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final List<String> steps = new CopyOnWriteArrayList<>();

    private GreenThread<?> parked() {
        var thread = Eventlet.spawn(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 1);
        return thread;
    }

    private static void assertKilled(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_kill, test_kill_meth.
    @Test
    @Tag("hub-only")
    void threadKilledBeforeItBeginsNeverRuns() {
        Eventlet.run(() -> {
            var thread = Eventlet.spawn(() -> steps.add("ran"));

            thread.kill();

            assertThat(thread.isDead()).isTrue();
            assertThat(thread.isStarted()).isFalse();
            assertKilled(thread);
        });

        assertThat(steps).isEmpty();
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_kill_n.
    @Test
    @Tag("hub-only")
    void threadOfSpawnNKilledBeforeItBeginsNeverRuns() {
        Eventlet.run(() -> {
            var thread = Eventlet.spawnN(() -> steps.add("ran"));

            Eventlet.kill(thread);

            assertThat(thread.isDead()).isTrue();
        });

        assertThat(steps).isEmpty();
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_kill, in either mode: the function never
    /// runs, links still run, wait() raises, and a second kill does nothing.
    @Test
    void delayedThreadKilledBeforeItBeginsRunsItsLinksAndTellsWhoWaits() {
        var thread = Eventlet.spawnAfter(HOUR, () -> "never");
        var waiter = Eventlet.spawn(() -> assertKilled(thread));
        thread.link(_ -> steps.add("link"));

        thread.kill();
        thread.kill();
        waiter.await();

        assertThat(steps).containsExactly("link");
        assertKilled(thread);
    }

    /// From Eventlet's greenthread_test.py: SpawnAfter.test_kill_already_started.
    @Test
    void killEndsTheWaitOfAThreadThatHasBegun() {
        var thread = parked();

        thread.kill();

        assertKilled(thread);
        assertThat(gate.waiting()).isZero();
    }

    /// As in Eventlet: the exception is delivered at once at the switch point, and the caller
    /// resumes after.
    @Test
    @Tag("hub-only")
    void killedThreadOfTheSameHubHasEndedWhenKillReturns() {
        boolean dead =
                Eventlet.run(() -> {
                    var thread = Eventlet.spawn(() -> gate.acquire());
                    Eventlet.sleep();
                    thread.kill();
                    return thread.isDead();
                });

        assertThat(dead).isTrue();
    }

    /// From Eventlet's api_test.py: TestApi.test_killing_dormant.
    @Test
    @Tag("hub-only")
    void killedThreadMayCatchItWaitAgainAndFinish() {
        Eventlet.run(() -> {
            var thread =
                    Eventlet.spawn(() -> {
                        try {
                            steps.add("start");
                            Eventlet.sleep(HOUR);
                        } catch (GreenThreadKilled e) {
                            steps.add("except");
                        }
                        Eventlet.sleep();
                        steps.add("finished");
                    });
            Eventlet.sleep();
            assertThat(steps).containsExactly("start");

            thread.kill();
            assertThat(steps).containsExactly("start", "except");

            thread.await();
            assertThat(steps).containsExactly("start", "except", "finished");
        });
    }

    /// From Eventlet's api_test.py: TestApi.test_killing_dormant, in either mode; then wait()
    /// returns its value.
    @Test
    void threadThatCatchesTheKillHasNotBeenKilled() {
        var thread =
                Eventlet.spawn(() -> {
                    try {
                        gate.acquire();
                        return "not killed";
                    } catch (GreenThreadKilled e) {
                        Eventlet.sleep(Duration.ofMillis(1));
                        return "survived";
                    }
                });
        Eventually.until(() -> gate.waiting() == 1);

        thread.kill();

        assertThat(thread.await()).isEqualTo("survived");
        assertThat(thread.isCancelled()).isFalse();
    }

    /// As in Eventlet: killing yourself raises in place.
    @Test
    void threadThatKillsItselfGetsItInPlace() {
        var thread =
                Eventlet.spawn(() -> {
                    steps.add("before");
                    current().kill();
                    steps.add("after");
                });

        assertKilled(thread);
        assertThat(steps).containsExactly("before");
    }

    @Test
    void threadThatKillsItselfWithAnErrorOfItsOwnGetsThatOne() {
        var error = new IllegalStateException("enough");
        var caught = new AtomicReference<Throwable>();

        Eventlet.run(() -> {
            try {
                current().kill(error);
            } catch (IllegalStateException e) {
                caught.set(e);
            }
        });

        assertThat(caught.get()).isSameAs(error);
    }

    private static GreenThread<?> current() {
        @Nullable GreenThread<?> current = Eventlet.current();
        assertThat(current).isNotNull();
        return current;
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_kill: the second kill is a no-op.
    @Test
    void killOfADeadThreadDoesNothing() {
        var thread = parked();
        thread.kill();
        assertKilled(thread);
        var ended = Eventlet.spawn(() -> "result");
        ended.await();

        thread.kill(new IllegalStateException("too late"));
        ended.kill();

        assertKilled(thread);
        assertThat(ended.await()).isEqualTo("result");
    }

    /// Defect 7 of Eventlet, mended: there an exception instance given to the kill of a thread that
    /// has not begun makes wait() raise an IndexError, or hits the killer.
    @Test
    void exceptionGivenToKillIsTheCauseForAThreadThatHasNotBegun() {
        var error = new IllegalStateException("not needed any more");
        var thread = Eventlet.spawnAfter(HOUR, () -> "never");

        thread.kill(error);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isSameAs(error);
    }

    @Test
    void exceptionGivenToKillIsWhatAWaitingThreadGets() {
        var error = new IllegalStateException("not needed any more");
        var thread = parked();

        thread.kill(error);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isSameAs(error);
    }

    @Test
    void killRefusesCheckedExceptionsAndNull() {
        var thread = parked();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> thread.kill(new IOException("checked")))
                .withMessageContaining("unchecked");
        assertThatNullPointerException().isThrownBy(() -> thread.kill(nothing()));

        assertThat(thread.isDead()).isFalse();
        thread.kill();
        assertKilled(thread);
    }

    @SuppressWarnings("NullAway") // what a caller without null checks may pass
    private static Throwable nothing() {
        return null;
    }

    /// As in Eventlet, there for Timeout: BaseException, which `except Exception` does not swallow.
    @Test
    void catchOfExceptionAroundAWaitDoesNotSwallowTheKill() {
        var thread =
                Eventlet.spawn(() -> {
                    while (true) {
                        try {
                            gate.acquire();
                        } catch (Exception e) {
                            steps.add("swallowed " + e);
                        }
                    }
                });
        Eventually.until(() -> gate.waiting() == 1);

        thread.kill();

        assertKilled(thread);
        assertThat(steps).isEmpty();
    }

    @Test
    void killOfAThreadThatComputesReachesItsNextWait() {
        var computing = new AtomicInteger();
        var thread =
                Eventlet.spawn(() -> {
                    computing.set(1);
                    while (computing.get() != 2) {
                        Thread.yield();
                    }
                    steps.add("computed");
                    gate.acquire();
                    steps.add("not reached");
                });
        Eventually.until(() -> computing.get() == 1);

        thread.kill();
        computing.set(2);

        assertKilled(thread);
        assertThat(steps).containsExactly("computed");
    }

    @Test
    void killReachesAThreadThatOnlyYields() {
        var thread =
                Eventlet.spawn(() -> {
                    while (true) {
                        Eventlet.yield();
                    }
                });
        Eventually.until(thread::isStarted);

        thread.kill();

        assertKilled(thread);
    }

    @Test
    void threadsAreKilledFromOtherHubsAndPlainThreads() throws Exception {
        var first = parked();
        try (var hub = Hub.start()) {
            Eventlet.spawnOn(hub, () -> first.kill()).await();
            assertKilled(first);
        }

        var second = parked();
        Thread.ofPlatform().start(second::kill).join();
        assertKilled(second);

        var third = parked();
        Thread.ofVirtual().start(third::kill).join();
        assertKilled(third);
    }

    /// As in Eventlet: Eventlet's hub prints no GreenletExit.
    @Test
    void killedThreadsAreNotReported() {
        var spawned = parked();
        spawned.kill();
        var spawnedN = Eventlet.spawnN(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 1);
        spawnedN.kill();
        Eventually.until(() -> !spawnedN.thread().isAlive() && !spawned.thread().isAlive());

        assertThat(reported.list()).isEmpty();
    }

    /// A kill that comes when the body needs no wait any more is void: it reaches no link either.
    @Test
    void killThatTheBodyDoesNotMeetIsForgottenWhenItEnds() {
        var killed = new GreenSemaphore(0);
        var thread =
                Eventlet.spawn(() -> {
                    steps.add("begun");
                    while (killed.available() == 0) {
                        Thread.yield();
                    }
                    return "result";
                });
        thread.link(_ -> {
            Eventlet.sleep(Duration.ofNanos(1));
            steps.add("link waited");
        });
        Eventually.until(() -> steps.contains("begun"));

        thread.kill();
        killed.release();

        assertThat(thread.await()).isEqualTo("result");
        assertThat(steps).containsExactly("begun", "link waited");
        assertThat(reported.list()).isEmpty();
    }

    /// From Eventlet's greenthread_test.py: SpawnAfter.test_cancel_already_started.
    @Test
    void cancelHasNoEffectOnAThreadThatHasBegun() {
        var thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return 22;
                });
        Eventually.until(() -> gate.waiting() == 1);

        boolean cancelled = thread.cancel();
        gate.release();

        assertThat(cancelled).isFalse();
        assertThat(thread.await()).isEqualTo(22);
    }
}
