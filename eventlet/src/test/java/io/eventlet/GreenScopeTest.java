// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventlet.hub.Hub;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// Blocks that their green threads do not outlive.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenScopeTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final Event<String> go = new Event<>();
    private final List<String> steps = new CopyOnWriteArrayList<>();

    private String awaitOrNote() {
        try {
            return go.await();
        } catch (GreenThreadKilled e) {
            steps.add("killed");
            throw e;
        }
    }

    private static String fail() throws IOException {
        throw new IOException("failed");
    }

    // ---- a good end

    @Test
    void blockGivesTheResultOfItsBody() {
        String result =
                GreenScope.call(scope -> {
                    var one = scope.spawn(() -> "one");
                    var two = scope.spawn(() -> "two");
                    return one.await() + " " + two.await();
                });

        assertThat(result).isEqualTo("one two");
    }

    /// From gevent's test__greenlet.py: TestContextManager.test_simple.
    @Test
    void blockWaitsForItsThreads() {
        GreenScope.run(scope -> {
            scope.spawn(() -> {
                go.await();
                steps.add("thread");
            });
            steps.add("body");
            go.send("on");
        });

        assertThat(steps).containsExactly("body", "thread");
    }

    @Test
    void threadsMaySpawnMore() {
        GreenScope.run(scope ->
                scope.spawn(() -> {
                    Eventlet.sleep(SHORT);
                    scope.spawn(() -> {
                        Eventlet.sleep(SHORT);
                        steps.add("grandchild");
                    });
                }));

        assertThat(steps).containsExactly("grandchild");
    }

    @Test
    void scopesNest() {
        GreenScope.run(outer ->
                outer.spawn(() -> {
                    GreenScope.run(inner -> inner.spawn(() -> steps.add("inner thread")));
                    steps.add("inner block");
                }));

        assertThat(steps).containsExactly("inner thread", "inner block");
    }

    @Test
    void threadsOfOtherHubsMaySpawnInIt() {
        try (var hub = Hub.start()) {
            GreenScope.run(scope ->
                    Eventlet.spawnOn(hub, () -> scope.spawn(() -> steps.add("afar"))).await());
        }

        assertThat(steps).containsExactly("afar");
    }

    // ---- failures

    @Test
    void failureOfAThreadEndsTheBodysWait() {
        var failure =
                catchThrowableOfType(
                        TaskFailed.class,
                        () ->
                                GreenScope.run(scope -> {
                                    scope.spawn(() -> fail());
                                    go.await();
                                }));

        assertThat(failure).hasCauseInstanceOf(IOException.class);
        assertThat(go.waiting()).isZero();
    }

    @Test
    void failureOfAThreadKillsTheOthers() {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        GreenScope.run(scope -> {
                            var other = scope.spawn(() -> awaitOrNote());
                            Until.waiting(other);
                            scope.spawn(() -> fail());
                        }))
                .withCauseInstanceOf(IOException.class);

        assertThat(steps).containsExactly("killed");
    }

    @Test
    void failureIsThrownEvenWhenTheBodyHasItsResult() {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        GreenScope.call(scope -> {
                            scope.spawn(() -> fail());
                            return "result";
                        }))
                .withMessageContaining("failed");
    }

    @Test
    void failureEndsAWaitInsideTheJdk() {
        var latch = new CountDownLatch(1);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        GreenScope.run(scope -> {
                            scope.spawn(() -> fail());
                            latch.await();
                        }))
                .withCauseInstanceOf(IOException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void laterFailuresAreSuppressedByTheFirst() {
        var failure =
                catchThrowable(() ->
                        GreenScope.run(scope -> {
                            var other =
                                    scope.spawn(() -> {
                                        try {
                                            go.await();
                                        } catch (GreenThreadKilled e) {
                                            throw new IllegalStateException("while tidying up");
                                        }
                                    });
                            Until.waiting(other);
                            scope.spawn(() -> fail());
                        }));

        assertThat(failure.getCause()).isInstanceOf(IOException.class);
        assertThat(failure.getCause().getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("while tidying up");
    }

    /// From gevent's test__greenlet.py: TestContextManager.test_suite_body_raises.
    @Test
    void errorOfTheBodyKillsTheThreads() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        GreenScope.run(scope -> {
                            Until.waiting(scope.spawn(() -> awaitOrNote()));
                            fail();
                        }));

        assertThat(steps).containsExactly("killed");
    }

    @Test
    void threadThatIsKilledHasNotFailed() {
        GreenScope.run(scope -> {
            var thread = scope.spawn(() -> awaitOrNote());
            Until.waiting(thread);
            thread.kill();
            steps.add("body went on");
        });

        assertThat(steps).contains("killed", "body went on");
    }

    @Test
    void awaitedFailureIsThrownOnce() {
        var failure =
                catchThrowableOfType(
                        TaskFailed.class,
                        () ->
                                GreenScope.<String, RuntimeException>call(
                                        s -> s.spawn(() -> fail()).await()));

        assertThat(failure).hasCauseInstanceOf(IOException.class);
        assertThat(failure.getSuppressed()).isEmpty();
    }

    // ---- ends from outside

    @Test
    void killOfTheCallerKillsTheThreads() {
        var caller =
                Eventlet.spawn(() -> GreenScope.run(scope -> scope.spawn(() -> awaitOrNote())));
        Eventually.until(() -> go.waiting() == 1);

        caller.kill();
        caller.join();

        assertThat(caller.isCancelled()).isTrue();
        assertThat(steps).containsExactly("killed");
    }

    @Test
    void timeoutAroundTheBlockKillsTheThreads() {
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        Timeout.call(
                                SHORT,
                                () ->
                                        GreenScope.call(scope -> {
                                            scope.spawn(() -> awaitOrNote());
                                            return go.await();
                                        })));

        assertThat(go.waiting()).isZero();
    }

    @Test
    void secondKillOfTheCallerDoesNotLetThreadsOutliveTheBlock() {
        var tidying = new Event<String>();
        var caller =
                Eventlet.spawn(() ->
                        GreenScope.run(scope ->
                                scope.spawn(() -> {
                                    try {
                                        go.await();
                                    } catch (GreenThreadKilled e) {
                                        tidying.await();
                                        steps.add("tidied up");
                                    }
                                })));
        Eventually.until(() -> go.waiting() == 1);
        caller.kill();
        Eventually.until(() -> tidying.waiting() == 1);
        caller.kill();
        assertThat(caller.isDead()).isFalse();

        tidying.send("go on");
        caller.join();

        assertThat(steps).containsExactly("tidied up");
    }

    @Test
    @Tag("hub-only")
    void timeoutDuringAWaitInsideTheJdkIsThrownAfterThreadsHaveTidiedUp() throws Exception {
        var tidying = new Event<String>();
        var latch = new CountDownLatch(1);

        Simulation.inOrder()
                .run(() -> {
                    var ignored =
                            Eventlet.spawnAfter(Duration.ofHours(1), () -> tidying.send("go on"));
                    String result =
                            Timeout.call(
                                    SHORT,
                                    () ->
                                            GreenScope.call(scope -> {
                                                scope.spawn(() -> awaitUntilKilledThen(tidying));
                                                latch.await();
                                                return "never";
                                            }),
                                    "fallback");

                    assertThat(result).isEqualTo("fallback");
                    assertThat(steps).containsExactly("tidied up");
                });
    }

    @Test
    void killWhileThreadsTidyUpIsNotLostBehindAnError() {
        var tidying = new Event<String>();
        var caller =
                Eventlet.spawn(() ->
                        GreenScope.run(scope -> {
                            scope.spawn(() -> awaitUntilKilledThen(tidying));
                            Eventually.until(() -> go.waiting() == 1);
                            fail();
                        }));
        Eventually.until(() -> tidying.waiting() == 1);

        var kill = new GreenThreadKilled("killed by the test");
        caller.kill(kill);
        Eventually.until(() -> kill.getSuppressed().length == 1); // it goes before the body's error
        tidying.send("go on");
        caller.join();

        assertThat(caller.isCancelled()).isTrue();
        assertThat(steps).containsExactly("tidied up");
    }

    private void awaitUntilKilledThen(Event<String> tidying) {
        try {
            go.await();
        } catch (GreenThreadKilled e) {
            tidying.await();
            steps.add("tidied up");
        }
    }

    @Test
    void threadKilledWithAnErrorHasFailed() {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        GreenScope.run(scope -> {
                            var thread = scope.spawn(() -> awaitOrNote());
                            Until.waiting(thread);
                            thread.kill(new IllegalStateException("of the killer"));
                            thread.join();
                        }))
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void endedScopeTakesNoThreads() {
        var kept = new AtomicReference<GreenScope>();
        GreenScope.run(kept::set);

        assertThatIllegalStateException()
                .isThrownBy(() -> kept.get().spawn(() -> "late"))
                .withMessageContaining("has ended");
    }

    @Test
    void threadSpawnedAfterAFailureDoesNotBegin() {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        GreenScope.run(scope -> {
                            scope.spawn(() -> fail());
                            assertThatExceptionOfType(TaskFailed.class).isThrownBy(go::await);
                            var late = scope.spawn(() -> steps.add("late"));
                            assertThat(late.isCancelled()).isTrue();
                        }));
        assertThat(steps).isEmpty();
    }

    @Test
    void platformThreadMayHaveAScope() throws InterruptedException {
        var thread =
                Thread.ofPlatform()
                        .start(() -> GreenScope.run(scope -> scope.spawn(() -> steps.add("ran"))));
        thread.join();

        assertThat(steps).containsExactly("ran");
    }
}
