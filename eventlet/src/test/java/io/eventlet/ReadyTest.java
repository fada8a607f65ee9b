// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/// Things that are waited for together.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ReadyTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final Event<String> event = new Event<>();
    private final Event<String> other = new Event<>();
    private final GreenQueue<String> queue = GreenQueue.unbounded();
    private final GreenSemaphore semaphore = new GreenSemaphore(0);

    /// From gevent's test__iwait.py: Testiwait.test_iwait_partial, in another order.
    @Test
    void thingsComeInTheOrderInWhichTheyGetReady() {
        var order = new ArrayList<Waitable>();
        var thread = Eventlet.spawn(() -> event.await());
        var consumer =
                Eventlet.spawn(() -> {
                    for (var thing : Ready.<Waitable>of(thread, semaphore, queue, other)) {
                        order.add(thing);
                    }
                });
        Until.waiting(consumer);

        queue.put("item");
        semaphore.release();
        event.send("news");
        thread.join();
        other.send("more");
        consumer.await();

        assertThat(order).containsExactly(queue, semaphore, thread, other);
    }

    @Test
    void thingsThatAreReadyComeFirst() {
        other.send("news");

        try (var ready = Ready.of(List.of(event, other))) {
            assertThat(ready.next()).isSameAs(other);
            assertThat(ready.hasNext()).isTrue();
        }
    }

    @Test
    void beingReadyTakesNothing() {
        queue.put("item");
        semaphore.release();

        assertThat(Ready.within(Duration.ZERO, List.of(queue, semaphore)))
                .containsExactly(queue, semaphore);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(semaphore.available()).isEqualTo(1);
    }

    @Test
    void closedQueueIsReady() {
        try (var ready = Ready.of(List.of(queue))) {
            queue.close();

            assertThat(ready.next()).isSameAs(queue);
            assertThat(ready.hasNext()).isFalse();
        }
    }

    @Test
    void permitThatSomebodyWaitsForMakesNothingReady() {
        var acquirer = Eventlet.spawn(() -> semaphore.acquire());
        Until.waiting(acquirer);

        try (var ready = Ready.of(List.of(semaphore))) {
            semaphore.release();
            acquirer.await();

            assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> ready.next(SHORT));
        }
    }

    @Test
    void itemThatSomebodyWaitsForMakesNothingReady() {
        var getter = Eventlet.spawn(() -> queue.get());
        Until.waiting(getter);

        try (var ready = Ready.of(List.of(queue))) {
            queue.put("for the getter");
            getter.await();
            assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> ready.next(SHORT));

            queue.put("for anybody");
            assertThat(ready.next()).isSameAs(queue);
        }
    }

    @Test
    void nextWithALimitSaysWhatItWaitedFor() {
        try (var ready = Ready.of(List.of(event, other))) {
            assertThatExceptionOfType(LimitExpired.class)
                    .isThrownBy(() -> ready.next(SHORT))
                    .withMessageContaining("2 things");
        }
    }

    @Test
    void limitThatPassesLosesNothing() {
        try (var ready = Ready.of(List.of(event))) {
            assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> ready.next(SHORT));

            event.send("news");

            assertThat(ready.next()).isSameAs(event);
        }
    }

    /// From gevent's test__event.py: TestWait_count1.
    @Test
    void withinGivesTheFirstSoMany() {
        event.send("news");
        other.send("news");

        assertThat(Ready.within(Duration.ofSeconds(30), List.of(event, other), 1))
                .containsExactly(event);
    }

    @Test
    void withinGivesWhatIsReadyByThen() {
        other.send("news");

        assertThat(Ready.within(SHORT, List.of(event, other))).containsExactly(other);
    }

    @Test
    void cannotWaitForMoreThanThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ready.within(SHORT, List.of(event), 2))
                .withMessageContaining("2 of 1");
    }

    /// From gevent's test__iwait.py: Testiwait.test_iwait_nogarbage.
    @Test
    void closedIterationIsForgottenByTheThings() {
        try (var ready = Ready.of(List.of(event, other))) {
            assertThat(event.waiting()).isEqualTo(1);
            assertThat(ready.hasNext()).isTrue();
        }

        assertThat(event.waiting()).isZero();
        assertThat(other.waiting()).isZero();
    }

    @Test
    void iterationEndsWhenAllWereGivenOut() {
        var ready = Ready.of(List.<Event<String>>of());

        assertThat(ready.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(ready::next);
    }

    @Test
    void killedIterationLosesNothing() {
        try (var ready = Ready.of(List.of(event))) {
            var consumer = Eventlet.spawn(() -> ready.next());
            Until.waiting(consumer);
            consumer.kill();
            consumer.join();

            event.send("news");

            assertThat(ready.next()).isSameAs(event);
        }
    }

    @Test
    void threadThatFailedIsReadyToo() {
        var failing =
                Eventlet.spawn(() -> {
                    throw new IOException("seen below");
                });

        var thread = Ready.of(List.of(failing)).next();

        assertThatExceptionOfType(TaskFailed.class).isThrownBy(thread::await);
    }
}
