// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/// Queues whose limit changes.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class QueueResizeTest {
    private static List<GreenThread<?>> puttersWaiting(GreenQueue<Integer> queue, int... items) {
        var putters = new ArrayList<GreenThread<?>>();
        for (int item : items) {
            putters.add(Eventlet.spawn(() -> queue.put(item)));
            Eventually.until(() -> queue.putting() == putters.size());
        }
        return putters;
    }

    /// From Eventlet's queue_test.py: TestQueue.test_resize_up.
    @ParameterizedTest
    @EnumSource
    void putterOfARendezvousIsLetInWhenThereIsRoom(QueueKind kind) {
        var queue = kind.<Integer>bounded(0);
        var putter = puttersWaiting(queue, 1).getFirst();

        queue.resize(1);

        putter.await();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.capacity()).isEqualTo(1);
        assertThat(queue.unfinishedTasks()).isEqualTo(1);
        assertThat(queue.get()).isEqualTo(1);
    }

    /// From Eventlet's queue_test.py: TestQueue.test_resize_to_Unlimited.
    @Test
    void queueCanLoseItsLimit() {
        var queue = GreenQueue.<Integer>rendezvous();
        var putters = puttersWaiting(queue, 1, 2, 3);

        queue.resize(Integer.MAX_VALUE);

        putters.forEach(GreenThread::await);
        assertThat(queue.toString()).isEqualTo("queue of 3, 0 putting, 0 getting");
    }

    @Test
    void asManyAreLetInAsThereIsRoomAndInTheirOrder() {
        var queue = GreenQueue.<Integer>bounded(1);
        queue.put(1);
        var putters = puttersWaiting(queue, 2, 3, 4);

        queue.resize(3);

        putters.get(0).await();
        putters.get(1).await();
        assertThat(queue.putting()).isEqualTo(1);
        for (int i = 1; i <= 4; i++) {
            assertThat(queue.get()).isEqualTo(i);
        }
    }

    /// From Eventlet's queue_test.py: TestQueue.test_resize_down.
    @Test
    void itemsStayWhenThereIsLessRoomThanTheyTake() {
        var queue = GreenQueue.<Integer>bounded(5);
        for (int i = 0; i < 5; i++) {
            queue.put(i);
        }

        queue.resize(1);

        assertThat(queue.size()).isEqualTo(5);
        assertThat(queue.isFull()).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(queue.get()).isEqualTo(i);
        }
    }

    @Test
    void puttersWaitUntilAsManyAreTakenAsAreTooMany() {
        var queue = GreenQueue.unbounded(List.of(1, 2, 3));
        queue.resize(2);
        var putter = puttersWaiting(queue, 4).getFirst();

        assertThat(queue.get()).isEqualTo(1);
        assertThat(queue.putting()).isEqualTo(1);
        assertThat(queue.get()).isEqualTo(2);

        putter.await();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void queueBecomesARendezvousWhenItsItemsHaveBeenTaken() {
        var queue = GreenQueue.unbounded(List.of(1, 2));
        queue.resize(0);
        var putter = puttersWaiting(queue, 3).getFirst();

        assertThat(queue.get()).isEqualTo(1);
        assertThat(queue.get()).isEqualTo(2);
        assertThat(queue.putting()).isEqualTo(1);
        assertThat(queue.get()).isEqualTo(3);

        putter.await();
        assertThat(queue.tryPut(4)).isFalse();
    }

    @Test
    void putterThatWasKilledIsNotLetIn() {
        var queue = GreenQueue.<Integer>rendezvous();
        var putter = puttersWaiting(queue, 1).getFirst();
        putter.kill();
        Eventually.until(putter::isDead);

        queue.resize(1);

        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void limitThatIsNoneIsRefused() {
        var queue = GreenQueue.<Integer>bounded(1);

        assertThatIllegalArgumentException().isThrownBy(() -> queue.resize(-1));

        assertThat(queue.capacity()).isEqualTo(1);
    }
}
