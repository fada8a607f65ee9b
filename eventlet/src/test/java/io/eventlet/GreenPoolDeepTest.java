// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Members of a full pool that spawn into it, each from within the one before: more of them than a
/// stack has room for.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPoolDeepTest {
    private static final int DEEP = 100; // on several stacks
    private static final int VERY_DEEP = 50_000;

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenPool pool = new GreenPool(1);
    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final AtomicInteger done = new AtomicInteger();
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void permitIsFree() {
        pool.waitall();
        assertThat(pool.free()).isEqualTo(1);
        assertThat(pool.waiting()).isZero();
    }

    private void step(int left) {
        done.incrementAndGet();
        if (left > 0) {
            pool.spawnN(() -> step(left - 1));
        }
    }

    /// Spawns levels from within one another, and does something on the last.
    private void nest(int levels, Task innermost) throws Exception {
        if (levels == 0) {
            innermost.run();
        } else {
            pool.spawn(() -> nest(levels - 1, innermost));
            steps.add("after");
        }
    }

    @Test
    void stepsThatSpawnTheNextAreAllDone() {
        pool.spawnN(() -> step(VERY_DEEP));
        pool.waitall();

        assertThat(done.get()).isEqualTo(VERY_DEEP + 1);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void resultsComeBackFromAnyDepth() {
        int depth = pool.spawn(() -> depthOf(2000)).await();

        assertThat(depth).isEqualTo(2000);
    }

    private int depthOf(int levels) {
        return levels == 0 ? 0 : 1 + pool.spawn(() -> depthOf(levels - 1)).await();
    }

    @Test
    void spawnReturnsWhenTheBodyHasEndedHoweverDeepItIs() {
        pool.spawn(() -> nest(DEEP, () -> steps.add("innermost"))).await();

        assertThat(steps).hasSize(DEEP + 1).first().isEqualTo("innermost");
    }

    @Test
    void noMoreThanTheSizeRunAtOnceHoweverDeepTheyAre() {
        int most = pool.spawn(() -> mostRunning(DEEP)).await();

        assertThat(most).isEqualTo(1);
    }

    private int mostRunning(int levels) {
        int inside = levels == 0 ? 0 : pool.spawn(() -> mostRunning(levels - 1)).await();
        return Math.max(inside, pool.running());
    }

    @Test
    void killEndsAllThatRunWithinOneAnother() {
        var member = pool.spawn(() -> nest(DEEP, gate::acquire));
        Eventually.until(() -> gate.waiting() == 1);

        member.kill();

        member.join();
        assertThat(member.isCancelled()).isTrue();
        assertThat(steps).isEmpty();
        assertThat(gate.waiting()).isZero();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void timeoutAroundADeepSpawnEndsWhatIsInside() {
        boolean inTime =
                pool.spawn(() ->
                                Timeout.silent(
                                        Duration.ofMillis(2), () -> nest(DEEP, gate::acquire)))
                        .await();

        assertThat(inTime).isFalse();
        assertThat(steps).isEmpty();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void bodyThatCatchesAKillGoesOnHoweverDeepItIs() {
        var member =
                pool.spawn(() ->
                        nest(
                                DEEP,
                                () -> {
                                    try {
                                        gate.acquire();
                                    } catch (GreenThreadKilled e) {
                                        steps.add("caught");
                                    }
                                }));
        Eventually.until(() -> gate.waiting() == 1);

        member.kill();

        member.await();
        assertThat(steps).hasSize(DEEP + 1).first().isEqualTo("caught");
    }

    @Test
    void errorOfABodyIsThatOfItsThreadHoweverDeepItIs() {
        pool.spawn(() -> failOnEachLevel(DEEP)).await();

        assertThat(steps).hasSize(DEEP + 1);
        assertThat(reported.list()).isEmpty();
    }

    private void failOnEachLevel(int levels) {
        var error = new IllegalStateException("level " + levels);
        GreenThread<?> failed =
                pool.spawn(() -> {
                    throw error;
                });
        assertThatExceptionOfType(TaskFailed.class).isThrownBy(failed::await).withCause(error);
        steps.add(error);
        if (levels > 0) {
            pool.spawn(() -> failOnEachLevel(levels - 1)).await();
        }
    }

    @Test
    void errorsOfDeepBodiesThatNobodyWaitsForAreReportedOnce() {
        pool.spawnN(() -> fail(DEEP));
        Eventually.until(() -> reported.list().size() > DEEP);

        assertThat(reported.list()).hasSize(DEEP + 1).doesNotHaveDuplicates();
    }

    private void fail(int levels) {
        if (levels > 0) {
            pool.spawnN(() -> fail(levels - 1));
        }
        throw new IllegalStateException("level " + levels);
    }
}
