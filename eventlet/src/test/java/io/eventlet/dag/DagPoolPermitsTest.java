// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThreadKilled;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/// Members of a DagPool that are members of a GreenPool too.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DagPoolPermitsTest {
    private final GreenPool permits = new GreenPool(1);
    private final DagPool<String, String> pool = DagPool.in(permits);
    private final Event<String> gate = new Event<>();

    @Test
    void memberTakesAPermitWhenItsDependenciesAreThere() {
        pool.spawn("b", List.of("a"), (_, results) -> results.next().getValue() + "b");
        assertThat(permits.running() + permits.waiting()).isZero();

        pool.post("a", "a");

        assertThat(pool.get("b")).isEqualTo("ab");
    }

    @Test
    void onePermitIsEnoughForAnyGraphInAnyOrder() {
        var depends = new LinkedHashMap<String, List<String>>();
        depends.put("d", List.of("b", "c"));
        depends.put("c", List.of("a"));
        depends.put("b", List.of("a"));
        depends.put("a", List.of());

        pool.spawnMany(depends, (key, results) -> key + String.join("", results.all().values()));

        assertThat(pool.get("d")).isIn("dbaca", "dcaba");
        assertThat(pool.running()).isZero();
        permits.waitall();
    }

    @Test
    void spawnDoesNotWaitForAPermit() {
        pool.spawn("a", List.of(), (_, _) -> gate.await());
        pool.spawn("b", List.of(), (_, _) -> "b");

        assertThat(permits.running()).isEqualTo(1);
        assertThat(permits.waiting()).isEqualTo(1);
        gate.send("a");
        assertThat(pool.awaitAll()).isEqualTo(Map.of("a", "a", "b", "b"));
    }

    @Test
    void eagerMemberTakesNoPermit() {
        pool.spawnEager("c", List.of("a", "b"), (_, results) -> results.next().getValue());
        pool.spawn("a", List.of(), (_, _) -> "a");

        assertThat(pool.get("c")).isEqualTo("a");
    }

    @Test
    void killOfAMemberThatWaitsForAPermitTakesNone() {
        pool.spawn("a", List.of(), (_, _) -> gate.await());
        pool.spawn("b", List.of(), (_, _) -> "b");

        pool.kill("b");
        assertThat(permits.waiting()).isZero();
        gate.send("a");
        permits.waitall();

        assertThat(permits.running()).isZero();
        assertThat(pool.keys()).containsExactly("a");
        assertThat(permits.spawn(() -> "usable").await()).isEqualTo("usable");
    }

    @Test
    void killOfAMemberThatWaitsForDependenciesForgetsIt() {
        pool.spawn("b", List.of("a"), (_, _) -> "b");

        pool.kill("b");
        pool.post("a", "a");

        assertThat(permits.running()).isZero();
        assertThat(pool.missing()).isEmpty();
        assertThat(pool.keys()).containsExactly("a");
    }

    @Test
    void killOfAMemberThatRunsGivesItsPermitBack() {
        pool.spawn("a", List.of(), (_, _) -> gate.await());
        Eventually.until(() -> gate.waiting() == 1);

        pool.kill("a");
        permits.waitall();

        assertThat(permits.running()).isZero();
    }

    @Test
    void membersThatThePoolDoesNotTakeFail() {
        pool.spawn("a", List.of(), (_, _) -> gate.await());
        pool.spawn("waits for a permit", List.of(), (_, _) -> "");
        pool.spawn("waits for a", List.of("a"), (_, _) -> "");
        Eventually.until(() -> gate.waiting() == 1);

        permits.shutdown();
        gate.send("a");

        assertThat(pool.get("a")).isEqualTo("a");
        assertThatExceptionOfType(KeyFailed.class)
                .isThrownBy(() -> pool.get("waits for a permit"))
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThatExceptionOfType(KeyFailed.class)
                .isThrownBy(() -> pool.get("waits for a"))
                .withCauseInstanceOf(RejectedExecutionException.class);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> pool.spawn("late", List.of(), (_, _) -> ""));
        permits.close();
    }
}
