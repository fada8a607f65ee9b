// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.IntStream;

/// Green threads whose results are wanted together.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPileTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static <T> List<T> listOf(GreenPile<T> pile) {
        var list = new ArrayList<T>();
        pile.forEach(list::add);
        return list;
    }

    /// From Eventlet's greenpool_test.py: GreenPile.test_pile.
    @Test
    void resultsComeInTheOrderOfTheSpawning() {
        var pile = new GreenPile<Integer>(4);
        for (int i = 0; i < 10; i++) {
            int number = i;
            pile.spawn(() -> {
                Eventlet.sleep(Duration.ofNanos((10 - number) * 20_000L));
                return number;
            });
        }

        assertThat(listOf(pile)).isEqualTo(range(0, 10));
    }

    /// From Eventlet's greenpool_test.py: GreenPile.test_empty_pile.
    @Test
    void emptyPileHasNoResults() {
        var pile = new GreenPile<Integer>();

        assertThat(pile.hasNext()).isFalse();
        assertThat(listOf(pile)).isEmpty();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(pile::next);
    }

    /// From Eventlet's greenpool_test.py: GreenPile.test_pile_spawn_times_out.
    @Test
    void spawnThatTimesOutLeavesTheSequenceAsItWas() {
        var pile = new GreenPile<Integer>(4);
        for (int i = 0; i < 4; i++) {
            int number = i;
            pile.spawn(() -> {
                gate.acquire();
                return number;
            });
        }

        boolean inTime = Timeout.silent(SHORT, () -> pile.spawn(() -> -1));
        assertThat(pile.outstanding()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            gate.release();
        }
        for (int i = 4; i < 10; i++) {
            int number = i;
            pile.spawn(() -> number);
        }

        assertThat(inTime).isFalse();
        assertThat(listOf(pile)).isEqualTo(range(0, 10));
    }

    /// From Eventlet's greenpool_test.py: GreenPile.test_constructing_from_pool.
    @Test
    void pilesOnOnePoolGiveOnlyTheirOwnResults() {
        for (boolean firstOneFirst : new boolean[] {true, false}) {
            var pool = new GreenPool(2);
            var first = new GreenPile<Integer>(pool);
            var second = new GreenPile<Integer>(pool);
            var spawners =
                    List.of(
                            Eventlet.spawn(() -> spawnRange(first, 0)),
                            Eventlet.spawn(() -> spawnRange(second, 100)));
            spawners.forEach(GreenThread::await);

            var lists =
                    firstOneFirst
                            ? List.of(listOf(first), listOf(second))
                            : List.of(listOf(second), listOf(first)).reversed();

            assertThat(lists).containsExactly(range(0, 10), range(100, 110));
            pool.waitall();
            assertThat(pool.free()).isEqualTo(2);
        }
    }

    private static void spawnRange(GreenPile<Integer> pile, int begin) {
        for (int i = begin; i < begin + 10; i++) {
            int number = i;
            pile.spawn(() -> {
                Eventlet.sleep();
                return number;
            });
        }
    }

    /// As in Eventlet: exceptions at their position, later items still delivered.
    @Test
    void errorIsThrownAtItsPlaceAndTheIterationGoesOn() {
        var error = new IllegalStateException("broken");
        var pile = new GreenPile<String>(2);
        pile.spawn(() -> "first");
        pile.spawn(() -> {
            throw error;
        });
        pile.spawn(() -> "last");

        assertThat(pile.next()).isEqualTo("first");
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(pile::next)
                .havingCause()
                .isSameAs(error);
        assertThat(pile.next()).isEqualTo("last");
        assertThat(pile.hasNext()).isFalse();
    }

    /// Defect 3 of Eventlet, mended: there a Timeout during next() loses that result.
    @Test
    void timeoutAroundNextLosesNothing() {
        var pile = new GreenPile<Integer>(2);
        for (int i = 0; i < 2; i++) {
            int number = i;
            pile.spawn(() -> {
                gate.acquire();
                return number;
            });
        }

        boolean inTime = Timeout.silent(SHORT, () -> pile.next());
        gate.release();
        gate.release();

        assertThat(inTime).isFalse();
        assertThat(listOf(pile)).containsExactly(0, 1);
    }

    @Test
    void memberOfAFullPoolMayFillAPileOnIt() {
        var pool = new GreenPool(1);

        var results =
                pool.spawn(() -> {
                    var pile = new GreenPile<Integer>(pool);
                    spawnRange(pile, 0);
                    return listOf(pile);
                });

        assertThat(results.await()).isEqualTo(range(0, 10));
    }

    @Test
    void severalConsumersTakeEachResultOnce() {
        var pile = new GreenPile<Integer>(4);
        for (int i = 0; i < 100; i++) {
            int number = i;
            pile.spawn(() -> {
                Eventlet.sleep();
                return number;
            });
        }

        var consumers =
                IntStream.range(0, 4).mapToObj(_ -> Eventlet.spawn(() -> rest(pile))).toList();

        var taken = consumers.stream().map(GreenThread::await).flatMap(List::stream).sorted();
        assertThat(taken).isEqualTo(range(0, 100));
    }

    private static List<Integer> rest(GreenPile<Integer> pile) {
        var taken = new ArrayList<Integer>();
        try {
            while (true) {
                taken.add(pile.next());
            }
        } catch (NoSuchElementException e) {
            return taken;
        }
    }

    /// From Eventlet's greenpool_test.py: Stress.test_ordering_5, test_ordering_50.
    @Test
    void orderOfEachProducerIsKeptWithRandomDelaysAndFailures() {
        long seed = 210;
        for (int concurrency : new int[] {5, 50}) {
            var pile = new GreenPile<Map.Entry<String, Integer>>(concurrency);
            var producers =
                    List.of("a", "b", "c").stream()
                            .map(p -> Eventlet.spawn(() -> produce(pile, p, new Random(seed))))
                            .toList();
            producers.forEach(GreenThread::await);

            var next = new HashMap<String, Integer>();
            int failed = 0;
            while (pile.hasNext()) {
                try {
                    var result = pile.next();
                    int last = next.getOrDefault(result.getKey(), -1);
                    assertThat(result.getValue()).isGreaterThan(last);
                    next.put(result.getKey(), result.getValue());
                } catch (TaskFailed e) {
                    failed++;
                }
            }

            assertThat(failed).isEqualTo(3 * 60);
            assertThat(next.values()).containsOnly(299);
        }
    }

    private static void produce(
            GreenPile<Map.Entry<String, Integer>> pile, String producer, Random random) {
        for (int i = 0; i < 300; i++) {
            int number = i;
            var delay = Duration.ofNanos(random.nextInt(50_000));
            pile.spawn(() -> {
                Eventlet.sleep(delay);
                if (number % 5 == 0) {
                    throw new IllegalStateException("one of five fails");
                }
                return Map.entry(producer, number);
            });
        }
    }
}
