// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;

import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Queues of all kinds between threads of all kinds.
class MixedQueuesTest extends MixedUse {
    /// A kind of queue.
    enum Kind {
        FIFO,
        LIFO,
        PRIORITY,
        RENDEZVOUS;

        GreenQueue<Integer> make() {
            return switch (this) {
                case FIFO -> GreenQueue.bounded(1);
                case LIFO -> GreenQueue.lifo(1);
                case PRIORITY -> GreenQueue.priority(Comparator.naturalOrder(), 1);
                case RENDEZVOUS -> GreenQueue.rendezvous();
            };
        }
    }

    static Stream<Arguments> kindsAndPairs(TestInfo test) {
        return withPairs(List.of(Kind.values()), test);
    }

    @ParameterizedTest
    @MethodSource("kindsAndPairs")
    void putWakesAGetter(Kind kind, On getter, On putter) throws Exception {
        var queue = kind.make();
        var waiting = start(getter, queue::get);
        Eventually.until(() -> queue.getting() == 1);

        run(putter, () -> queue.put(1));

        assertThat(waiting.get()).isEqualTo(1);
        assertThat(queue.size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsAndPairs")
    void getWakesAPutter(Kind kind, On putter, On getter) throws Exception {
        var queue = kind.make();
        boolean isHeld = queue.tryPut(1);
        var waiting = start(putter, Body.callable(() -> queue.put(2)));
        Eventually.until(() -> queue.putting() == 1);

        var got = start(getter, queue::get).get();

        assertThat(waiting.get()).isNull();
        assertThat(got).isEqualTo(isHeld ? 1 : 2);
        assertThat(queue.size()).isEqualTo(isHeld ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("kindsAndPairs")
    void putWakesAPeeker(Kind kind, On peeker, On putter) throws Exception {
        var queue = kind.make();
        var waiting = start(peeker, queue::peek);
        Eventually.until(() -> queue.peeking() == 1);

        var putting = start(putter, Body.callable(() -> queue.put(1)));

        assertThat(waiting.get()).isEqualTo(1);
        assertThat(queue.get()).isEqualTo(1);
        assertThat(putting.get()).isNull();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void lastTaskThatIsDoneWakesWhoJoins(On joiner, On worker) throws Exception {
        var queue = GreenQueue.<Integer>unbounded();
        queue.put(1);
        var waiting = start(joiner, Body.callable(queue::join)).waiting();

        run(
                worker,
                () -> {
                    int ignored = queue.get();
                    queue.taskDone();
                });

        assertThat(waiting.get()).isNull();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void closedQueueTellsAGetter(On getter, On closer) throws Exception {
        var queue = GreenQueue.<Integer>bounded(1);
        var waiting = start(getter, queue::get);
        Eventually.until(() -> queue.getting() == 1);

        run(closer, queue::close);

        Eventually.until(waiting::isDone);
        assertThat(waiting.exceptionNow()).isInstanceOf(QueueClosed.class);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void viewOfAQueueWakesATaker(On taker, On putter) throws Exception {
        var queue = GreenQueue.<Integer>bounded(1);
        var view = queue.asBlockingQueue();
        var waiting = start(taker, view::take);
        Eventually.until(() -> queue.getting() == 1);

        run(putter, () -> view.put(1));

        assertThat(waiting.get()).isEqualTo(1);
    }
}
