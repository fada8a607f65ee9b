// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Members of a full pool that spawn into it: they run the body themselves.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPoolInlineTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    private static void assertFree(GreenPool pool, int free) {
        assertThat(pool.free()).isEqualTo(free);
        assertThat(pool.running()).isEqualTo(pool.size() - free);
        assertThat(pool.waiting()).isZero();
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_reentrant.
    @Test
    void memberOfAFullPoolMaySpawnIntoItAndAwait() {
        var pool = new GreenPool(1);

        var outer = pool.spawn(() -> pool.spawn(() -> "re-entered").await());

        assertThat(outer.await()).isEqualTo("re-entered");
        pool.waitall();
        assertFree(pool, 1);
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_reentrant.
    @Test
    void memberOfAFullPoolMaySpawnNIntoIt() {
        var pool = new GreenPool(1);

        var outer =
                pool.spawn(() -> {
                    pool.spawnN(() -> steps.add("re-entered"));
                    steps.add("after");
                });
        outer.await();

        assertThat(steps).containsExactly("re-entered", "after");
    }

    @Test
    void membersOfAFullPoolMayRecurseDeeply() {
        var pool = new GreenPool(2);

        int depth = pool.spawn(() -> depthOf(pool, 200)).await();

        assertThat(depth).isEqualTo(200);
        pool.waitall();
        assertFree(pool, 2);
    }

    private static int depthOf(GreenPool pool, int levels) {
        return levels == 0 ? 0 : 1 + pool.spawn(() -> depthOf(pool, levels - 1)).await();
    }

    /// Defect 5 of Eventlet, mended: there the error of a body that runs inline escapes from
    /// spawn() itself.
    @Test
    void errorOfABodyRunInlineIsThatOfItsThread() {
        var pool = new GreenPool(1);
        var error = new IllegalStateException("inner");

        var inner =
                pool.spawn(
                                () -> {
                                    GreenThread<?> thread =
                                            pool.spawn(() -> {
                                                throw error;
                                            });
                                    steps.add("after");
                                    return thread;
                                })
                        .await();

        assertThat(steps).containsExactly("after");
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(inner::await)
                .havingCause()
                .isSameAs(error);
    }

    @Test
    void errorOfABodyOfSpawnNRunInlineIsReported() {
        var pool = new GreenPool(1);
        var error = new IllegalStateException("inner");

        pool.spawn(() ->
                        pool.spawnN(() -> {
                            throw error;
                        }))
                .await();

        assertThat(reported.list()).containsExactly(error);
    }

    /// What ends the wait of a body that runs inline is meant for the thread that runs it.
    @Test
    void killOfAMemberThatRunsABodyInlineIsNotTakenForTheBodys() {
        var pool = new GreenPool(1);
        var member =
                pool.spawn(() -> {
                    pool.spawn(() -> gate.acquire());
                    steps.add("not reached");
                });
        Eventually.until(() -> gate.waiting() == 1);

        member.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(member::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
        assertThat(steps).isEmpty();
        assertFree(pool, 1);
    }

    @Test
    void killWithAnErrorOfTheCallersIsNotTakenForTheInlineBodysEither() {
        var pool = new GreenPool(1);
        var error = new IllegalStateException("enough");
        var member =
                pool.spawn(() -> {
                    pool.spawn(() -> gate.acquire());
                    steps.add("not reached");
                });
        Eventually.until(() -> gate.waiting() == 1);

        member.kill(error);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(member::await)
                .havingCause()
                .isSameAs(error);
        assertThat(steps).isEmpty();
    }

    @Test
    void timeoutAroundASpawnThatRunsInlineIsTheCallersButOneInsideIsTheBodys() {
        var pool = new GreenPool(1);

        var outcomes =
                pool.spawn(
                                () -> {
                                    boolean inTime =
                                            Timeout.silent(
                                                    SHORT, () -> pool.spawn(() -> gate.acquire()));
                                    var inner =
                                            pool.spawn(() ->
                                                    Timeout.call(
                                                            SHORT,
                                                            () -> {
                                                                gate.acquire();
                                                                return "not reached";
                                                            }));
                                    return List.of(inTime, catchThrowable(inner::await).getCause());
                                })
                        .await();

        assertThat(outcomes).first().isEqualTo(false);
        assertThat(outcomes).last().isInstanceOf(TimeoutExpired.class);
    }

    @Test
    void killOfAnInlineBodyThatCleansUpUnderATimeoutIsStillTheMembers() {
        var pool = new GreenPool(1);
        var other = new GreenSemaphore(0);
        var member =
                pool.spawn(() -> {
                    pool.spawn(() -> {
                        try {
                            gate.acquire();
                        } finally {
                            steps.add(Timeout.silent(SHORT, () -> other.acquire()));
                        }
                    });
                    steps.add("not reached");
                });
        Eventually.until(() -> gate.waiting() == 1);

        member.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(member::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(steps).containsExactly(false);
        assertFree(pool, 1);
    }

    @Test
    void linkOfAMemberThatHasEndedWaitsForRoomAsAnybodyElse() throws Exception {
        var pool = new GreenPool(1);
        var first = pool.spawn(() -> gate.acquire());
        first.link(_ -> {
            pool.spawn(() -> steps.add("link's"));
            pool.waitall();
            steps.add("all");
        });
        var second = Eventlet.spawn(() -> pool.spawn(() -> gate.acquire()).await());
        Eventually.until(() -> pool.waiting() == 1);

        gate.release();

        Eventually.until(() -> pool.waiting() == 1 && pool.running() == 1 && first.isDead());
        assertThat(steps).isEmpty();
        gate.release();
        second.await();
        first.thread().join();
        assertThat(steps).containsExactly("link's", "all");
        assertFree(pool, 1);
    }
}
