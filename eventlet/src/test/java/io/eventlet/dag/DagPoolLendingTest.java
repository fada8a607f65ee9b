// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.LimitExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Members of a full pool that wait for keys which are computed in that pool: those who compute
/// them have their permit meanwhile.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DagPoolLendingTest {
    private final GreenPool permits = new GreenPool(1);
    private final Event<Integer> gate = new Event<>();

    @AfterEach
    void nothingIsLeft() {
        boolean ignored = gate.trySend(0);
        permits.waitall();
        assertThat(permits.free()).isEqualTo(permits.size());
        assertThat(permits.waiting()).isZero();
    }

    private static int total(GreenPool in) {
        DagPool<String, Integer> dag = DagPool.in(in);
        dag.spawn("total", List.of("price", "tax"), (_, results) -> sum(results.all()));
        dag.spawn("price", List.of(), (_, _) -> 40);
        dag.spawn("tax", List.of("price"), (_, _) -> 2);
        return dag.get("total");
    }

    private static int sum(Map<String, Integer> values) {
        return values.values().stream().mapToInt(i -> i).sum();
    }

    @Test
    void memberMayGetAKey() {
        assertThat(permits.spawn(() -> total(permits)).await()).isEqualTo(42);
    }

    @Test
    void memberMayAwaitAllKeys() {
        var member =
                permits.spawn(() -> {
                    DagPool<String, Integer> dag = DagPool.in(permits);
                    dag.spawn("a", List.of(), (_, _) -> 1);
                    dag.spawn("b", List.of("a"), (_, _) -> 2);
                    return dag.awaitAll();
                });

        assertThat(member.await()).isEqualTo(Map.of("a", 1, "b", 2));
    }

    @Test
    void taskMayAskForAKeyThatItDoesNotDependOn() {
        DagPool<String, Integer> dag = DagPool.in(permits);

        dag.spawn("a", List.of(), (_, _) -> dag.get("b") + 1);
        dag.spawn("b", List.of(), (_, _) -> 1);

        assertThat(dag.get("a")).isEqualTo(2);
    }

    @Test
    void memberMayGetAKeyWhoseTaskIsSpawnedLater() {
        DagPool<String, Integer> dag = DagPool.in(permits);
        var member = permits.spawn(() -> dag.get("b"));
        Eventually.until(() -> dag.missing().contains("b"));

        dag.spawn("b", List.of("a"), (_, results) -> results.next().getValue() + 1);
        dag.spawn("a", List.of(), (_, _) -> 1);

        assertThat(member.await()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void allMembersMayComputeGraphsInsideGraphs(int size) {
        var pool = new GreenPool(size);
        var sums = new ArrayList<Integer>();

        pool.imap(i -> i * nested(pool, 2), List.of(1, 2, 3, 4)).forEachRemaining(sums::add);

        assertThat(sums).containsExactly(168, 336, 504, 672);
        pool.waitall();
        assertThat(pool.free()).isEqualTo(size);
    }

    private static int nested(GreenPool pool, int depth) {
        if (depth == 0) {
            return total(pool);
        }
        DagPool<String, Integer> dag = DagPool.in(pool);
        dag.spawn("a", List.of(), (_, _) -> nested(pool, depth - 1));
        dag.spawn("b", List.of(), (_, _) -> nested(pool, depth - 1));
        return dag.get("a") + dag.get("b");
    }

    @Test
    void memberThatGivesUpWaitingGoesOn() {
        var member =
                permits.spawn(() -> {
                    DagPool<String, Integer> dag = DagPool.in(permits);
                    dag.spawn("a", List.of(), (_, _) -> gate.await());
                    assertThatExceptionOfType(LimitExpired.class)
                            .isThrownBy(() -> dag.get("a", Duration.ofMillis(2)));
                    return permits.running();
                });

        assertThat(member.await()).isEqualTo(2); // one too many until somebody ends
    }

    @Test
    void tasksOfAWaitingMemberRunOneAtATime() {
        var running = new AtomicInteger();
        var most = new AtomicInteger();

        permits.spawn(
                        () -> {
                            DagPool<Integer, Integer> dag = DagPool.in(permits);
                            for (int i = 0; i < 10; i++) {
                                dag.spawn(
                                        i,
                                        List.of(),
                                        (key, _) -> {
                                            most.accumulateAndGet(
                                                    running.incrementAndGet(), Math::max);
                                            io.eventlet.Eventlet.yield();
                                            running.decrementAndGet();
                                            return key;
                                        });
                            }
                            return dag.awaitAll();
                        })
                .await();

        assertThat(most.get()).isEqualTo(1);
    }
}
