// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Applying a function to many items at once, as far as the pool has room. How it is stopped is in
/// [ImapStopTest], how it shares its pool in [ImapPoolTest], sources that fail are in
/// [ImapErrorsTest].
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ImapTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private static <T> List<T> listOf(Imap<T> imap) {
        var list = new ArrayList<T>();
        imap.forEachRemaining(list::add);
        return list;
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_imap.
    @Test
    void resultsComeInTheOrderOfTheItems() {
        var pool = new GreenPool(4);

        assertThat(listOf(pool.imap(i -> i * i, upTo(6)))).containsExactly(0, 1, 4, 9, 16, 25);
    }

    /// From Eventlet's greenpool_test.py: Stress.test_ordering_5, for imap.
    @Test
    void orderIsKeptWhenItemsTakeDifferentTimes() {
        var random = new Random(60);
        var pool = new GreenPool(7);
        List<Duration> delays =
                IntStream.range(0, 200)
                        .mapToObj(_ -> Duration.ofNanos(random.nextInt(200_000)))
                        .toList();

        var results =
                listOf(
                        pool.imap(
                                i -> {
                                    Eventlet.sleep(delays.get(i));
                                    return i;
                                },
                                upTo(200)));

        assertThat(results).isEqualTo(upTo(200));
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_empty_imap.
    @Test
    void noItemsGiveNoResults() {
        var imap = new GreenPool(4).imap(i -> i, List.of());

        assertThat(imap.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(imap::next);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> imap.next(SHORT));
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_imap_raises.
    @Test
    void errorOfAnItemIsThrownAtItsPlaceAndTheIterationGoesOn() {
        var pool = new GreenPool(4);
        var imap =
                pool.imap(
                        i -> {
                            if (i == 1 || i == 7) {
                                throw new IOException("item " + i);
                            }
                            return i;
                        },
                        upTo(10));

        var seen = new ArrayList<Object>();
        while (imap.hasNext()) {
            try {
                seen.add(imap.next());
            } catch (TaskFailed e) {
                assertThat(e).hasCauseInstanceOf(IOException.class);
                seen.add("r");
            }
        }

        assertThat(seen).containsExactly(0, "r", 2, 3, 4, 5, 6, "r", 8, 9);
        assertThat(reported.list()).isEmpty();
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_imap_multi_args.
    @Test
    void twoSourcesAreTakenTogetherUntilTheShorterEnds() {
        var pool = new GreenPool(4);

        var results = listOf(pool.imap((a, b) -> a + b, upTo(9), List.of("a", "b", "c")));

        assertThat(results).containsExactly("0a", "1b", "2c");
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_starmap.
    @Test
    void starmapTakesPairsOfArguments() {
        var pool = new GreenPool(4);

        var results =
                listOf(pool.starmap((a, b) -> a * b, List.of(Map.entry(2, 3), Map.entry(4, 5))));

        assertThat(results).containsExactly(6, 20);
    }

    @Test
    void resultsMayBeNull() {
        var pool = new GreenPool(2);

        List<String> results = listOf(pool.<Integer, String>imap(i -> null, upTo(3)));

        assertThat(results).hasSize(3).containsOnlyNulls();
    }

    @Test
    void imapUnorderedGivesResultsAsTheyCome() {
        var pool = new GreenPool(2);
        var imap =
                pool.imapUnordered(
                        i -> {
                            if (i == 0) {
                                gate.acquire();
                            }
                            return i;
                        },
                        upTo(5));

        var first = List.of(imap.next(), imap.next(), imap.next(), imap.next());
        gate.release();
        int last = imap.next();

        assertThat(first).containsExactly(1, 2, 3, 4);
        assertThat(last).isZero();
        assertThat(imap.hasNext()).isFalse();
    }

    /// From gevent's test__pool.py: TestErrorInHandler.test_imap_unordered.
    @Test
    void imapUnorderedThrowsTheErrorsOfItemsToo() {
        var pool = new GreenPool(2);
        var imap =
                pool.imapUnordered(
                        i -> {
                            throw new IllegalStateException("item " + i);
                        },
                        Set.of(1));

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .withMessageContaining("item 1");
        assertThat(imap.hasNext()).isFalse();
    }

    @Test
    void mapCollectsAllResults() {
        assertThat(new GreenPool(3).map(i -> i + 1, upTo(5))).containsExactly(1, 2, 3, 4, 5);
    }

    /// From gevent's test__pool.py: TestErrorInHandler.test_map.
    @Test
    void mapThrowsTheFirstErrorAndStopsTheRest() {
        var pool = new GreenPool(3);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        pool.map(
                                i -> {
                                    if (i == 0) {
                                        throw new IllegalStateException("first");
                                    }
                                    gate.acquire();
                                    return i;
                                },
                                upTo(5)))
                .withMessageContaining("first");

        pool.waitall();
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void resultsAreAStreamToo() {
        var pool = new GreenPool(3);

        try (var stream = pool.imap(i -> i * 2, IntStream.range(0, 100).boxed()).stream()) {
            assertThat(stream.limit(3).toList()).containsExactly(0, 2, 4);
        }

        pool.waitall();
    }

    /// As in Eventlet: lazily consumes the input with bounded memory.
    @Test
    void endlessSourcesAreTakenLazily() {
        var taken = new AtomicInteger();
        Iterator<Integer> endless = IntStream.generate(taken::getAndIncrement).iterator();
        var pool = new GreenPool(4);

        try (var imap = pool.imap(i -> i, endless)) {
            pool.waitall(); // there is no more room for results
            assertThat(taken.get()).isEqualTo(4);
            for (int i = 0; i < 100; i++) {
                assertThat(imap.next()).isEqualTo(i);
            }
            pool.waitall();
            assertThat(taken.get()).isEqualTo(104);
        }
    }

    /// From gevent's test__pool.py: TestPool.test_imap_unordered_bounded_queue.
    @Test
    void endlessSourcesAreTakenLazilyUnorderedToo() {
        var taken = new AtomicInteger();
        Iterator<Integer> endless = IntStream.generate(taken::getAndIncrement).iterator();
        var pool = new GreenPool(4);

        try (var imap = pool.imapUnordered(i -> i, endless)) {
            pool.waitall();
            assertThat(taken.get()).isEqualTo(4);
            imap.next();
            pool.waitall();
            assertThat(taken.get()).isEqualTo(5);
        }
    }

    /// As in Eventlet: a slow head holds back only itself.
    @Test
    void headIsGivenAsSoonAsItIsThereWhateverOthersDo() {
        var pool = new GreenPool(3);
        var imap =
                pool.imap(
                        i -> {
                            if (i != 0) {
                                gate.acquire();
                            }
                            return i;
                        },
                        upTo(3));

        assertThat(imap.next()).isZero();

        gate.release();
        gate.release();
        assertThat(listOf(imap)).containsExactly(1, 2);
    }

    @Test
    void sourceThatBlocksDoesNotHoldBackResultsThatAreThere() {
        var pool = new GreenPool(3);
        Iterator<Integer> source =
                IntStream.range(0, 2)
                        .peek(i -> {
                            if (i == 1) {
                                gate.acquire();
                            }
                        })
                        .iterator();

        var imap = pool.imap(i -> i, source);

        assertThat(imap.next()).isZero();
        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> imap.next(SHORT));
        gate.release();
        assertThat(imap.next()).isEqualTo(1);
        assertThat(imap.hasNext()).isFalse();
    }

    /// Defect 3 of Eventlet, mended: there a Timeout during next() loses that result.
    @Test
    void nextWithALimitLosesNothing() {
        var pool = new GreenPool(2);
        var imap =
                pool.imap(
                        i -> {
                            gate.acquire();
                            return i;
                        },
                        upTo(3));

        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> imap.next(SHORT));
        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> imap.next(Duration.ZERO));
        for (int i = 0; i < 3; i++) {
            gate.release();
        }

        assertThat(listOf(imap)).containsExactly(0, 1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> imap.next(SHORT.negated()));
    }

    /// Defect 3 of Eventlet, mended.
    @Test
    void timeoutAroundNextLosesNothing() {
        var pool = new GreenPool(2);
        var imap =
                pool.imap(
                        i -> {
                            gate.acquire();
                            return i;
                        },
                        upTo(3));

        boolean inTime = Timeout.silent(SHORT, () -> imap.next());
        boolean again = Timeout.<Boolean, RuntimeException>call(SHORT, () -> imap.hasNext(), false);
        for (int i = 0; i < 3; i++) {
            gate.release();
        }

        assertThat(inTime).isFalse();
        assertThat(again).isFalse();
        assertThat(listOf(imap)).containsExactly(0, 1, 2);
    }

    @Test
    @Tag("hub-only")
    void functionSeesTheScopedValuesOfWhoMadeTheMapWhoeverTakesItsResults() {
        var user = ScopedValue.<String>newInstance();
        var items = IntStream.range(0, 20).boxed().toList();
        var results =
                ScopedValue.where(user, "ann")
                        .call(() ->
                                new GreenPool(2)
                                        .imap(
                                                _ -> {
                                                    Eventlet.sleep();
                                                    return user.orElse("nobody");
                                                },
                                                items));

        var seen = ScopedValue.where(user, "bob").call(() -> Set.copyOf(results.stream().toList()));

        assertThat(seen).containsExactly("ann");
    }
}
