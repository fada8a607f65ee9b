// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;
import io.eventlet.queue.QueueEmpty;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Queues whose limit changes all the time, until they are closed, with kills and timeouts at
/// random wherever threads of several hubs wait: every item comes out once, got or dropped.
@Tag("stress")
@org.junit.jupiter.api.Timeout(300)
@ExtendWith(NoLeaks.class)
class QueueStressTest {
    private static final int ITEMS = Chaos.items(20_000);

    static Stream<Named<Supplier<GreenQueue<Integer>>>> queues() {
        return Stream.of(
                named("fifo", () -> GreenQueue.bounded(2)),
                named("rendezvous", GreenQueue::rendezvous),
                named("lifo", () -> GreenQueue.lifo(2)),
                named("priority", () -> GreenQueue.priority(Comparator.reverseOrder(), 2)));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void everyItemComesOutOnce(Supplier<GreenQueue<Integer>> make, TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var queue = make.get();
        var next = new AtomicInteger();
        var doubled = new AtomicInteger();
        Set<Integer> put = ConcurrentHashMap.newKeySet();
        Set<Integer> got = ConcurrentHashMap.newKeySet();
        Set<Integer> dropped = ConcurrentHashMap.newKeySet();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    6,
                    untilClosed(random -> {
                        int item = next.getAndIncrement();
                        if (item == ITEMS) {
                            dropped.addAll(queue.closeNow());
                        }
                        if (Chaos.counts(CancellationStressTest.puts(queue, item, random))) {
                            put.add(item);
                        }
                    }));
            chaos.begin(
                    6,
                    untilClosed(random -> {
                        Integer item = CancellationStressTest.gets(queue, random);
                        if (Chaos.counts(item != null) && !got.add(item)) {
                            doubled.incrementAndGet();
                        }
                    }));
            chaos.begin(2, untilClosed(random -> peek(queue, random)));
            chaos.begin(
                    1,
                    random -> {
                        queue.resize(random.nextInt(5));
                        Eventlet.sleep(Chaos.aWhile(random));
                        return !queue.isClosed();
                    });
            chaos.killUntilDone();
        }

        assertThat(doubled.get()).as("seed %d", seed).isZero();
        assertThat(Collections.disjoint(got, dropped)).as("seed %d", seed).isTrue();
        assertThat(queue.unfinishedTasks()).as("seed %d", seed).isEqualTo(got.size());
        var out = new HashSet<>(got);
        out.addAll(dropped);
        assertThat(out).as("seed %d", seed).isEqualTo(put);
        assertThat(put).as("the test has tested something").hasSizeGreaterThan(ITEMS / 10);
        assertThat(queue.putting() + queue.getting() + queue.peeking()).isZero();
    }

    private interface Use {
        void run(Random random);
    }

    private static Chaos.Step untilClosed(Use use) {
        return random -> {
            try {
                use.run(random);
                return true;
            } catch (QueueClosed e) {
                return false;
            }
        };
    }

    private static void peek(GreenQueue<Integer> queue, Random random) {
        try {
            Integer ignored =
                    random.nextBoolean() ? queue.tryPeek() : queue.peek(Chaos.aWhile(random));
        } catch (QueueEmpty e) {
            Chaos.countTimeout();
            Eventlet.yield();
        }
    }
}
