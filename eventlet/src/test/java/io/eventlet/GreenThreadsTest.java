// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

/// What is done with several green threads at once.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadsTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final Event<String> go = new Event<>();
    private final List<String> steps = new CopyOnWriteArrayList<>();

    private GreenThread<String> spawnWaiting() {
        var thread = Eventlet.<String>spawn(() -> go.await());
        Until.waiting(thread);
        return thread;
    }

    private static GreenThread<String> spawnFailing() {
        return Eventlet.spawn(() -> {
            throw new IOException("failed");
        });
    }

    // ---- join

    /// From gevent's test__greenlet.py: TestStuff.test_wait_noerrors, of joinall.
    @Test
    void joinAllWaitsForAll() {
        var threads = List.of(spawnWaiting(), spawnWaiting());
        var joiner = Eventlet.spawn(() -> GreenThreads.joinAll(threads));
        Until.waiting(joiner);

        go.send("on");
        joiner.await();

        assertThat(threads).allMatch(GreenThread::isDead);
    }

    @Test
    void joinAllDoesNotThrowWhatThreadsThrew() {
        var failing = spawnFailing();

        GreenThreads.joinAll(List.of(failing, Eventlet.spawn(() -> "fine")));

        assertThatExceptionOfType(TaskFailed.class).isThrownBy(failing::await);
    }

    @Test
    void joinAllWithALimitTellsThatSomeHaveNotEnded() {
        var waiting = spawnWaiting();

        assertThat(GreenThreads.joinAll(List.of(waiting, Eventlet.spawn(() -> "fine")), SHORT))
                .isFalse();

        go.send("on");
        assertThat(GreenThreads.joinAll(List.of(waiting), Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void joinAllWithNoTimeLooksAtAll() {
        var ended = Eventlet.spawn(() -> "fine");
        ended.join();

        assertThat(GreenThreads.joinAll(List.of(ended, ended), Duration.ZERO)).isTrue();
    }

    @Test
    void awaitAllGivesTheResultsInOrder() {
        var threads = List.of(spawnWaiting(), Eventlet.spawn(() -> "second"));
        go.send("first");

        assertThat(GreenThreads.<String>awaitAll(threads)).containsExactly("first", "second");
    }

    @Test
    void awaitAllThrowsTheFirstFailure() {
        var threads = List.of(Eventlet.spawn(() -> "fine"), spawnFailing());

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> GreenThreads.<String>awaitAll(threads))
                .withCauseInstanceOf(IOException.class);
    }

    // ---- kill

    /// From gevent's test__greenlet.py: TestKill.test_block_killall.
    @Test
    void killAllKillsAndWaits() {
        var threads = List.of(spawnWaiting(), spawnWaiting());

        GreenThreads.killAll(threads);

        assertThat(threads).allMatch(GreenThread::isDead).allMatch(GreenThread::isCancelled);
    }

    /// From gevent's test__greenlet.py: killall also stops those that have not begun.
    @Test
    void killAllKeepsThoseFromBeginningThatHaveNot() {
        var unbegun = Eventlet.spawnAfter(Duration.ofHours(1), () -> steps.add("begun"));

        GreenThreads.killAll(List.of(unbegun));

        assertThat(unbegun.isStarted()).isFalse();
        assertThat(unbegun.isDead()).isTrue();
        assertThat(steps).isEmpty();
    }

    @Test
    void killAllWithALimitTellsWhoGoesOn() {
        var stubborn =
                Eventlet.spawn(() -> {
                    try {
                        go.await();
                    } catch (GreenThreadKilled e) {
                        go.await();
                    }
                });
        Until.waiting(stubborn);

        assertThat(GreenThreads.killAll(List.of(stubborn), SHORT)).isFalse();

        go.send("end");
        stubborn.await();
    }

    @Test
    void callerOfKillAllIsKilledLast() {
        var other = spawnWaiting();
        var caller =
                Eventlet.spawn(() -> {
                    GreenThreads.killAll(
                            List.of(java.util.Objects.requireNonNull(Eventlet.current()), other));
                    steps.add("went on");
                });

        caller.join();

        assertThat(caller.isCancelled()).isTrue();
        assertThat(other.isCancelled()).isTrue();
        assertThat(steps).isEmpty();
    }

    // ---- race

    @Test
    void raceGivesTheFirstResultAndKillsTheOthers() {
        Callable<String> slow =
                () -> {
                    try {
                        return go.await();
                    } catch (GreenThreadKilled e) {
                        steps.add("killed");
                        throw e;
                    }
                };

        assertThat(GreenThreads.<String>race(slow, () -> "fast", slow)).isEqualTo("fast");
        assertThat(steps).allMatch("killed"::equals); // one that had not begun never does
    }

    @Test
    void losersHaveEndedWhenTheRaceIsOver() {
        Callable<String> slow =
                () -> {
                    try {
                        return go.await();
                    } finally {
                        Eventlet.yield();
                        steps.add("tidied up");
                    }
                };

        GreenThreads.<String>race(
                slow,
                () -> {
                    Eventlet.sleep(SHORT);
                    return "fast";
                });

        assertThat(steps).containsExactly("tidied up");
    }

    @Test
    void raceIsWonByWhoSucceeds() {
        assertThat(
                        GreenThreads.<String>race(
                                () -> {
                                    throw new IOException("failed");
                                },
                                () -> {
                                    Eventlet.sleep(SHORT);
                                    return "slow";
                                }))
                .isEqualTo("slow");
    }

    @Test
    void raceThatAllLoseThrowsAllErrors() {
        Callable<String> failing =
                () -> {
                    throw new IOException("failed");
                };

        var failure =
                catchThrowableOfType(
                        TaskFailed.class, () -> GreenThreads.<String>race(failing, failing));

        assertThat(failure).hasMessageContaining("all 2").hasCauseInstanceOf(IOException.class);
        assertThat(failure.getCause().getSuppressed()).hasSize(1);
    }

    @Test
    void raceThatAllLoseByTheSameErrorThrowsIt() {
        var error = new IOException("the only one");
        Callable<String> failing =
                () -> {
                    throw error;
                };

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> GreenThreads.<String>race(failing, failing))
                .withCause(error);
    }

    @Test
    void raceNeedsABody() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GreenThreads.race(List.<Callable<String>>of()))
                .withMessageContaining("needs a body");
    }

    @Test
    void killedRaceKillsItsRunners() {
        var race = Eventlet.spawn(() -> GreenThreads.<String>race(() -> go.await()));
        Eventually.until(() -> go.waiting() == 1);

        race.kill();
        race.join();

        assertThat(go.waiting()).isZero();
        assertThat(race.isCancelled()).isTrue();
    }
}
