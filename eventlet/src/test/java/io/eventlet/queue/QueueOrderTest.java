// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.Timeout;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// In which order items come out, and what does not depend on it.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class QueueOrderTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private static <T> List<T> takeAll(GreenQueue<T> queue) {
        var taken = new ArrayList<T>();
        for (T item = queue.tryGet(); item != null; item = queue.tryGet()) {
            taken.add(item);
        }
        return taken;
    }

    /// As Eventlet's LifoQueue.
    @Test
    void lastItemComesOutOfALifoQueueFirst() {
        var queue = GreenQueue.<String>lifo();

        List.of("a", "b", "c").forEach(queue::put);

        assertThat(takeAll(queue)).containsExactly("c", "b", "a");
    }

    /// As Eventlet's PriorityQueue.
    @Test
    void leastItemComesOutOfAPriorityQueueFirst() {
        var queue = GreenQueue.<Integer>priority(Comparator.naturalOrder());

        List.of(3, 1, 5, 2, 4).forEach(queue::put);

        assertThat(takeAll(queue)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void equalItemsComeOutInTheOrderInWhichTheyWentIn() {
        var queue = GreenQueue.<String>priority(Comparator.comparingInt(String::length));

        List.of("aa", "b", "cc", "d", "ee", "f", "gg", "h").forEach(queue::put);

        assertThat(takeAll(queue)).containsExactly("b", "d", "f", "h", "aa", "cc", "ee", "gg");
    }

    /// From gevent's test__queue.py: Queue(items=…).
    @Test
    void itemsOfTheBeginningAreToBeDone() {
        var queue = GreenQueue.unbounded(List.of("a", "b"));

        assertThat(queue.unfinishedTasks()).isEqualTo(2);
        assertThat(takeAll(queue)).containsExactly("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    void limitIsKeptInEveryOrder(QueueKind kind) {
        var queue = kind.<Integer>bounded(2);

        assertThat(queue.tryPut(1)).isTrue();
        assertThat(queue.tryPut(2)).isTrue();
        assertThat(queue.tryPut(3)).isFalse();

        assertThat(queue.capacity()).isEqualTo(2);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(takeAll(queue)).containsExactlyInAnyOrder(1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> kind.<Integer>bounded(-1));
    }

    @ParameterizedTest
    @EnumSource
    void itemGoesToWhoWaitsWithoutBeingOrdered(QueueKind kind) {
        var queue = kind.<Integer>unbounded();
        var first = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);
        var second = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 2);

        queue.put(2);
        queue.put(1);

        assertThat(first.await()).isEqualTo(2);
        assertThat(second.await()).isEqualTo(1);
    }

    /// Defect 9 of Eventlet, mended.
    @ParameterizedTest
    @EnumSource
    void puttersAreLetInInTheOrderInWhichTheyCame(QueueKind kind) {
        var queue = kind.<Integer>bounded(1);
        queue.put(7);
        for (int item : List.of(9, 8, 6)) {
            int waiting = queue.putting() + 1;
            Eventlet.spawn(() -> queue.put(item));
            Eventually.until(() -> queue.putting() == waiting);
        }

        assertThat(takeAll(queue)).containsExactly(7, 9, 8, 6);
    }

    @Test
    void itemOfAPutterThatIsLetInTakesItsPlaceInTheOrder() {
        var last = GreenQueue.<Integer>lifo(2);
        var least = GreenQueue.<Integer>priority(Comparator.naturalOrder(), 2);
        for (var queue : List.of(last, least)) {
            queue.put(3);
            queue.put(2);
            Eventlet.spawn(() -> queue.put(1));
            Eventually.until(() -> queue.putting() == 1);
        }

        assertThat(takeAll(last)).containsExactly(2, 1, 3);
        assertThat(takeAll(least)).containsExactly(2, 1, 3);
    }

    /// From Eventlet's queue_test.py: TestNoWait.test_get_nowait_unlock. Defect 10, mended.
    @ParameterizedTest
    @EnumSource
    void tryGetTakesFromAPutterThatWaits(QueueKind kind) {
        var queue = kind.<Integer>bounded(0);
        var putters = new ArrayList<GreenThread<?>>();
        for (int item : List.of(3, 1, 2)) {
            putters.add(Eventlet.spawn(() -> queue.put(item)));
            Eventually.until(() -> queue.putting() == putters.size());
        }

        assertThat(takeAll(queue)).containsExactly(3, 1, 2);
        putters.forEach(GreenThread::await);
    }

    /// From Eventlet's queue_test.py: TestQueue.test_two_bogus_waiters, for every order.
    @ParameterizedTest
    @EnumSource
    void whoGivesUpOrIsKilledTakesAndLeavesNothing(QueueKind kind) {
        var queue = kind.<Integer>bounded(1);
        var killedGetter = Eventlet.spawn(() -> queue.get());
        Eventually.until(() -> queue.getting() == 1);
        killedGetter.kill();
        boolean gotInTime = Timeout.silent(SHORT, () -> queue.get());
        Eventually.until(killedGetter::isDead);
        queue.put(2);
        var killedPutter = Eventlet.spawn(() -> queue.put(1));
        Eventually.until(() -> queue.putting() == 1);
        killedPutter.kill();
        boolean putInTime = Timeout.silent(SHORT, () -> queue.put(3));
        Eventually.until(killedPutter::isDead);

        assertThat(gotInTime || putInTime).isFalse();
        assertThat(takeAll(queue)).containsExactly(2);
        assertThat(queue.unfinishedTasks()).isEqualTo(1);
    }

    private static int shortestFirst(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            throw new ArithmeticException("the empty string has no place");
        }
        return Integer.compare(a.length(), b.length());
    }

    @Test
    void itemThatCannotBeOrderedIsNotInTheQueue() {
        var queue = GreenQueue.<String>priority(QueueOrderTest::shortestFirst);

        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> queue.put(""));
        queue.put("a");
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> queue.tryPut(""));

        assertThat(queue.unfinishedTasks()).isEqualTo(1);
        assertThat(takeAll(queue)).containsExactly("a");
    }

    /// A heap would compare the last two in the first get.
    @Test
    void orderThatCannotCompareTwoItemsFailsInAPut() {
        Comparator<Object> byKind = Comparator.comparing(item -> item instanceof String);
        @SuppressWarnings("unchecked")
        var order = byKind.thenComparing((a, b) -> ((Comparable<Object>) a).compareTo(b));
        var queue = GreenQueue.<Object>priority(order);
        queue.put(1);
        queue.put("a");

        assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> queue.put(2L));

        assertThat(takeAll(queue)).containsExactly(1, "a");
        assertThat(queue.unfinishedTasks()).isEqualTo(2);
    }

    @Test
    void itemThatCannotBeOrderedIsTheTroubleOfWhoPutsIt() {
        var queue = GreenQueue.<String>priority(QueueOrderTest::shortestFirst, 2);
        queue.put("a");
        queue.put("bb");
        var failing = Eventlet.spawn(() -> queue.put(""));
        Eventually.until(() -> queue.putting() == 1);
        var next = Eventlet.spawn(() -> queue.put("ccc"));
        Eventually.until(() -> queue.putting() == 2);

        assertThat(queue.get()).isEqualTo("a");

        next.await();
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(failing::await)
                .withCauseInstanceOf(ArithmeticException.class);
        assertThat(queue.unfinishedTasks()).isEqualTo(3);
        assertThat(takeAll(queue)).containsExactly("bb", "ccc");
    }
}
