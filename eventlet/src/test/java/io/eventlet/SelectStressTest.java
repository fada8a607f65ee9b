// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.junit.jupiter.api.Named.named;

import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Selects on both sides of several queues, from several hubs, with kills and timeouts at random:
/// every item that one side has put the other gets, once.
@Tag("stress")
@org.junit.jupiter.api.Timeout(300)
@ExtendWith(NoLeaks.class)
class SelectStressTest {
    private final List<GreenQueue<Integer>> queues = new ArrayList<>();

    static Stream<Named<Supplier<GreenQueue<Integer>>>> queues() {
        return Stream.of(
                named("fifo", () -> GreenQueue.bounded(2)),
                named("rendezvous", GreenQueue::rendezvous),
                named("lifo", () -> GreenQueue.lifo(1)));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void everyItemIsGotOnce(Supplier<GreenQueue<Integer>> make, TestReporter reporter) {
        for (int i = 0; i < 3; i++) {
            queues.add(make.get());
        }
        var exchange = new ItemExchange(Chaos.seed(reporter));

        exchange.run(this::put, this::take);

        var left = new ArrayList<Integer>();
        queues.forEach(queue -> left.addAll(queue.closeNow()));
        exchange.assertNothingLostOrDoubled(left);
    }

    private GreenQueue<Integer> any(Random random) {
        return queues.get(random.nextInt(queues.size()));
    }

    private boolean put(int item, Random random) {
        var one = any(random);
        var two = any(random);
        if (random.nextInt(4) == 0) {
            return one.tryPut(item);
        }
        try {
            return Select.<Boolean>first(
                    Chaos.aWhile(random), one.onPut(item, () -> true), two.onPut(item, () -> true));
        } catch (LimitExpired e) {
            Chaos.countTimeout();
            return false;
        }
    }

    private Integer take(boolean nobodyPuts, Random random) {
        var one = any(random);
        var two = any(random);
        if (nobodyPuts) {
            return queues.stream()
                    .map(GreenQueue::tryGet)
                    .filter(item -> item != null)
                    .findFirst()
                    .orElse(null);
        }
        var limit = random.nextInt(4) == 0 ? Duration.ZERO : Chaos.aWhile(random);
        try {
            return Select.<Integer>first(limit, one.onGet(item -> item), two.onGet(item -> item));
        } catch (LimitExpired e) {
            Chaos.countTimeout();
            return null;
        }
    }
}
