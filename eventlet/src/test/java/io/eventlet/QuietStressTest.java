// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.eventlet.limit.KeyedLimit;
import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;
import io.eventlet.resource.TokenPool;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Threads of several hubs that wait without limits, and that nobody kills: where a wake-up gets
/// lost somebody waits for ever, which the time limit of the test tells.
@Tag("stress")
@org.junit.jupiter.api.Timeout(120)
@ExtendWith(NoLeaks.class)
class QuietStressTest {
    private static final int ITEMS = Chaos.items(20_000);
    private static final int END = -1;

    static Stream<Named<Supplier<GreenQueue<Integer>>>> queues() {
        return Stream.of(
                named("fifo of 1", () -> GreenQueue.bounded(1)),
                named("fifo of 5", () -> GreenQueue.bounded(5)),
                named("fifo", GreenQueue::unbounded),
                named("rendezvous", GreenQueue::rendezvous),
                named("lifo of 1", () -> GreenQueue.lifo(1)),
                named("lifo", GreenQueue::lifo),
                named("priority of 2", () -> GreenQueue.priority(Comparator.naturalOrder(), 2)),
                named("priority", () -> GreenQueue.priority(Comparator.reverseOrder())));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void queuesWakeWhoPutsAndWhoGets(Supplier<GreenQueue<Integer>> make, TestReporter reporter) {
        var queue = make.get();
        var exchange = new ItemExchange(Chaos.seed(reporter));

        exchange.runQuietly(
                (_, item) -> queue.put(item),
                _ -> {
                    int item = queue.get();
                    return item == END ? null : item;
                },
                () -> {
                    for (int i = 0; i < ItemExchange.WORKERS; i++) {
                        queue.put(END);
                    }
                });

        exchange.assertNothingLostOrDoubled(queue.closeNow());
        assertThat(queue.putting() + queue.getting()).isZero();
    }

    /// Queues whose limit changes, until they are closed, at whose items others look.
    @ParameterizedTest
    @MethodSource("queues")
    void resizedQueuesWakeWhoWaits(Supplier<GreenQueue<Integer>> make, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var queue = make.get();
        var next = new AtomicInteger();
        var putters = new AtomicInteger(4);
        var got = new AtomicInteger();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    putters.get(),
                    _ -> {
                        int item = next.getAndIncrement();
                        if (item < ITEMS) {
                            queue.put(item);
                            return true;
                        }
                        if (putters.decrementAndGet() == 0) {
                            queue.close();
                        }
                        return false;
                    });
            chaos.begin(
                    4,
                    untilClosed(() -> {
                        int ignored = queue.get();
                        got.incrementAndGet();
                    }));
            chaos.begin(
                    2,
                    untilClosed(() -> {
                        int ignored = queue.peek();
                        Eventlet.yield();
                    }));
            chaos.begin(
                    1,
                    random -> {
                        queue.resize(random.nextInt(5));
                        Eventlet.sleep(Chaos.aWhile(random));
                        return !queue.isClosed();
                    });
            chaos.awaitDone();
        }

        assertThat(got).as("seed %d", seed).hasValue(ITEMS);
        assertThat(queue.putting() + queue.getting() + queue.peeking()).isZero();
    }

    private static Chaos.Step untilClosed(Runnable use) {
        return _ -> {
            try {
                use.run();
                return true;
            } catch (QueueClosed e) {
                return false;
            }
        };
    }

    /// Any two of three queues have one in common with any other two.
    @ParameterizedTest
    @MethodSource("queues")
    void selectsWakeWhoPutsAndWhoGets(Supplier<GreenQueue<Integer>> make, TestReporter reporter) {
        var queues = List.of(make.get(), make.get(), make.get());
        var end = new Event<Integer>();
        var exchange = new ItemExchange(Chaos.seed(reporter));

        exchange.runQuietly(
                (random, item) -> {
                    int i = random.nextInt(3);
                    boolean ignored =
                            Select.<Boolean>first(
                                    queues.get(i).onPut(item, () -> true),
                                    queues.get((i + 1) % 3).onPut(item, () -> true));
                },
                random -> {
                    int i = random.nextInt(3);
                    int item =
                            Select.<Integer>first(
                                    queues.get(i).onGet(got -> got),
                                    queues.get((i + 1) % 3).onGet(got -> got),
                                    end.onSend(news -> news));
                    return item == END ? null : item;
                },
                () -> end.send(END));

        var left = new ArrayList<Integer>();
        queues.forEach(queue -> left.addAll(queue.closeNow()));
        exchange.assertNothingLostOrDoubled(left);
        assertThat(end.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void semaphoresWakeWhoWaits(int permits, TestReporter reporter) {
        var semaphore = new GreenSemaphore(permits);

        useInTurns(
                reporter,
                _ -> {
                    semaphore.acquire();
                    Eventlet.yield();
                    semaphore.release();
                });

        assertThat(semaphore.available()).isEqualTo(permits);
        assertThat(semaphore.waiting()).isZero();
    }

    /// Takes and gives in separate threads, each as many.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void cappedSemaphoresWakeWhoTakesAndWhoGives(int cap, TestReporter reporter) {
        var semaphore = new CappedSemaphore(0, cap);
        var takes = new AtomicInteger(ITEMS);
        var gives = new AtomicInteger(ITEMS);

        try (var chaos = new Chaos(Chaos.seed(reporter))) {
            chaos.begin(6, times(takes, _ -> semaphore.acquire()));
            chaos.begin(6, times(gives, _ -> semaphore.release()));
            chaos.awaitDone();
        }

        assertThat(semaphore.available()).isZero();
        assertThat(semaphore.acquiring() + semaphore.releasing()).isZero();
    }

    @Test
    void keyedLimitsWakeWhoWaits(TestReporter reporter) {
        var limit = new KeyedLimit<Integer>(2);

        useInTurns(
                reporter,
                random -> {
                    try (var _ = limit.enter(random.nextInt(2))) {
                        Eventlet.yield();
                    }
                });

        assertThat(limit.keys()).isZero();
    }

    @Test
    void resourcePoolsWakeWhoWaits(TestReporter reporter) {
        try (var tokens = new TokenPool(2)) {
            useInTurns(
                    reporter,
                    _ -> {
                        try (var _ = tokens.item()) {
                            Eventlet.yield();
                        }
                    });

            assertThat(tokens.free()).isEqualTo(2);
        }
    }

    @Test
    void poolsWakeWhoSpawnsAndWhoAwaits(TestReporter reporter) {
        var pool = new GreenPool(3);

        useInTurns(
                reporter,
                random -> {
                    GreenThread<@Nullable Void> member = pool.spawn((Task) Eventlet::yield);
                    if (random.nextBoolean()) {
                        member.join();
                    }
                });
        pool.waitall();

        assertThat(pool.free()).isEqualTo(3);
    }

    private static void useInTurns(TestReporter reporter, Consumer<Random> use) {
        var left = new AtomicInteger(ITEMS);
        try (var chaos = new Chaos(Chaos.seed(reporter))) {
            chaos.begin(9, times(left, use));
            chaos.awaitDone();
        }
    }

    private static Chaos.Step times(AtomicInteger left, Consumer<Random> use) {
        return random -> {
            if (left.getAndDecrement() <= 0) {
                return false;
            }
            use.accept(random);
            return true;
        };
    }

    /// Events one after the other: each is awaited by all but one worker, who sends it when it has
    /// seen those before.
    @Test
    void eventsWakeAllWhoAwaitThem(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        int workers = 6;
        var events = IntStream.range(0, ITEMS / 4).mapToObj(_ -> new Event<Integer>()).toList();
        var right = new AtomicInteger();

        try (var chaos = new Chaos(seed)) {
            for (int i = 0; i < workers; i++) {
                int me = i;
                var next = new AtomicInteger();
                chaos.begin(
                        1,
                        _ -> {
                            int number = next.getAndIncrement();
                            var event = events.get(number);
                            if (number % workers == me) {
                                event.send(number);
                            } else if (event.await() == number) {
                                right.incrementAndGet();
                            }
                            return next.get() < events.size();
                        });
            }
            chaos.awaitDone();
        }

        assertThat(right).as("seed %d", seed).hasValue(events.size() * (workers - 1));
    }
}
