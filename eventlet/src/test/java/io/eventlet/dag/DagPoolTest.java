// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.LimitExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;

/// Values that are computed from each other.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DagPoolTest {
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final Map<String, Event<String>> events = new HashMap<>();
    private final DagPool<String, String> pool = new DagPool<>(Map.of("a", "1", "b", "2"));

    /// Takes what it depends on, then waits for its event.
    private void observe(String key, String... depends) {
        var event = new Event<String>();
        events.put(key, event);
        pool.spawn(
                key,
                List.of(depends),
                (own, results) -> {
                    results.forEach(entry -> steps.add(own + " got " + entry.getKey()));
                    return event.await();
                });
    }

    private static void settle() {
        for (int i = 0; i < 10; i++) {
            Eventlet.sleep();
        }
    }

    /// From Eventlet's dagpool_test.py: test_init, test_wait_each_preload.
    @Test
    void preloadedKeysHaveTheirValues() {
        assertThat(pool.awaitAll()).containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(pool.await(List.of("b"))).containsExactly(Map.entry("b", "2"));
        assertThat((Iterable<Map.Entry<String, String>>) pool.awaitEach(List.of("b", "a")))
                .containsExactly(Map.entry("b", "2"), Map.entry("a", "1"));
        assertThat(new DagPool<>().awaitAll()).isEmpty();
    }

    /// From Eventlet's dagpool_test.py: test_wait_each_empty.
    @Test
    void noKeysHaveNoResults() {
        assertThat(pool.awaitEach(List.of()).hasNext()).isFalse();
        assertThat(pool.await(List.of())).isEmpty();
    }

    /// From Eventlet's dagpool_test.py: test_wait_each_posted.
    @Test
    @Tag("hub-only")
    void resultsComeInTheOrderInWhichTheyAreThere() {
        Eventlet.run(() -> {
            var poster =
                    Eventlet.spawn(() -> {
                        pool.post("g", "gval");
                        pool.post("f", "fval");
                        Eventlet.sleep();
                        pool.post("e", "eval");
                    });
            for (var entry : pool.awaitEach(List.of("b", "e", "f", "g"))) {
                steps.add(entry.getKey());
            }
            poster.await();
        });

        assertThat(steps).containsExactly("b", "g", "f", "e");
    }

    /// From Eventlet's dagpool_test.py: test_wait_posted.
    @Test
    void awaitHasTheValuesOfAllItsKeys() {
        var waiting = Eventlet.spawn(() -> pool.await(List.of("b", "f", "g")));

        pool.post("g", "gval");
        pool.post("f", "fval");

        assertThat(waiting.await()).isEqualTo(Map.of("b", "2", "f", "fval", "g", "gval"));
    }

    /// From Eventlet's dagpool_test.py: test_spawn_collision_preload, _post, _spawn.
    @Test
    void spawnOverAKeyThatIsTakenIsRefused() {
        pool.post("posted", "x");
        observe("spawned");

        for (var key : List.of("a", "posted", "spawned")) {
            assertThatExceptionOfType(KeyTaken.class)
                    .isThrownBy(() -> pool.spawn(key, List.of(), (_, _) -> "bad"));
        }

        events.get("spawned").send("good");
        assertThat(pool.get("spawned")).isEqualTo("good");
        assertThatExceptionOfType(KeyTaken.class)
                .isThrownBy(() -> pool.spawn("spawned", List.of(), (_, _) -> "bad"))
                .withMessage("the key spawned has a value");
    }

    /// From Eventlet's dagpool_test.py: test_spawn_multiple.
    @Test
    @Tag("hub-only")
    void stateOfAPoolCanBeSeen() {
        Eventlet.run(() -> {
            for (var key : List.of("d", "e", "f", "g")) {
                observe(key);
            }
            observe("h", "b", "d", "e", "f", "g");
            events.get("h").send("hval");
            settle();

            assertThat(pool.poll("d", "none")).isEqualTo("none");
            assertThat(pool.keys()).containsOnly("a", "b");
            assertThat(pool.items()).containsOnlyKeys("a", "b");
            assertThat(pool.running()).isEqualTo(5);
            assertThat(pool.runningKeys()).containsExactly("d", "e", "f", "g", "h");
            assertThat(pool.waiting()).isEqualTo(1);
            assertThat(pool.waitingFor()).isEqualTo(Map.of("h", Set.of("d", "e", "f", "g")));
            assertThat(pool.waitingFor("d")).isEmpty();
            assertThat(pool.waitingFor("b")).isEmpty();
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> pool.waitingFor("j"));

            events.get("f").send("fval");
            settle();
            assertThat(pool.waitingFor("h")).containsExactly("d", "e", "g");
            assertThat(pool.running()).isEqualTo(4);

            for (var key : List.of("e", "g", "d")) {
                events.get(key).send(key + "val");
                settle();
            }
            assertThat(pool.running()).isZero();
            assertThat(pool.waiting()).isZero();
            assertThat(pool.get("h")).isEqualTo("hval");
        });

        assertThat(steps).containsExactly("h got b", "h got f", "h got e", "h got g", "h got d");
    }

    /// From Eventlet's dagpool_test.py: test_spawn_many.
    @Test
    void manyKeysAreComputedInTheOrderOfTheirDependencies() {
        var depends = new LinkedHashMap<String, List<String>>();
        depends.put("E", List.of("C", "D"));
        depends.put("D", List.of("B", "C"));
        depends.put("C", List.of("A"));
        depends.put("B", List.of("A"));
        depends.put("A", List.of());

        pool.spawnMany(
                depends,
                (key, results) -> {
                    var ignored = results.all();
                    steps.add(key);
                    pool.post(key, "posted by " + key); // what it returns is dropped
                    return "returned";
                });
        var all = pool.awaitAll();
        Eventually.until(() -> pool.running() == 0);

        assertThat(steps).startsWith("A").endsWith("D", "E").hasSize(5);
        assertThat(all).containsEntry("E", "posted by E");
    }

    /// From Eventlet's dagpool_test.py: test_wait_each_all.
    @Test
    @Tag("hub-only")
    void eachValueIsDeliveredBeforeLaterOnesCanStart() {
        Eventlet.run(() -> {
            observe("c", "b");
            observe("d", "c");
            observe("e", "d");
            var each = pool.awaitEach();
            assertThat(List.of(each.next().getKey(), each.next().getKey()))
                    .containsExactlyInAnyOrder("a", "b");
            for (var key : List.of("c", "d", "e")) {
                settle();
                assertThat(pool.poll(key, "none")).isEqualTo("none");
                events.get(key).send(key);
                assertThat(each.next()).isEqualTo(Map.entry(key, key));
            }
            assertThat(each.hasNext()).isFalse();
        });
    }

    /// From Eventlet's dagpool_test.py: test_post_collision_preload, _post, _spawn.
    @Test
    void postOverAKeyThatIsTakenIsRefused() {
        pool.post("posted", "x");
        observe("spawned");

        for (var key : List.of("a", "posted", "spawned")) {
            assertThatExceptionOfType(KeyTaken.class).isThrownBy(() -> pool.post(key, "bad"));
        }
        assertThatExceptionOfType(KeyTaken.class)
                .isThrownBy(() -> pool.replace("spawned", "bad"))
                .withMessage("the key spawned is being computed");

        pool.kill("spawned");
        pool.post("spawned", "now");
        assertThat(pool.get("spawned")).isEqualTo("now");
    }

    /// From Eventlet's dagpool_test.py: test_post_replace.
    @Test
    void valueCanBeReplaced() {
        pool.post("x", "1");
        pool.replace("x", "2");

        assertThat(pool.poll("x", "none")).isEqualTo("2");
        assertThat(pool.get("x")).isEqualTo("2");
        assertThat(pool.await(List.of("x"))).isEqualTo(Map.of("x", "2"));
    }

    /// From Eventlet's dagpool_test.py: test_getitem.
    @Test
    void getWaitsForAValue() {
        var waiting = Eventlet.spawn(() -> pool.get("x"));
        Eventually.until(() -> pool.missing().contains("x"));

        pool.spawn("x", List.of(), (_, _) -> "there");

        assertThat(waiting.await()).isEqualTo("there");
        assertThat(pool.missing()).isEmpty();
    }

    @Test
    void valuesMayBeNull() {
        var nulls = new DagPool<Integer, Object>();
        nulls.spawn(1, List.of(), (_, _) -> null);
        nulls.spawn(2, List.of(1), (_, results) -> results.all().containsKey(1));

        assertThat(nulls.get(2)).isEqualTo(true);
        assertThat(nulls.get(1)).isNull();
        assertThat(nulls.items()).containsEntry(1, null);
    }

    // ---- waits that have no end, or are ended

    @Test
    void cycleOfThreeIsNamed() {
        observe("x", "y");
        observe("y", "z");
        events.values().forEach(event -> event.send(""));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.spawn("z", List.of("a", "x"), (_, _) -> ""))
                .withMessage("the dependencies are a cycle: z -> x -> y -> z");

        pool.post("z", "instead");
        assertThat(pool.awaitAll()).hasSize(5);
    }

    @Test
    void keyThatDependsOnItselfIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.spawn("x", List.of("x"), (_, _) -> ""))
                .withMessage("the dependencies are a cycle: x -> x");
    }

    @Test
    void spawnManyAddsNothingIfOneIsRefused() {
        var cycle =
                Map.of(
                        "w",
                        List.of("x"),
                        "x",
                        List.of("y"),
                        "y",
                        List.of("x"),
                        "v",
                        List.<String>of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.spawnMany(cycle, (_, _) -> ""))
                .withMessageContaining(" -> x");
        assertThatExceptionOfType(KeyTaken.class)
                .isThrownBy(() ->
                        pool.spawnMany(Map.of("v", List.of(), "a", List.of("v")), (_, _) -> ""));

        assertThat(pool.running()).isZero();
        assertThat(pool.missing()).isEmpty();
    }

    @Test
    void dependencyThatHasAValueClosesNoCycle() {
        var event = new Event<String>();
        pool.spawn(
                "x",
                List.of("y"),
                (_, _) -> {
                    pool.post("x", "early");
                    return event.await();
                });
        Eventually.until(() -> event.waiting() == 1);

        pool.spawn("y", List.of("x"), (_, results) -> results.next().getValue());
        event.send("late");

        assertThat(pool.get("y")).isEqualTo("early");
    }

    @Test
    void longChainsAreNoProblem() {
        var numbers = new DagPool<Integer, Integer>();
        var depends = new HashMap<Integer, List<Integer>>();
        for (int i = 1; i < 3000; i++) {
            depends.put(i, List.of(i - 1));
        }

        numbers.spawnMany(depends, (_, results) -> results.next().getValue() + 1);
        numbers.post(0, 0);

        assertThat(numbers.get(2999)).isEqualTo(2999);
    }

    @Test
    void keysThatNobodyComputesAreMissing() {
        observe("x", "a", "nobody");

        assertThat(pool.missing()).containsExactly("nobody");
        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() -> pool.awaitAll(Duration.ofMillis(1)))
                .withMessage("no values of [x] (nobody computes [nobody]) within 1 ms");
        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() -> pool.get("x", Duration.ZERO))
                .withMessage("none of [x] was there within 0 ms");

        pool.kill("x");
        assertThat(pool.missing()).isEmpty();
    }

    @Test
    void memberThatWouldWaitForItselfIsTold() {
        pool.spawn("x", List.of(), (_, _) -> String.valueOf(pool.awaitAll()));

        assertThatExceptionOfType(KeyFailed.class)
                .isThrownBy(() -> pool.get("x"))
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("computes the key x and would wait for itself");
    }

    @Test
    void memberThatWouldWaitForItselfLeavesNothingBehind() {
        pool.spawn(
                "x",
                List.of(),
                (_, _) -> {
                    try {
                        return String.valueOf(pool.await(List.of("y", "x")));
                    } catch (IllegalStateException e) {
                        return "does without";
                    }
                });

        assertThat(pool.get("x")).isEqualTo("does without");
        assertThat(pool.missing()).isEmpty();
    }

    @Test
    void memberMaySpawnWhatDependsOnIt() {
        pool.spawn(
                "x",
                List.of(),
                (_, _) -> {
                    pool.spawn("y", List.of("x"), (_, results) -> results.next().getValue() + "y");
                    return "x";
                });

        assertThat(pool.get("y")).isEqualTo("xy");
    }

    @Test
    void memberMaySpawnManyThatDependOnIt() {
        pool.spawn(
                "x",
                List.of(),
                (_, _) -> {
                    pool.spawnMany(
                            Map.of("y", List.of("a", "x"), "z", List.of("x", "y")),
                            (key, results) -> key + results.all().get("x"));
                    return "x";
                });

        assertThat(pool.await(List.of("y", "z"))).isEqualTo(Map.of("y", "yx", "z", "zx"));
        Eventually.until(() -> pool.running() == 0);
    }

    @Test
    void killedWaiterLeavesNothingBehind() {
        var waiting = Eventlet.spawn(() -> pool.await(List.of("x", "y")));
        Eventually.until(() -> pool.missing().size() == 2);

        waiting.kill();
        Eventually.until(waiting::isDead);

        assertThat(pool.missing()).isEmpty();
    }

    @Test
    void timeoutLosesNoResult() {
        try (var each = pool.awaitEach(List.of("x"))) {
            assertThat(
                            io.eventlet.Timeout.silent(
                                    Duration.ofMillis(1),
                                    () -> assertThat(each.hasNext()).isTrue()))
                    .isFalse();
            assertThatExceptionOfType(LimitExpired.class)
                    .isThrownBy(() -> each.next(Duration.ZERO));

            pool.post("x", "late");

            assertThat(each.next()).isEqualTo(Map.entry("x", "late"));
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(each::next);
        }
    }

    @Test
    void closedResultsAreNotWaitedFor() {
        var each = pool.awaitEach(List.of("x"));

        each.close();

        assertThat(each.hasNext()).isFalse();
        assertThat(pool.missing()).isEmpty();
    }

    @Test
    void closedHubRejects() {
        var closed = Hub.start("closed");
        var rejected =
                Eventlet.spawnOn(
                        closed,
                        () -> {
                            boolean ignored = closed.close(Duration.ZERO);
                            return catchThrowable(() -> pool.spawn("x", List.of(), (_, _) -> ""));
                        });

        assertThat(rejected.await())
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("cannot spawn: hub 'closed' has been closed");
        assertThat(pool.running()).isZero();
    }

    @Test
    void otherThreadsMayPostAndWait() throws Exception {
        pool.spawn("x", List.of("y"), (_, results) -> results.next().getValue());
        var platform = Thread.ofPlatform().start(() -> pool.post("y", "from a platform thread"));
        var virtual = Thread.ofVirtual().start(() -> steps.add(pool.get("x")));

        platform.join();
        virtual.join();

        assertThat(steps).containsExactly("from a platform thread");
    }
}
