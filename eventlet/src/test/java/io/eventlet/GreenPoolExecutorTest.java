// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// A pool as an `ExecutorService`: the one whose `submit` blocks when it is full.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPoolExecutorTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    @Test
    void submitReturnsFuturesOfGreenThreads() throws Exception {
        ExecutorService pool = new GreenPool(2);

        Future<String> ofCallable = pool.submit(() -> "called");
        Future<?> ofRunnable = pool.submit((Runnable) () -> steps.add(current() != null));
        Future<String> withResult = pool.submit(() -> steps.add("ran"), "result");

        assertThat(ofCallable.get()).isEqualTo("called");
        assertThat(ofRunnable.get()).isNull();
        assertThat(withResult.get()).isEqualTo("result");
        assertThat(steps).containsExactlyInAnyOrder(true, "ran");
        pool.close();
    }

    private static Object current() {
        return String.valueOf(Eventlet.current());
    }

    @Test
    void submitBlocksWhileThePoolIsFull() throws Exception {
        var pool = new GreenPool(1);
        pool.submit(() -> gate.acquire());
        var submitter = Eventlet.spawn(() -> pool.submit(() -> "late").get());
        Eventually.until(() -> pool.waiting() == 1);

        gate.release();

        assertThat(submitter.await()).isEqualTo("late");
        pool.close();
    }

    @Test
    void errorOfExecuteIsReportedAndThatOfSubmitIsInItsFuture() {
        var pool = new GreenPool(1);
        var error = new IllegalStateException("broken");

        pool.execute(() -> {
            throw error;
        });
        Future<?> submitted =
                pool.submit(() -> {
                    throw error;
                });

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(submitted::get)
                .havingCause()
                .isSameAs(error);
        pool.close();
        assertThat(reported.list()).containsExactly(error);
    }

    @Test
    void completableFuturesRunInThePool() {
        var pool = new GreenPool(2);

        var future =
                CompletableFuture.supplyAsync(() -> "supplied", pool)
                        .thenApplyAsync(s -> s + " in " + Eventlet.current(), pool);

        assertThat(future.join()).startsWith("supplied in green thread");
        pool.close();
    }

    @Test
    void shutdownRejectsWhoComesAndLetsMembersFinish() throws Exception {
        var pool = new GreenPool(2);
        var member =
                pool.submit(() -> {
                    gate.acquire();
                    return "finished";
                });

        pool.shutdown();

        assertThat(pool.isShutdown()).isTrue();
        assertThat(pool.isTerminated()).isFalse();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> pool.spawn(() -> "late"))
                .withMessageContaining("shut down");
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> pool.imap(i -> i, List.of(1)));
        assertThat(pool.awaitTermination(0, TimeUnit.SECONDS)).isFalse();

        gate.release();
        assertThat(member.get()).isEqualTo("finished");
        assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(pool.isTerminated()).isTrue();
    }

    @Test
    void shutdownRejectsWhoWaitsForRoom() {
        var pool = new GreenPool(1);
        var member = pool.spawn(() -> gate.acquire());
        var spawner =
                Eventlet.spawn(() -> catchThrowable(() -> pool.spawn(() -> steps.add("ran"))));
        var platform = new CompletableFuture<Throwable>();
        Thread.ofPlatform()
                .start(() ->
                        platform.complete(
                                catchThrowable(() -> pool.execute(() -> steps.add("ran")))));
        Eventually.until(() -> pool.waiting() == 2);

        pool.shutdown();

        assertThat(spawner.await()).isInstanceOf(RejectedExecutionException.class);
        assertThat(platform.join()).isInstanceOf(RejectedExecutionException.class);
        assertThat(pool.waiting()).isZero();
        gate.release();
        member.await();
        pool.close();
        assertThat(steps).isEmpty();
    }

    @Test
    void awaitTerminationWaitsForTheShutdownToo() throws Exception {
        var pool = new GreenPool(1);

        assertThat(pool.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();

        var waiter = Eventlet.spawn(() -> pool.awaitTermination(1, TimeUnit.HOURS));
        pool.spawn(() -> steps.add("ran")).await();
        Eventually.until(() -> waiter.thread().getState() == Thread.State.TIMED_WAITING);
        assertThat(waiter.isDead()).isFalse();
        pool.shutdown();

        assertThat(waiter.await()).isTrue();
    }

    @Test
    void interruptOfAwaitTerminationIsAnInterruptedException() {
        var pool = new GreenPool(1);
        var thrown = new CompletableFuture<Throwable>();
        var waiter =
                Thread.ofVirtual()
                        .start(() ->
                                thrown.complete(
                                        catchThrowable(
                                                () -> pool.awaitTermination(1, TimeUnit.HOURS))));
        Eventually.until(() -> waiter.getState() == Thread.State.TIMED_WAITING);

        waiter.interrupt();

        assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void shutdownNowKillsTheMembers() throws Exception {
        var pool = new GreenPool(2);
        var first = pool.submit(() -> gate.acquire());
        var second = pool.submit(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 2);

        List<Runnable> left = pool.shutdownNow();

        assertThat(left).isEmpty();
        assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(first.isCancelled()).isTrue();
        assertThat(second.isCancelled()).isTrue();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void closeWaitsForTheMembers() {
        var pool = new GreenPool(2);
        try (pool) {
            pool.execute(() -> {
                Eventlet.sleep(Duration.ofMillis(1));
                steps.add("finished");
            });
        }

        assertThat(steps).containsExactly("finished");
        assertThat(pool.isTerminated()).isTrue();
    }

    @Test
    void killOfWhoClosesKillsTheMembersAndIsPassedOnWhenTheyHaveEnded() {
        var pool = new GreenPool(2);
        pool.execute(() -> {
            try {
                gate.acquire();
            } finally {
                Eventlet.sleep(Duration.ofMillis(1));
                steps.add("cleaned up");
            }
        });
        var closer = Eventlet.spawn(pool::close);
        Eventually.until(
                () -> gate.waiting() == 1 && closer.thread().getState() == Thread.State.WAITING);

        closer.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(closer::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(steps).containsExactly("cleaned up");
        assertThat(pool.isTerminated()).isTrue();
    }

    @Test
    void interruptOfWhoClosesKillsTheMembersAndStays() throws Exception {
        var pool = new GreenPool(1);
        var member = pool.submit(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 1);
        var interrupted = new CompletableFuture<Boolean>();
        var closer =
                Thread.ofPlatform()
                        .start(() -> {
                            pool.close();
                            interrupted.complete(Thread.currentThread().isInterrupted());
                        });

        closer.interrupt();

        assertThat(interrupted.get()).isTrue();
        assertThat(member.isCancelled()).isTrue();
    }

    @Test
    void memberMustNotCloseItsPool() {
        var pool = new GreenPool(1);

        var member = pool.spawn(pool::close);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(member::await)
                .withCauseInstanceOf(IllegalStateException.class);
        pool.close();
    }

    @Test
    void closedHubRejects() throws Exception {
        var pool = new GreenPool(1);
        var closed = Hub.start("closed");
        var rejected =
                Eventlet.spawnOn(
                        closed,
                        () -> {
                            boolean ignored = closed.close(Duration.ZERO);
                            return catchThrowable(() -> pool.execute(() -> steps.add("ran")));
                        });

        assertThat(rejected.await()).isInstanceOf(RejectedExecutionException.class);
        assertThat(pool.running()).isZero();
        assertThat(steps).isEmpty();
    }

    @Test
    void imapOfAPoolThatIsShutDownGivesWhatItHasTakenAndThenTheRejection() {
        var pool = new GreenPool(2);
        var imap =
                pool.imap(
                        i -> {
                            gate.acquire();
                            return i;
                        },
                        IntStream.iterate(0, i -> i + 1).boxed());
        Eventually.until(() -> gate.waiting() == 2);

        pool.shutdown();
        gate.release();
        gate.release();

        assertThat(imap.next()).isEqualTo(0);
        assertThat(imap.next()).isEqualTo(1);
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .withCauseInstanceOf(RejectedExecutionException.class);
        assertThat(imap.hasNext()).isFalse();
        pool.close();
    }

    @Test
    void imapWhoseCrewWaitsForRoomIsRejectedAtTheShutdown() {
        var pool = new GreenPool(1);
        var member = pool.spawn(() -> gate.acquire());
        var imap = pool.imap(i -> i, List.of(1));
        var consumer = Eventlet.spawn(() -> catchThrowable(imap::next).getCause());
        Eventually.until(() -> pool.waiting() == 1);

        pool.shutdown();

        assertThat(consumer.await()).isInstanceOf(RejectedExecutionException.class);
        gate.release();
        member.await();
        pool.close();
    }
}
