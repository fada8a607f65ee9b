// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.wait.Clock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// What comes to the scheduler by each of its doors.
@Timeout(60)
class HubSchedulerTest {
    private final Collecting scheduler = new Collecting();
    private final List<Thread> ranOn = new ArrayList<>();

    /// Keeps what becomes ready, and how long waits are.
    private static final class Collecting extends HubScheduler {
        final List<Runnable> ready = new ArrayList<>();
        final List<Long> waits = new ArrayList<>();

        @Override
        void makeReady(Runnable task) {
            ready.add(task);
        }

        @Override
        ScheduledFuture<?> scheduleWait(Runnable task, long nanos) {
            waits.add(nanos);
            return new Timer(new Timers(Clock.system()), task, nanos);
        }
    }

    static Stream<Arguments> doors() {
        return Stream.of(
                door("execute", ForkJoinPool::execute),
                door("execute adapted", (pool, task) -> pool.execute(ForkJoinTask.adapt(task))),
                door("submit", ForkJoinPool::submit),
                door("submit adapted", (pool, task) -> pool.submit(ForkJoinTask.adapt(task))),
                door("submit with result", (pool, task) -> pool.submit(task, "result")),
                door(
                        "submit callable",
                        (pool, task) ->
                                pool.submit(() -> {
                                    task.run();
                                    return "result";
                                })),
                door(
                        "externalSubmit",
                        (pool, task) -> pool.externalSubmit(ForkJoinTask.adapt(task))),
                door("lazySubmit", (pool, task) -> pool.lazySubmit(ForkJoinTask.adapt(task))),
                door("submit of an action", (pool, task) -> pool.submit(new Action(task))));
    }

    /// A task of a pool that is no Runnable.
    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private final transient Runnable body;

        Action(Runnable body) {
            this.body = body;
        }

        @Override
        protected void compute() {
            body.run();
        }
    }

    private static Arguments door(String name, BiConsumer<ForkJoinPool, Runnable> way) {
        return Arguments.of(name, way);
    }

    private void note() {
        ranOn.add(Thread.currentThread());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doors")
    void whatIsHandedOverBecomesReadyAndRunsOnceWhereTheHubRunsIt(
            String name, BiConsumer<ForkJoinPool, Runnable> door) {
        door.accept(scheduler, this::note);

        assertThat(ranOn).isEmpty();
        assertThat(scheduler.ready).hasSize(1);
        scheduler.ready.getFirst().run();
        assertThat(ranOn).containsExactly(Thread.currentThread());
        assertThat(scheduler.getPoolSize()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doors")
    void whatATaskThrowsReachesTheHub(String name, BiConsumer<ForkJoinPool, Runnable> door) {
        var error = new IllegalStateException("thrown by the task");
        door.accept(
                scheduler,
                () -> {
                    throw error;
                });

        assertThatThrownBy(() -> scheduler.ready.getFirst().run()).isSameAs(error);
    }

    @Test
    void anAdaptedTaskIsDoneWhenItHasRun() {
        var task = scheduler.submit(ForkJoinTask.adapt(this::note));

        assertThat(task.isDone()).isFalse();
        scheduler.ready.getFirst().run();
        assertThat(task.isCompletedNormally()).isTrue();
    }

    @Test
    void waitsAreScheduledInNanoseconds() {
        var ignored = scheduler.schedule(this::note, 3, TimeUnit.MILLISECONDS);

        assertThat(scheduler.waits).containsExactly(3_000_000L);
        assertThat(scheduler.ready).isEmpty();
    }
}
