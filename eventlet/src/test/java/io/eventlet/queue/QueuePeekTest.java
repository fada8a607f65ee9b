// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// Looking at the first item, which stays.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class QueuePeekTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private static <T> GreenThread<T> peekerOf(GreenQueue<T> queue) {
        int waiting = queue.peeking() + 1;
        GreenThread<T> peeker = Eventlet.spawn(() -> queue.peek());
        Eventually.until(() -> queue.peeking() == waiting);
        return peeker;
    }

    /// From gevent's test__queue.py: TestQueue.test_send_first.
    @Test
    void itemThatWasSeenIsStillThere() {
        var queue = GreenQueue.unbounded(List.of("hi", "there"));

        assertThat(queue.peek()).isEqualTo("hi");
        assertThat(queue.tryPeek()).isEqualTo("hi");
        assertThat(queue.peek(Duration.ZERO)).isEqualTo("hi");

        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.get()).isEqualTo("hi");
    }

    @Test
    void itemThatIsSeenIsTheOneThatIsGot() {
        var last = GreenQueue.<Integer>lifo();
        var least = GreenQueue.<Integer>priority(Comparator.naturalOrder());
        for (int item : List.of(2, 1, 3)) {
            last.put(item);
            least.put(item);
        }

        assertThat(last.peek()).isEqualTo(3);
        assertThat(least.peek()).isEqualTo(1);
    }

    /// From gevent's test__queue.py: TestQueue.test_peek_empty.
    @Test
    void limitOfPeekIsKept() {
        var queue = GreenQueue.<String>unbounded();

        assertThatExceptionOfType(QueueEmpty.class).isThrownBy(() -> queue.peek(SHORT));

        assertThat(queue.tryPeek()).isNull();
        assertThat(queue.peeking()).isZero();
    }

    /// From gevent's test__queue.py: TestQueue.test_peek_multi_greenlet.
    @Test
    void peekWaitsForAnItem() {
        var queue = GreenQueue.<Integer>unbounded();
        var first = peekerOf(queue);
        var second = peekerOf(queue);

        queue.put(1);

        assertThat(first.await()).isEqualTo(1);
        assertThat(second.await()).isEqualTo(1);
        assertThat(queue.peek()).isEqualTo(1);
    }

    @Test
    void whoPeeksSeesAnItemThatGoesToAGetter() {
        var queue = GreenQueue.<Integer>unbounded();
        var getter = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);
        var peeker = peekerOf(queue);

        queue.put(1);

        assertThat(getter.await()).isEqualTo(1);
        assertThat(peeker.await()).isEqualTo(1);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void itemOfAPutterThatWaitsIsSeen() {
        var channel = GreenQueue.<String>rendezvous();
        var before = peekerOf(channel);
        var putter = Eventlet.spawn(() -> channel.put("hi"));
        Eventually.until(() -> channel.putting() == 1);

        assertThat(before.await()).isEqualTo("hi");
        assertThat(channel.peek()).isEqualTo("hi");
        assertThat(channel.tryPeek()).isEqualTo("hi");

        assertThat(putter.isDead()).isFalse();
        assertThat(channel.get()).isEqualTo("hi");
        putter.await();
    }

    @Test
    void tryPutDoesNotGiveToWhoOnlyLooks() {
        var channel = GreenQueue.<String>rendezvous();
        var peeker = peekerOf(channel);

        assertThat(channel.tryPut("nobody")).isFalse();

        assertThat(peeker.isDead()).isFalse();
        peeker.kill();
    }

    @Test
    void killedPeekerTakesNothing() {
        var queue = GreenQueue.<String>unbounded();
        var peeker = peekerOf(queue);
        peeker.kill();
        Eventually.until(peeker::isDead);

        queue.put("item");

        assertThat(queue.peeking()).isZero();
        assertThat(queue.get()).isEqualTo("item");
    }
}
