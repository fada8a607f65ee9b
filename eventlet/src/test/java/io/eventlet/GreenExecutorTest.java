// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.hub.Hub;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Executors and thread factories whose threads are green.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenExecutorTest {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final List<Object> steps = new CopyOnWriteArrayList<>();
    private final GreenSemaphore gate = new GreenSemaphore(0);

    @Test
    void eachTaskIsAGreenThreadOfItsHubWithANumberedName() throws Exception {
        try (var hub = Hub.start("web");
                var executor = GreenExecutor.on(hub, "web-")) {
            var one = executor.submit(() -> GreenThread.current() + " on " + Hub.current());
            var two = executor.submit(() -> Thread.currentThread().getName());

            assertThat(one.get()).contains("'web-1'").endsWith("on hub 'web'");
            assertThat(two.get()).isEqualTo("web-2");
        }
    }

    @Test
    void tasksSeeNoScopedValuesOfWhoSubmitsThem() throws Exception {
        try (var executor = GreenExecutor.named("t-")) {
            var seen = ScopedValue.where(USER, "me").call(() -> executor.submit(USER::isBound));

            assertThat(seen.get()).isFalse();
        }
    }

    @Test
    void noTaskWaitsForAnother() throws Exception {
        try (var executor = GreenExecutor.named("t-")) {
            var asks = executor.submit(() -> executor.submit(() -> "answer").get());

            assertThat(asks.get()).isEqualTo("answer");
        }
    }

    @Test
    void anErrorOfExecuteIsReportedAtOnce() {
        try (var executor = GreenExecutor.named("t-")) {
            executor.execute(() -> {
                throw new IllegalStateException("lost");
            });
        }

        Eventually.until(() -> !reported.list().isEmpty());
        assertThat(reported.list())
                .singleElement()
                .hasToString("java.lang.IllegalStateException: lost");
    }

    @Test
    void closeWaitsForTheTasks() {
        try (var executor = GreenExecutor.named("t-")) {
            executor.execute(() -> {
                gate.acquire();
                steps.add("ran");
            });
            executor.execute(gate::release);
        }

        assertThat(steps).containsExactly("ran");
    }

    @Test
    void aKillThatEndsTheWaitOfCloseKillsTheTasksAndIsPassedOn() {
        var executor = GreenExecutor.named("t-");
        var task = executor.submit(() -> gate.acquire());
        var closer = Eventlet.spawn((Task) executor::close);
        Eventually.until(executor::isShutdown);

        closer.kill(new IllegalStateException("enough"));

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(closer::await)
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(task.isCancelled()).isTrue();
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void onAClosedHubTasksAreRejected() {
        var hub = Hub.start("gone");
        var executor = GreenExecutor.on(hub, "t-");
        hub.close();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.execute(() -> {}))
                .withMessageContaining("hub 'gone' has been closed");
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.schedule(() -> {}, 1, TimeUnit.DAYS));
        executor.close();
    }

    @Test
    @Tag("hub-only")
    void delaysGoByTheClockOfTheHub() throws Exception {
        Simulation.inOrder()
                .run(simulation -> {
                    try (var executor = GreenExecutor.named("t-")) {
                        var task = executor.schedule(() -> "late", 1, TimeUnit.HOURS);

                        assertThat(task.getDelay(TimeUnit.MINUTES)).isEqualTo(60);
                        assertThat(task.get()).isEqualTo("late");
                        assertThat(task.getDelay(TimeUnit.MINUTES)).isZero();
                    }
                });
    }

    /// When a body that takes some minutes begins: the periods of its executor are an hour.
    @FunctionalInterface
    private interface Periodic {
        void start(GreenExecutor executor, Runnable body);
    }

    private static List<Long> minutes(Periodic periodic, int... lengths) throws Exception {
        var begins = new ArrayList<Long>();
        Simulation.inOrder()
                .run(simulation -> {
                    var clock = simulation.clock();
                    long zero = clock.nanoTime();
                    var all = new CountDownLatch(lengths.length);
                    var executor = GreenExecutor.named("t-");
                    periodic.start(
                            executor,
                            () -> {
                                int run = begins.size();
                                begins.add(TimeUnit.NANOSECONDS.toMinutes(clock.nanoTime() - zero));
                                all.countDown();
                                if (run < lengths.length) {
                                    Eventlet.sleep(Duration.ofMinutes(lengths[run]));
                                }
                            });
                    all.await();
                    var ignored = executor.shutdownNow();
                    executor.close();
                });
        return begins;
    }

    @Test
    @Tag("hub-only")
    void aFixedRateKeepsToItsTimesAndCatchesUp() throws Exception {
        var begins =
                minutes(
                        (executor, body) ->
                                executor.scheduleAtFixedRate(body, 10, 60, TimeUnit.MINUTES),
                        5,
                        150,
                        5,
                        5,
                        5);

        assertThat(begins).containsExactly(10L, 70L, 220L, 225L, 250L);
    }

    @Test
    @Tag("hub-only")
    void aFixedDelayBeginsWithTheEndOfARun() throws Exception {
        var begins =
                minutes(
                        (executor, body) ->
                                executor.scheduleWithFixedDelay(body, 10, 60, TimeUnit.MINUTES),
                        5,
                        150,
                        5);

        assertThat(begins).containsExactly(10L, 75L, 285L);
    }

    @Test
    void aPeriodicTaskThatFailsIsReportedAndNotRunAgain() {
        try (var executor = GreenExecutor.named("t-")) {
            var runs = new AtomicInteger();
            var task =
                    executor.scheduleAtFixedRate(
                            () -> {
                                if (runs.incrementAndGet() == 3) {
                                    throw new IllegalStateException("third");
                                }
                            },
                            0,
                            1,
                            TimeUnit.NANOSECONDS);

            assertThatExceptionOfType(ExecutionException.class).isThrownBy(task::get);
            assertThat(runs).hasValue(3);
        }
        assertThat(reported.list())
                .singleElement()
                .hasToString("java.lang.IllegalStateException: third");
    }

    @Test
    void aPeriodicTaskThatIsCancelledIsNotRunAgain() {
        try (var executor = GreenExecutor.named("t-")) {
            var task = executor.scheduleWithFixedDelay(() -> steps.add("ran"), 0, 1, TimeUnit.DAYS);
            Eventually.until(() -> !steps.isEmpty());

            assertThat(task.cancel(false)).isTrue();
        }
        assertThat(steps).containsExactly("ran");
    }

    @Test
    void aPeriodicTaskIsCancelledWhenItsHubIsClosed() throws Exception {
        var hub = Hub.start("closing");
        var executor = GreenExecutor.on(hub, "t-");
        var closed = new CountDownLatch(1);
        var task =
                executor.scheduleWithFixedDelay(
                        () -> {
                            steps.add("ran");
                            boolean ignored = hub.close(Duration.ZERO);
                            closed.countDown();
                        },
                        0,
                        1,
                        TimeUnit.NANOSECONDS);
        closed.await();

        assertThatExceptionOfType(CancellationException.class).isThrownBy(task::get);
        executor.close();

        assertThat(steps).containsExactly("ran");
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void aTaskThatIsCancelledBeforeItsTimeLeavesNothing() throws Exception {
        var executor = GreenExecutor.named("t-");
        var task = executor.schedule(() -> "never", 1, TimeUnit.DAYS);
        executor.shutdown();

        task.cancel(false);

        assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aPeriodMustBePositive() {
        try (var executor = GreenExecutor.named("t-")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> executor.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS));
        }
    }

    // ---- thread factories

    @Test
    void aFactoryMakesGreenThreadsOfAHub() throws Exception {
        try (var hub = Hub.start("workers")) {
            var factory = GreenThreads.factory(hub, "worker-");
            var made =
                    factory.newThread(() -> {
                        steps.add(Hub.current());
                        steps.add(Thread.currentThread().getName());
                    });
            var another = factory.newThread(() -> {});

            made.start();
            made.join();

            assertThat(steps).containsExactly(hub, "worker-1");
            assertThat(made.isVirtual()).isTrue();
            assertThat(another.getName()).isEqualTo("worker-2");
        }
    }

    @Test
    void closingTheHubWaitsForThreadsOfAFactory() {
        var hub = Hub.start("workers");
        var thread =
                GreenThreads.factory(hub, "worker-")
                        .newThread(() -> {
                            try {
                                gate.acquire();
                            } finally {
                                steps.add("cleaned up");
                            }
                        });
        thread.start();
        Eventually.until(() -> gate.waiting() == 1);

        boolean all = hub.close(Duration.ofSeconds(50));

        assertThat(all).isTrue();
        assertThat(steps).containsExactly("cleaned up");
    }

    @Test
    void anExecutorOfTheJdkTakesAFactory() throws Exception {
        try (var hub = Hub.start("workers");
                var executor =
                        new ThreadPoolExecutor(
                                2,
                                2,
                                0,
                                TimeUnit.SECONDS,
                                new LinkedBlockingQueue<>(),
                                GreenThreads.factory(hub, "worker-"))) {
            assertThat(executor.submit(Hub::current).get()).isEqualTo(hub);
        }
    }

    @Test
    void aFactoryOfAClosedHubSaysSo() {
        var hub = Hub.start("gone");
        var factory = GreenThreads.factory(hub, "worker-");
        hub.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> factory.newThread(() -> {}))
                .withMessageContaining("hub 'gone' has been closed");
    }
}
