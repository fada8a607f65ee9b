// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.dag.DagPool;
import io.eventlet.dag.KeyFailed;
import io.eventlet.hub.FailingStarts;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Green threads that cannot be started, since there is no memory: whoever is concerned is told,
/// and nothing is lost.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class FailedStartTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenPool pool = new GreenPool(1);
    private final GreenSemaphore gate = new GreenSemaphore(0);
    private FailingStarts starts; // of a green thread that has them fail

    @AfterEach
    void permitsAreFree() {
        pool.waitall();
        assertThat(pool.free()).isEqualTo(1);
        assertThat(pool.waiting()).isZero();
        assertThat(pool.spawn(() -> "usable").await()).isEqualTo("usable");
    }

    @Test
    void spawnThrows() {
        try (var _ = FailingStarts.next(1)) {
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> GreenThread.spawn(() -> "never"));
        }
    }

    @Test
    void delayedThreadFails() {
        try (var starts = FailingStarts.all()) {
            var late = Eventlet.spawnAfter(Duration.ofMillis(1), () -> "never");

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(late::await)
                    .withCauseInstanceOf(OutOfMemoryError.class);
            assertThat(starts.failed()).isEqualTo(1);
        }
    }

    // ---- pools

    @Test
    void spawnOfAPoolThrowsAndGivesThePermitBack() {
        try (var _ = FailingStarts.next(1)) {
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> pool.spawn(() -> "never"));
        }

        assertThat(pool.running()).isZero();
    }

    @Test
    void whoWaitsForAPermitBehindOneThatCannotBeStartedGetsIt() {
        var member = pool.spawn(() -> gate.acquire());
        var unlucky = Eventlet.spawn(() -> pool.spawn(() -> "never").await());
        Eventually.until(() -> pool.waiting() == 1);
        var next = Eventlet.spawn(() -> pool.spawn(() -> "next").await());
        Eventually.until(() -> pool.waiting() == 2);

        try (var starts = FailingStarts.next(1)) {
            gate.release();
            Eventually.until(() -> starts.failed() == 1);
        }

        assertThat(next.await()).isEqualTo("next");
        assertThat(catchThrowable(unlucky::await)).hasCauseInstanceOf(OutOfMemoryError.class);
        member.await();
    }

    @Test
    void deepSpawnOfAMemberThrows() {
        var member = pool.spawn(() -> deep(100));

        assertThat(member.await()).isTrue();
    }

    private boolean deep(int levels) {
        if (levels > 0) {
            return pool.spawn(() -> deep(levels - 1)).await();
        }
        try (var starts = FailingStarts.all()) {
            return deepUntilAStartFails(starts);
        }
    }

    private boolean deepUntilAStartFails(FailingStarts starts) {
        try {
            return pool.spawn(() -> deepUntilAStartFails(starts)).await();
        } catch (OutOfMemoryError e) {
            return starts.failed() == 1;
        }
    }

    // ---- imap

    @Test
    void imapWhoseFirstMemberCannotBeStartedThrowsThat() {
        try (var _ = FailingStarts.next(1)) {
            var imap = pool.imap(i -> i, List.of(1, 2, 3));

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(imap::next)
                    .withCauseInstanceOf(OutOfMemoryError.class);
            assertThat(imap.hasNext()).isFalse();
        }
    }

    @Test
    void imapGoesOnWhenAMemberCannotBeStartedInItsTurn() {
        var member = pool.spawn(() -> gate.acquire());
        var imap = pool.imap(i -> i, List.of(1, 2, 3));

        try (var starts = FailingStarts.next(1)) {
            gate.release();
            Eventually.until(() -> starts.failed() == 1);
        }

        var results = new ArrayList<Integer>();
        imap.forEachRemaining(results::add);
        assertThat(results).containsExactly(1, 2, 3);
        Eventually.until(() -> !reported.list().isEmpty());
        assertThat(reported.list()).singleElement().isInstanceOf(OutOfMemoryError.class);
        member.await();
    }

    @Test
    void whoWaitsForAMemberIsToldOfItsEndThoughTheNextCannotBeStarted() {
        var member =
                pool.spawn(() -> {
                    gate.acquire();
                    return "ended";
                });
        var waiter = Eventlet.spawn(() -> member.await());
        var imap = pool.imap(i -> i, List.of(1));
        Eventually.until(() -> pool.waiting() == 1 && gate.waiting() == 1);

        try (var _ = FailingStarts.all()) {
            gate.release();
            assertThat(waiter.await()).isEqualTo("ended");
        }

        assertThat(catchThrowable(imap::next)).hasCauseInstanceOf(OutOfMemoryError.class);
    }

    // ---- limits and graphs

    @Test
    void taskOfALimitThatCannotBeStartedFailsAndGivesBackBothPermits() {
        var perHost = new KeyedLimit<String>(1);

        try (var _ = FailingStarts.next(1)) {
            GreenThread<String> task = perHost.spawn(pool, "a", () -> "never");

            assertThat(catchThrowable(task::await)).hasCauseInstanceOf(OutOfMemoryError.class);
        }

        assertThat(perHost.keys()).isZero();
        assertThat(perHost.spawn(pool, "a", () -> "next").await()).isEqualTo("next");
        Eventually.until(() -> perHost.keys() == 0);
    }

    @Test
    void taskOfALimitThatCannotBeStartedInItsTurnLetsTheNextIn() {
        var perHost = new KeyedLimit<String>(1);
        var first = perHost.spawn(pool, "a", () -> gate.acquire());
        var unlucky = perHost.spawn(pool, "a", () -> "never");
        var last = perHost.spawn(pool, "a", () -> "last");

        try (var starts = FailingStarts.next(1)) {
            gate.release();
            Eventually.until(() -> starts.failed() == 1);
        }

        assertThat(last.await()).isEqualTo("last");
        assertThat(catchThrowable(unlucky::await)).hasCauseInstanceOf(OutOfMemoryError.class);
        first.await();
        Eventually.until(() -> perHost.keys() == 0);
    }

    @Test
    void memberThatLendsToATaskThatCannotBeStartedIsTold() {
        var perHost = new KeyedLimit<String>(1);
        var member =
                pool.spawn(() -> {
                    GreenThread<String> task = perHost.spawn(pool, "a", () -> "never");
                    try (var _ = FailingStarts.next(1)) {
                        return catchThrowable(task::await);
                    }
                });

        assertThat(member.await()).hasCauseInstanceOf(OutOfMemoryError.class);
        Eventually.until(() -> perHost.keys() == 0);
    }

    @Test
    void keyOfAGraphFailsWhoseMemberCannotBeStarted() {
        DagPool<String, String> dag = DagPool.in(pool);

        try (var _ = FailingStarts.next(1)) {
            dag.spawn("a", List.of(), (_, _) -> "never");
        }
        dag.spawn("b", List.of("a"), (_, results) -> results.next().getValue());

        assertThatExceptionOfType(KeyFailed.class)
                .isThrownBy(() -> dag.get("a"))
                .withCauseInstanceOf(OutOfMemoryError.class);
        assertThatExceptionOfType(KeyFailed.class).isThrownBy(() -> dag.get("b"));
        assertThat(dag.running()).isZero();
    }

    @Test
    void keyOfAGraphFailsWhoseMemberCannotBeStartedInItsTurn() {
        var member = pool.spawn(() -> gate.acquire());
        DagPool<String, String> dag = DagPool.in(pool);
        dag.spawn("a", List.of(), (_, _) -> "never");

        try (var _ = FailingStarts.next(1)) {
            gate.release();
            assertThatExceptionOfType(KeyFailed.class)
                    .isThrownBy(() -> dag.get("a"))
                    .withCauseInstanceOf(OutOfMemoryError.class);
        }

        member.await();
    }

    @Test
    void memberThatLendsToAGraphWhoseMemberCannotBeStartedIsTold() {
        var member =
                pool.spawn(() -> {
                    DagPool<String, String> dag = DagPool.in(pool);
                    dag.spawn("a", List.of(), (_, _) -> "never");
                    try (var _ = FailingStarts.next(1)) {
                        return catchThrowable(() -> dag.get("a"));
                    }
                });

        assertThat(member.await()).hasCauseInstanceOf(OutOfMemoryError.class);
    }

    // ---- executors

    @Test
    void submitOfAnExecutorThrowsAndLeavesNothing() {
        var executor = GreenExecutor.named("e-");

        try (var _ = FailingStarts.next(1)) {
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> executor.submit(() -> "never"));
        }
        executor.shutdown();

        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void whoClosesAnExecutorDoesNotWaitForACommandThatCannotBeStarted() {
        var executor = GreenExecutor.named("e-");

        try (var _ = FailingStarts.next(1)) {
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> executor.execute(() -> {}));
        }
        executor.close();

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void delayedTaskFailsWhoseThreadCannotBeStarted() {
        var executor = GreenExecutor.named("e-");

        try (var starts = FailingStarts.next(1)) {
            var late = executor.schedule(() -> "never", 1, TimeUnit.MILLISECONDS);

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(late::get)
                    .withCauseInstanceOf(OutOfMemoryError.class);
            assertThat(starts.failed()).isEqualTo(1);
        }
        executor.close();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void periodicTaskFailsAndIsReportedWhenItCannotBeStartedAgain() {
        var executor = GreenExecutor.named("e-");
        var runs = new AtomicInteger();

        var task =
                executor.scheduleWithFixedDelay(
                        () -> {
                            if (runs.incrementAndGet() == 1) {
                                starts = FailingStarts.next(1);
                            }
                        },
                        1,
                        1,
                        TimeUnit.MILLISECONDS);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(task::get)
                .withCauseInstanceOf(OutOfMemoryError.class);
        starts.close();
        executor.close();

        assertThat(runs).hasValue(1);
        assertThat(reported.list()).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    // ---- scopes

    @Test
    void scopeWhoseThreadCannotBeStartedEnds() {
        Throwable thrown =
                catchThrowable(() ->
                        GreenScope.run(scope -> {
                            scope.spawn(() -> gate.acquire());
                            try (var _ = FailingStarts.next(1)) {
                                scope.spawn(() -> "never");
                            }
                        }));

        assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
        assertThat(gate.waiting()).isZero();
    }
}
