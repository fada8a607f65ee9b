// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/// `invokeAll` and `invokeAny` of a pool, whose limits bound the wait for room too.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPoolInvokeTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static int slow(int i) {
        Eventlet.sleep();
        return i;
    }

    private Integer blocked() {
        gate.acquire();
        return 0;
    }

    @Test
    void invokeAllRunsMoreThanThereArePermits() throws Exception {
        var pool = new GreenPool(3);
        List<Callable<Integer>> tasks =
                IntStream.range(0, 20).<Callable<Integer>>mapToObj(i -> () -> slow(i)).toList();

        var futures = pool.invokeAll(tasks);

        assertThat(futures)
                .extracting(Future::get)
                .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
        pool.close();
    }

    @Test
    void invokeAllFromAMemberOfAFullPoolDoesNotDeadlock() {
        var pool = new GreenPool(1);
        List<Callable<Integer>> tasks = List.of(() -> slow(1), () -> slow(2));

        var sum =
                pool.spawn(() -> {
                    int total = 0;
                    for (var future : pool.invokeAll(tasks)) {
                        total += future.get();
                    }
                    return total;
                });

        assertThat(sum.await()).isEqualTo(3);
        pool.close();
    }

    @Test
    void invokeAnyReturnsAResultAndCancelsTheRest() throws Exception {
        var pool = new GreenPool(2);
        List<Callable<String>> tasks =
                List.of(
                        () -> "first",
                        () -> {
                            gate.acquire();
                            return "never";
                        });

        String any = pool.invokeAny(tasks);

        assertThat(any).isEqualTo("first");
        pool.close();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void invokeAllWithALimitCancelsWhatHasNotEndedEvenIfThePoolHadNoRoom() throws Exception {
        var pool = new GreenPool(2);
        List<Callable<Integer>> tasks = List.of(this::blocked, this::blocked, () -> 3);

        var futures = pool.invokeAll(tasks, 5, TimeUnit.MILLISECONDS);

        assertThat(futures).hasSize(3).allMatch(Future::isDone).allMatch(Future::isCancelled);
        pool.waitall();
        assertThat(gate.waiting()).isZero();
        pool.close();
    }

    @Test
    void invokeAllWithALimitDoesNotWaitForRoomForEver() throws Exception {
        var pool = new GreenPool(1);
        var member = pool.submit(() -> gate.acquire());

        var futures = pool.invokeAll(List.<Callable<Integer>>of(() -> 1), 1, TimeUnit.MILLISECONDS);

        assertThat(futures.getFirst().isCancelled()).isTrue();
        gate.release();
        member.get();
        pool.close();
    }

    @Test
    void invokeAllKeepsResultsAndFailuresInTheOrderOfTheTasks() throws Exception {
        var pool = new GreenPool(2);
        var error = new IllegalStateException("second");

        var futures =
                pool.invokeAll(
                        List.<Callable<Integer>>of(
                                () -> 1,
                                () -> {
                                    throw error;
                                },
                                () -> 3));

        assertThat(futures.get(0).get()).isEqualTo(1);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(futures.get(1)::get)
                .havingCause()
                .isSameAs(error);
        assertThat(futures.get(2).get()).isEqualTo(3);
        pool.close();
    }

    @Test
    void interruptOfInvokeAllIsOneAndStopsTheTasks() throws Exception {
        var pool = new GreenPool(1);
        var thrown = new CompletableFuture<Throwable>();
        var caller =
                Thread.ofPlatform()
                        .start(() ->
                                thrown.complete(
                                        catchThrowable(() ->
                                                pool.invokeAll(
                                                        List.<Callable<Integer>>of(
                                                                this::blocked, this::blocked)))));
        Eventually.until(() -> gate.waiting() == 1);

        caller.interrupt();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        pool.waitall();
        assertThat(gate.waiting()).isZero();
        pool.close();
    }

    @Test
    void invokeAllOfAPoolThatHasBeenShutDownIsRejected() {
        var pool = new GreenPool(1);
        pool.shutdown();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> pool.invokeAll(List.<Callable<Integer>>of(() -> 1)));
    }

    @Test
    void invokeAllThatWaitsForRoomIsRejectedWhenThePoolIsShutDown() throws Exception {
        var pool = new GreenPool(1);
        var member = pool.submit(() -> gate.acquire());
        var thrown = new CompletableFuture<Throwable>();
        var caller =
                Eventlet.spawn(() ->
                        thrown.complete(
                                catchThrowable(() ->
                                        pool.invokeAll(List.<Callable<Integer>>of(() -> 1)))));
        Eventually.until(() -> pool.waiting() == 1);

        pool.shutdown();

        caller.await();
        assertThat(thrown.get()).isInstanceOf(RejectedExecutionException.class);
        gate.release();
        member.get();
    }

    @Test
    void invokeAnyReturnsTheFirstSuccessAndStopsTheOthers() throws Exception {
        var pool = new GreenPool(3);
        Callable<Integer> failing =
                () -> {
                    throw new IllegalStateException("not this one");
                };

        int first = pool.invokeAny(List.of(failing, this::blocked, () -> 3));

        assertThat(first).isEqualTo(3);
        pool.waitall();
        assertThat(gate.waiting()).isZero();
        pool.close();
    }

    @Test
    void invokeAnyFailsWhenAllTasksDo() {
        var pool = new GreenPool(2);
        var error = new IllegalStateException("no luck");
        Callable<Integer> failing =
                () -> {
                    throw error;
                };

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> pool.invokeAny(List.of(failing, failing)))
                .havingCause()
                .isSameAs(error);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> pool.invokeAny(List.<Callable<Integer>>of()));
        pool.close();
    }

    @Test
    void invokeAnyWithALimitEndsWhenNoTaskHasSucceededByThen() {
        var pool = new GreenPool(1);

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() ->
                        pool.invokeAny(
                                List.<Callable<Integer>>of(this::blocked, () -> 2),
                                1,
                                TimeUnit.MILLISECONDS));
        pool.waitall();
        assertThat(gate.waiting()).isZero();
        pool.close();
    }
}
