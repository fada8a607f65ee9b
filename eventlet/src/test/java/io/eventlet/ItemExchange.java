// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/// Items that some workers of a [Chaos] put somewhere and others take from there, each once.
final class ItemExchange {
    private static final int ITEMS = Chaos.items(20_000);
    static final int WORKERS = 6; // on each side

    private final long seed;
    private final AtomicInteger doubled = new AtomicInteger();
    private final Set<Integer> put = ConcurrentHashMap.newKeySet();
    private final Set<Integer> taken = ConcurrentHashMap.newKeySet();

    ItemExchange(long seed) {
        this.seed = seed;
    }

    @FunctionalInterface
    interface Putter {
        /// Whether the item has been put.
        boolean put(int item, Random random);
    }

    @FunctionalInterface
    interface Taker {
        /// An item, or null; must not wait without a limit when it is told that nobody puts any
        /// more.
        Integer take(boolean nobodyPuts, Random random);
    }

    void run(Putter putter, Taker taker) {
        var next = new AtomicInteger();
        var putters = new AtomicInteger(WORKERS);
        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    WORKERS,
                    random -> {
                        int item = next.getAndIncrement();
                        if (item >= ITEMS) {
                            putters.decrementAndGet();
                            return false;
                        }
                        if (Chaos.counts(putter.put(item, random))) {
                            put.add(item);
                        }
                        return true;
                    });
            chaos.begin(
                    WORKERS,
                    random -> {
                        boolean nobodyPuts = putters.get() == 0;
                        Integer item = taker.take(nobodyPuts, random);
                        if (Chaos.counts(item != null)) {
                            takeOnce(item);
                        }
                        return item != null || !nobodyPuts;
                    });
            chaos.killUntilDone();
        }
    }

    /// As [#run], with waits without a limit and without kills: a wake-up that gets lost leaves
    /// somebody waiting. Who takes null ends; `end`, called when all has been put, gives that to
    /// all [takers][#WORKERS].
    void runQuietly(ObjIntConsumer<Random> putter, Function<Random, Integer> taker, Runnable end) {
        var next = new AtomicInteger();
        var putters = new AtomicInteger(WORKERS);
        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    WORKERS,
                    random -> {
                        int item = next.getAndIncrement();
                        if (item < ITEMS) {
                            putter.accept(random, item);
                            put.add(item);
                            return true;
                        }
                        if (putters.decrementAndGet() == 0) {
                            end.run();
                        }
                        return false;
                    });
            chaos.begin(
                    WORKERS,
                    random -> {
                        var item = taker.apply(random);
                        if (item != null) {
                            takeOnce(item);
                        }
                        return item != null;
                    });
            chaos.awaitDone();
        }
    }

    private void takeOnce(int item) {
        if (!taken.add(item)) {
            doubled.incrementAndGet();
        }
    }

    /// What was put has been taken or is left, and nothing else, nor twice.
    void assertNothingLostOrDoubled(Collection<Integer> left) {
        for (int item : left) {
            takeOnce(item);
        }
        assertThat(doubled.get()).as("seed %d", seed).isZero();
        assertThat(taken).as("seed %d", seed).isEqualTo(put);
        assertThat(put).as("the test has tested something").hasSizeGreaterThan(ITEMS / 10);
    }

    /// How many items were put.
    int count() {
        return put.size();
    }
}
