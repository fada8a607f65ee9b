// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueEmpty;
import io.eventlet.queue.QueueFull;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Kills and timeouts at random at every point where threads of several hubs wait: nothing gets
/// lost, nothing is there twice.
@Tag("stress")
@org.junit.jupiter.api.Timeout(300)
@ExtendWith(NoLeaks.class)
class CancellationStressTest {
    private static final int RESULTS = 200; // of an imap

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 1_000_000})
    void queuesLoseAndDoubleNothing(int capacity, TestReporter reporter) {
        var queue = GreenQueue.<Integer>bounded(capacity);
        var exchange = new ItemExchange(Chaos.seed(reporter));

        exchange.run(
                (item, random) -> puts(queue, item, random), (_, random) -> gets(queue, random));

        var left = new ArrayList<Integer>();
        for (Integer item = queue.tryGet(); item != null; item = queue.tryGet()) {
            left.add(item);
        }
        exchange.assertNothingLostOrDoubled(left);
        assertThat(queue.putting() + queue.getting()).isZero();
        assertThat(queue.unfinishedTasks()).isEqualTo(exchange.count());
    }

    static boolean puts(GreenQueue<Integer> queue, int item, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> queue.tryPut(item);
            case 1 -> putsInTime(queue, item, Chaos.aWhile(random));
            case 2 -> Chaos.inTime(random, () -> queue.put(item));
            default -> {
                queue.put(item);
                yield true;
            }
        };
    }

    private static boolean putsInTime(GreenQueue<Integer> queue, int item, Duration limit) {
        try {
            queue.put(item, limit);
            return true;
        } catch (QueueFull e) {
            Chaos.countTimeout();
            return false;
        }
    }

    static Integer gets(GreenQueue<Integer> queue, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> queue.tryGet();
            case 1 -> getsInTime(queue, Chaos.aWhile(random));
            default -> Chaos.<Integer, RuntimeException>orNull(random, queue::get);
        };
    }

    private static Integer getsInTime(GreenQueue<Integer> queue, Duration limit) {
        try {
            return queue.get(limit);
        } catch (QueueEmpty e) {
            Chaos.countTimeout();
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void semaphoresLoseAndDoubleNoPermit(int permits, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var semaphore = new GreenSemaphore(permits);
        var steps = new AtomicInteger(Chaos.items(20_000));
        var holding = new AtomicInteger();
        var most = new AtomicInteger();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    10,
                    random -> {
                        if (Chaos.counts(acquires(semaphore, random))) {
                            try {
                                most.accumulateAndGet(holding.incrementAndGet(), Math::max);
                                if (random.nextBoolean()) {
                                    Eventlet.sleep(Chaos.aWhile(random));
                                }
                            } finally {
                                holding.decrementAndGet();
                                semaphore.release();
                            }
                        }
                        return steps.decrementAndGet() > 0;
                    });
            chaos.killUntilDone();
        }

        assertThat(most.get()).as("seed %d", seed).isEqualTo(permits);
        assertThat(semaphore.available()).as("seed %d", seed).isEqualTo(permits);
        assertThat(semaphore.waiting()).isZero();
    }

    private static boolean acquires(GreenSemaphore semaphore, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> semaphore.tryAcquire();
            case 1 -> Chaos.inTime(semaphore.acquire(Chaos.aWhile(random)));
            case 2 -> Chaos.inTime(random, semaphore::acquire);
            default -> {
                semaphore.acquire();
                yield true;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void poolsLoseAndDoubleNoPlaceAndNoMember(int size, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var pool = new GreenPool(size);
        var steps = new AtomicInteger(Chaos.items(10_000));
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        Set<Integer> accepted = ConcurrentHashMap.newKeySet();
        Set<Integer> ran = ConcurrentHashMap.newKeySet();
        var doubled = new AtomicInteger();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    9,
                    random -> {
                        int number = steps.getAndDecrement();
                        if (number <= 0) {
                            return false;
                        }
                        long bodySeed = random.nextLong();
                        Task body =
                                () -> {
                                    if (!ran.add(number)) {
                                        doubled.incrementAndGet();
                                    }
                                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                    try {
                                        member(pool, new Random(bodySeed));
                                    } finally {
                                        running.decrementAndGet();
                                    }
                                };
                        boolean inTime = true;
                        if (random.nextBoolean()) {
                            pool.spawnN(body);
                        } else {
                            inTime = Chaos.inTime(random, () -> pool.spawnN(body));
                        }
                        if (inTime) {
                            accepted.add(number);
                        }
                        return true;
                    });
            chaos.killUntilDone();
            pool.waitall();
        }

        assertThat(doubled).as("seed %d", seed).hasValue(0);
        assertThat(ran).as("seed %d", seed).isEqualTo(accepted);
        assertThat(most.get()).as("seed %d", seed).isEqualTo(size);
        assertThat(pool.free()).as("seed %d", seed).isEqualTo(size);
        assertThat(pool.running() + pool.waiting()).isZero();
    }

    /// Waits, spawns into its own pool, or kills one of another member.
    private static void member(GreenPool pool, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> Eventlet.sleep(Chaos.aWhile(random));
            case 1 -> Eventlet.yield();
            case 2 -> {
                boolean ignored =
                        Chaos.inTime(
                                random,
                                () ->
                                        pool.spawn(() -> Eventlet.sleep(Chaos.aWhile(random)))
                                                .await());
            }
            default -> {}
        }
    }

    /// Some readers are killed, which ends their imaps; the others see all of theirs.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void imapsLoseAndDoubleNoResult(boolean ordered, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var pool = new GreenPool(4);
        int rounds = Chaos.items(12_000) / RESULTS;
        var begun = new AtomicInteger();
        var compared = new AtomicInteger();
        var killed = new AtomicInteger();
        Set<String> wrong = ConcurrentHashMap.newKeySet();

        try (var chaos = new Chaos(seed)) {
            chaos.beginSpared(
                    3,
                    random -> {
                        if (begun.getAndIncrement() >= rounds) {
                            return false;
                        }
                        var seen = new ArrayList<Integer>();
                        try (var imap = imap(pool, ordered, random.nextLong())) {
                            read(imap, seen, random);
                        }
                        if (seen.size() != RESULTS || !isBeginning(seen, ordered)) {
                            wrong.add(seen.toString());
                        }
                        compared.incrementAndGet();
                        return true;
                    });
            chaos.begin(
                    3,
                    random -> {
                        var seen = new ArrayList<Integer>();
                        try (var imap = imap(pool, ordered, random.nextLong())) {
                            try {
                                read(imap, seen, random);
                            } catch (GreenThreadKilled e) {
                                killed.incrementAndGet();
                                if (imap.hasNext() || !isBeginning(seen, ordered)) {
                                    wrong.add("killed after " + seen);
                                }
                                throw e;
                            }
                        }
                        return compared.get() < rounds;
                    });
            chaos.begin(
                    1,
                    random -> {
                        pool.resize(1 + random.nextInt(6));
                        Eventlet.sleep(Duration.ofNanos(random.nextInt(2_000_000)));
                        return compared.get() < rounds;
                    });
            chaos.killUntilDone();
            pool.waitall();
        }

        assertThat(wrong).as("seed %d", seed).isEmpty();
        assertThat(compared).as("seed %d", seed).hasValue(rounds);
        assertThat(killed).as("the test has killed something").hasPositiveValue();
        assertThat(pool.free()).as("seed %d", seed).isEqualTo(pool.size());
        assertThat(pool.running() + pool.waiting()).isZero();
    }

    /// Whether these are the first results, or, without an order, different ones of them.
    private static boolean isBeginning(List<Integer> seen, boolean ordered) {
        var first = IntStream.range(0, seen.size()).boxed().toList();
        return ordered ? seen.equals(first) : Set.copyOf(seen).size() == seen.size();
    }

    private static Imap<Integer> imap(GreenPool pool, boolean ordered, long seed) {
        ThrowingFunction<Integer, Integer> function =
                i -> {
                    var random = new Random(seed + i);
                    switch (random.nextInt(4)) {
                        case 0 -> Eventlet.sleep(Chaos.aWhile(random));
                        case 1 -> Eventlet.yield();
                        case 2 -> throw new IllegalStateException(String.valueOf(i));
                        default -> {}
                    }
                    return i;
                };
        var items = IntStream.range(0, RESULTS).boxed();
        return ordered ? pool.imap(function, items) : pool.imapUnordered(function, items);
    }

    /// Adds the results, and the numbers of the items that failed.
    private static void read(Imap<Integer> imap, List<Integer> seen, Random random) {
        while (true) {
            try {
                var hasNext = new AtomicBoolean();
                if (!Chaos.inTime(random, () -> hasNext.set(imap.hasNext()))) {
                    continue; // it may be the end, or not
                }
                if (!hasNext.get()) {
                    Chaos.countMore(seen.size() - 1);
                    return;
                }
                switch (random.nextInt(3)) {
                    case 0 -> seen.add(imap.next(Chaos.aWhile(random)));
                    case 1 -> {
                        Integer result =
                                Timeout.<Integer, RuntimeException>call(
                                        Chaos.aWhile(random), () -> imap.next(), -1);
                        if (result >= 0) {
                            seen.add(result);
                        }
                    }
                    default -> seen.add(imap.next());
                }
            } catch (LimitExpired e) {
                Chaos.countTimeout();
                // nothing is lost
            } catch (TaskFailed e) {
                seen.add(Integer.valueOf(e.getCause().getMessage()));
            }
        }
    }

    /// As [#imapsLoseAndDoubleNoResult], with the crew as those who are killed.
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void killsOfACrewFailNoMoreItemsThanTheyHit(int size, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var random = new Random(seed);
        var pool = new GreenPool(size);
        var kills = new AtomicInteger();
        var imap =
                pool.imap(
                        i -> {
                            Eventlet.sleep(Duration.ofNanos(i % 50 * 1000L));
                            return i;
                        },
                        IntStream.range(0, 3000).boxed());
        var killer =
                Eventlet.spawn(() -> {
                    while (true) {
                        Eventlet.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
                        kills.addAndGet(pool.running());
                        pool.kill();
                    }
                });

        int next = 0;
        int failed = 0;
        try {
            while (imap.hasNext()) {
                try {
                    assertThat(imap.next()).as("seed %d", seed).isEqualTo(next);
                } catch (TaskFailed e) {
                    assertThat(e).hasCauseInstanceOf(GreenThreadKilled.class);
                    failed++;
                }
                next++;
            }
        } finally {
            killer.kill();
        }

        assertThat(next).as("seed %d", seed).isEqualTo(3000);
        assertThat(failed).as("seed %d", seed).isBetween(1, kills.get() + size);
        pool.waitall();
        assertThat(pool.free()).isEqualTo(size);
    }
}
