// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.dag.DagPool;
import io.eventlet.dag.DagResults;
import io.eventlet.dag.DagTask;
import io.eventlet.offload.Offload;
import io.eventlet.offload.OffloadFull;
import io.eventlet.resource.Lease;
import io.eventlet.resource.TokenPool;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// As [CancellationStressTest], for what brings threads together: events, scopes, dags, offloads,
/// tokens.
@Tag("stress")
@org.junit.jupiter.api.Timeout(300)
@ExtendWith(NoLeaks.class)
class TogetherStressTest {
    private static final int ITEMS = Chaos.items(10_000);

    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger right = new AtomicInteger();

    private void check(boolean isRight) {
        (isRight ? right : wrong).incrementAndGet();
    }

    private void assertAllRight(long seed) {
        assertAllRight(seed, ITEMS / 20);
    }

    private void assertAllRight(long seed, int least) {
        assertThat(wrong).as("seed %d", seed).hasValue(0);
        assertThat(right).as("the test has tested something").hasValueGreaterThan(least);
    }

    /// An event of a round; who has seen its news sends the next round's.
    private record Round(int number, Event<Integer> event) {
        Round(int number) {
            this(number, new Event<>());
        }
    }

    @Test
    void whoeverAwaitsAnEventGetsItsValueOrNothing(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS);
        var current = new AtomicReference<>(new Round(0));

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    6,
                    random -> {
                        var round = current.get();
                        var value = awaits(round.event(), random);
                        if (Chaos.counts(value != null)) {
                            check(value == round.number());
                        }
                        return steps.decrementAndGet() > 0;
                    });
            chaos.begin(
                    3,
                    random -> {
                        var round = current.get();
                        Eventlet.sleep(Chaos.aWhile(random));
                        boolean isFirst = round.event().trySend(round.number());
                        boolean isNext =
                                current.compareAndSet(round, new Round(round.number() + 1));
                        if (isFirst && round.event().waiting() > 0) {
                            check(false);
                        }
                        return isNext ? steps.decrementAndGet() > 0 : steps.get() > 0;
                    });
            chaos.killUntilDone();
            current.get().event().trySend(current.get().number());
        }

        assertThat(current.get().event().waiting()).isZero();
        assertAllRight(seed);
    }

    private static Integer awaits(Event<Integer> event, Random random) {
        try {
            return random.nextBoolean()
                    ? event.await(Chaos.aWhile(random))
                    : Chaos.<Integer, RuntimeException>orNull(random, event::await);
        } catch (LimitExpired e) {
            Chaos.countTimeout();
            return null;
        }
    }

    @Test
    void noThreadOutlivesItsScope(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS);

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    9,
                    random -> {
                        var living = new AtomicInteger();
                        var members = new ArrayList<GreenThread<?>>();
                        try {
                            boolean ignored =
                                    Chaos.inTime(random, () -> scope(living, members, random));
                        } catch (TaskFailed e) {
                            check(e.getCause() instanceof IllegalStateException);
                        } finally {
                            check(living.get() == 0);
                            check(members.stream().allMatch(GreenThread::isDead)); // unbegun too
                        }
                        return steps.decrementAndGet() > 0;
                    });
            chaos.killUntilDone();
        }

        assertAllRight(seed);
    }

    private static void scope(AtomicInteger living, List<GreenThread<?>> members, Random random) {
        GreenScope.run(scope -> {
            for (int i = random.nextInt(3); i >= 0; i--) {
                var time = Chaos.aWhile(random);
                boolean fails = random.nextInt(8) == 0;
                members.add(
                        scope.spawn(() -> {
                            living.incrementAndGet();
                            try {
                                Eventlet.sleep(time);
                                if (fails) {
                                    throw new IllegalStateException("a member fails");
                                }
                            } finally {
                                living.decrementAndGet();
                            }
                        }));
            }
            if (random.nextBoolean()) {
                Eventlet.sleep(Chaos.aWhile(random));
            }
        });
    }

    @Test
    void valuesOfDagsAreComputedOnceFromWhatTheyDependOn(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS / 20);
        var threads = new GreenPool(6);

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    6,
                    random -> {
                        if (steps.getAndDecrement() <= 0) { // or kills could go on for ever
                            return false;
                        }
                        var pool = DagPool.<Integer, Integer>in(threads);
                        var computed = new AtomicInteger();
                        dag(pool, computed, random);
                        Integer last = null;
                        GreenThreadKilled killed = null;
                        while (last == null) {
                            try {
                                last = last(pool, random);
                            } catch (GreenThreadKilled e) { // who waits, which the dag survives
                                killed = e;
                            }
                        }
                        check(last == 1 << 8 && computed.get() == 9);
                        if (killed != null) {
                            throw killed;
                        }
                        return true;
                    });
            chaos.killUntilDone();
            threads.waitall();
        }

        assertThat(threads.free()).as("seed %d", seed).isEqualTo(threads.size());
        assertAllRight(seed, ITEMS / 40);
    }

    /// Keys of which each is the sum of all before, in any order.
    private static void dag(DagPool<Integer, Integer> pool, AtomicInteger computed, Random random) {
        var keys = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
        Collections.shuffle(keys, random);
        pool.post(0, 1);
        for (int key : keys) {
            var before = IntStream.range(0, key).boxed().toList();
            var time = Chaos.aWhile(random);
            pool.spawn(
                    key,
                    before,
                    (_, results) -> {
                        Eventlet.sleep(time);
                        int sum = 0;
                        for (var entry : results) {
                            sum += entry.getValue();
                        }
                        computed.incrementAndGet();
                        return sum;
                    });
        }
    }

    private static Integer last(DagPool<Integer, Integer> pool, Random random) {
        try {
            return switch (random.nextInt(3)) {
                case 0 -> pool.get(9, Chaos.aWhile(random));
                case 1 -> Chaos.<Integer, RuntimeException>orNull(random, () -> pool.get(9));
                default -> pool.get(9);
            };
        } catch (LimitExpired e) {
            Chaos.countTimeout();
            return null;
        }
    }

    /// Members are killed and their keys computed anew, while they wait for results, for a permit,
    /// or not at all. None takes its kill for the end of its results.
    @Test
    void membersOfDagsThatAreKilledDoNotGoOn(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS / 20);
        var living = new AtomicInteger();
        var threads = new GreenPool(6);

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    6,
                    random -> {
                        if (steps.getAndDecrement() <= 0) { // or kills could go on for ever
                            return false;
                        }
                        var pool = DagPool.<Integer, Integer>in(threads);
                        pool.post(0, 1);
                        try {
                            for (int key = 1; key <= 9; key++) {
                                sumOfAllBefore(pool, key, living, random);
                            }
                            for (int i = 0; i < 20; i++) {
                                int key = 1 + random.nextInt(9);
                                if (kills(pool, key)) {
                                    sumOfAllBefore(pool, key, living, random);
                                }
                                Eventlet.sleep(Chaos.aWhile(random));
                            }
                            check(pool.get(9) == 1 << 8);
                        } finally {
                            for (int key : pool.runningKeys()) {
                                boolean ignored = kills(pool, key);
                            }
                        }
                        return true;
                    });
            chaos.killUntilDone();
            threads.waitall();
            Eventually.until(() -> living.get() == 0);
        }

        assertThat(threads.free()).as("seed %d", seed).isEqualTo(threads.size());
        assertAllRight(seed);
    }

    private static boolean kills(DagPool<Integer, Integer> pool, int key) {
        try {
            pool.kill(key);
            return true;
        } catch (NoSuchElementException e) { // it has its value
            return false;
        }
    }

    private void sumOfAllBefore(
            DagPool<Integer, Integer> pool, int key, AtomicInteger living, Random random) {
        var before = IntStream.range(0, key).boxed().toList();
        var time = random.nextBoolean() ? Chaos.aWhile(random) : Duration.ZERO;
        boolean atOnce = random.nextBoolean();
        DagTask<Integer, Integer> task =
                (_, results) -> {
                    living.incrementAndGet();
                    try {
                        Eventlet.sleep(time);
                        var values =
                                atOnce ? results.all().values() : oneByOne(results, before.size());
                        check(values.size() == before.size());
                        return values.stream().mapToInt(Integer::intValue).sum();
                    } finally {
                        living.decrementAndGet();
                    }
                };
        if (random.nextBoolean()) {
            pool.spawnEager(key, before, task);
        } else {
            pool.spawn(key, before, task);
        }
    }

    private List<Integer> oneByOne(DagResults<Integer, Integer> results, int count) {
        var values = new ArrayList<Integer>();
        try {
            for (int i = 0; i < count; i++) {
                values.add(results.next().getValue());
            }
        } catch (NoSuchElementException e) {
            check(false);
        }
        return values;
    }

    /// Some callers are killed; the others wait without a limit until they are answered.
    @Test
    void offloadedTasksRunOnceAndAnswerWhoHasCalled(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        Set<Integer> ran = ConcurrentHashMap.newKeySet();

        try (var offload = Offload.named("stress", 3)) {
            IntFunction<ThrowingSupplier<Integer, RuntimeException>> task =
                    number ->
                            () -> {
                                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                try {
                                    if (!ran.add(number)) {
                                        wrong.incrementAndGet();
                                    }
                                    return number;
                                } finally {
                                    running.decrementAndGet();
                                }
                            };
            try (var chaos = new Chaos(seed)) {
                chaos.begin(
                        6,
                        random -> {
                            int number = steps.getAndDecrement();
                            Integer answer =
                                    random.nextBoolean()
                                            ? offload.call(task.apply(number))
                                            : Chaos.<Integer, RuntimeException>orNull(
                                                    random, () -> offload.call(task.apply(number)));
                            if (Chaos.counts(answer != null)) {
                                check(answer == number && ran.contains(number));
                            }
                            return number > 0;
                        });
                chaos.beginSpared(
                        4,
                        _ -> {
                            int number = steps.getAndDecrement();
                            int answer = offload.call(task.apply(number));
                            check(answer == number && ran.contains(number));
                            return number > 0;
                        });
                chaos.killUntilDone();
            }
        }

        assertThat(running).as("seed %d", seed).hasValue(0);
        assertThat(most.get()).as("seed %d", seed).isBetween(1, 3);
        assertAllRight(seed);
    }

    @Test
    void offloadsWhoseSizeChangesLoseNoTask(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS);
        var attempts = new AtomicInteger();
        var full = new AtomicInteger();
        var ran = new AtomicInteger();
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var offload = Offload.builder("stress").threads(3).maxWaiting(4).open();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    9,
                    _ -> {
                        int number = steps.getAndDecrement();
                        attempts.incrementAndGet();
                        try {
                            int answer =
                                    offload.<Integer, RuntimeException>call(() -> {
                                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                        ran.incrementAndGet();
                                        running.decrementAndGet();
                                        return number;
                                    });
                            check(answer == number);
                        } catch (OffloadFull e) {
                            full.incrementAndGet();
                            Eventlet.yield();
                        }
                        return number > 0;
                    });
            chaos.begin(
                    1,
                    random -> {
                        offload.resize(1 + random.nextInt(5));
                        Eventlet.sleep(Chaos.aWhile(random));
                        return steps.get() > 0;
                    });
            chaos.awaitDone();
        }
        offload.close();

        var statistics = offload.statistics();
        assertThat(statistics.threads() + statistics.busy() + statistics.waiting())
                .as("seed %d", seed)
                .isZero();
        assertThat(running).as("seed %d", seed).hasValue(0);
        assertThat(most.get()).as("seed %d", seed).isBetween(1, 5);
        assertThat(ran).as("seed %d", seed).hasValue(right.get());
        assertThat(right.get() + full.get()).as("seed %d", seed).isEqualTo(attempts.get());
        assertAllRight(seed);
    }

    @Test
    void tokensAreLentToOneAtATime(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(ITEMS);
        Set<TokenPool.Token> lent = ConcurrentHashMap.newKeySet();
        int free;

        try (var tokens = new TokenPool(3)) {
            try (var chaos = new Chaos(seed)) {
                chaos.begin(
                        10,
                        random -> {
                            try (var lease = lease(tokens, random)) {
                                if (lease != null) {
                                    check(lent.add(lease.get()));
                                    try {
                                        Eventlet.sleep(Chaos.aWhile(random));
                                    } finally {
                                        lent.remove(lease.get());
                                    }
                                }
                            }
                            return steps.decrementAndGet() > 0;
                        });
                chaos.killUntilDone();
            }
            free = tokens.free();
        }

        assertThat(free).as("seed %d", seed).isEqualTo(3);
        assertAllRight(seed);
    }

    private static Lease<TokenPool.Token> lease(TokenPool tokens, Random random) {
        try {
            return switch (random.nextInt(3)) {
                case 0 -> tokens.item(Chaos.aWhile(random));
                case 1 ->
                        Chaos.<Lease<TokenPool.Token>, RuntimeException>orNull(
                                random, tokens::item);
                default -> tokens.item();
            };
        } catch (LimitExpired e) {
            Chaos.countTimeout();
            return null;
        }
    }
}
