// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// News that threads wait for.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class EventTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final Event<@Nullable String> event = new Event<>();
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    /// Spawns threads that note their number and what they got, one after the other.
    private List<GreenThread<?>> spawnWaiters(int count) {
        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(
                    Eventlet.spawn(() -> {
                        steps.add(number + " " + event.await());
                    }));
            Eventually.until(() -> event.waiting() == number + 1);
        }
        return threads;
    }

    /// From Eventlet's event_test.py: TestEvent.test_waiting_for_event.
    @Test
    void awaitWaitsForTheValue() {
        var waiter = Eventlet.spawn(() -> event.await());
        Eventually.until(() -> event.waiting() == 1);

        event.send("some stuff");

        assertThat(waiter.await()).isEqualTo("some stuff");
    }

    /// From Eventlet's event_test.py: TestEvent.test_multiple_waiters. Defect 9 of Eventlet,
    /// mended: there they are woken in any order.
    @Test
    @Tag("hub-only")
    void allWhoWaitGetTheValueInTheOrderInWhichTheyCame() {
        var waiters = spawnWaiters(5);

        event.send("news");
        waiters.forEach(GreenThread::await);

        assertThat(steps).containsExactly("0 news", "1 news", "2 news", "3 news", "4 news");
    }

    /// From Eventlet's event_test.py: TestEvent.test_multiple_waiters_with_exception.
    @Test
    void waiterThatFailsDoesNotStopTheOthers() {
        var done = new AtomicInteger();
        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 5; i++) {
            threads.add(
                    Eventlet.spawn(() -> {
                        event.await();
                        done.incrementAndGet();
                        throw new IOException("after the news");
                    }));
        }
        Eventually.until(() -> event.waiting() == 5);

        event.send("news");

        for (var thread : threads) {
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(thread::await);
        }
        assertThat(done).hasValue(5);
    }

    /// From Eventlet's event_test.py: TestEvent.test_reset.
    @Test
    void secondSendFailsAndTheFirstValueStays() {
        event.send("first");

        assertThatIllegalStateException()
                .isThrownBy(() -> event.send("second"))
                .withMessage("cannot send to an event that has a value: reset() comes first");
        assertThatIllegalStateException()
                .isThrownBy(() -> event.sendError(new IOException("second")));
        assertThat(event.await()).isEqualTo("first");
    }

    /// From Eventlet's event_test.py: TestEvent.test_reset.
    @Test
    void resetOfAnEventThatWasNotSentFails() {
        assertThatIllegalStateException()
                .isThrownBy(event::reset)
                .withMessageStartingWith("cannot reset an event that was not sent");
    }

    /// From Eventlet's event_test.py: TestEvent.test_reset.
    @Test
    void eventThatWasResetCanBeSentAgain() {
        event.send("first");

        event.reset();
        var waiter = Eventlet.spawn(() -> event.await());
        Eventually.until(() -> event.waiting() == 1);
        event.send("second");

        assertThat(waiter.await()).isEqualTo("second");
    }

    /// From Eventlet's event_test.py: TestEvent.test_double_exception, and test__event.py:
    /// TestEvent.test_send_exc.
    @Test
    void errorIsTheCauseForEachWhoAsks() {
        var error = new IOException("from the sender");
        var waiter = Eventlet.spawn(() -> catchThrowableOfType(TaskFailed.class, event::await));
        Eventually.until(() -> event.waiting() == 1);

        event.sendError(error);

        assertThat(waiter.await()).hasCause(error).hasMessageContaining("from the sender");
        assertThatExceptionOfType(TaskFailed.class).isThrownBy(event::await).withCause(error);
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> event.await(SHORT))
                .withCause(error);
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> event.poll("nothing"))
                .withCause(error);
    }

    /// From Eventlet's event_test.py: TestEvent.test_double_exception.
    @Test
    void errorIsGoneAfterTheReset() {
        event.sendError(new IOException("before the reset"));

        event.reset();

        var timeout = Timeout.after(SHORT);
        try (timeout) {
            assertThat(catchThrowableOfType(TimeoutExpired.class, event::await).timeout())
                    .isSameAs(timeout);
        }
    }

    /// From Eventlet's event_test.py: test_wait_timeout_ok.
    @Test
    void awaitWithALimitReturnsWhatIsSentInTime() {
        Eventlet.spawnAfter(SHORT, () -> event.send("in time"));

        assertThat(event.await(Duration.ofHours(1))).isEqualTo("in time");
    }

    /// From Eventlet's event_test.py: test_wait_timeout_exceed. Defect 11 of Eventlet, mended:
    /// there it cannot be told from a value.
    @Test
    void awaitSaysThatNothingWasSentWithinTheLimit() {
        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() -> event.await(SHORT))
                .withMessage("nothing was sent to an event within 2 ms");
        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> event.await(Duration.ZERO));
        assertThat(event.waiting()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> event.await(SHORT.negated()));
    }

    /// Defect 11 of Eventlet, mended.
    @Test
    void nullIsAValueLikeAnyOther() {
        event.send(null);

        assertThat(event.await(Duration.ZERO)).isNull();
        assertThat(event.poll("nothing")).isNull();
        assertThat(event.isReady()).isTrue();
        assertThat(event.hasResult()).isTrue();
    }

    /// From Eventlet's test__event.py: TestEvent.test_send.
    @Test
    void timeoutAroundAwaitLeavesTheEventUsable() {
        assertThat(Timeout.<String, RuntimeException>call(SHORT, event::await, "fallback"))
                .isEqualTo("fallback");

        event.send("later");

        assertThat(event.await()).isEqualTo("later");
    }

    @Test
    void pollNeverWaits() {
        assertThat(event.poll("nothing")).isEqualTo("nothing");

        event.send("news");

        assertThat(event.poll("nothing")).isEqualTo("news");
    }

    @Test
    void trySendSaysWhetherItWasTheFirst() {
        assertThat(event.trySend("first")).isTrue();
        assertThat(event.trySend("second")).isFalse();
        assertThat(event.await()).isEqualTo("first");
    }

    @Test
    void stateIsThatOfTheNews() {
        assertThat(event.isReady() || event.hasResult() || event.hasError()).isFalse();
        assertThat(event).hasToString("event that was not sent, 0 waiting");

        event.sendError(new IOException("broken"));

        assertThat(event.isReady() && event.hasError()).isTrue();
        assertThat(event.hasResult()).isFalse();
        assertThat(event).hasToString("event that has an error");
        assertThatNullPointerException().isThrownBy(() -> event.sendError(null));
    }

    /// As in Eventlet: send() never switches.
    @Test
    @Tag("hub-only")
    void sendDoesNotSwitch() {
        Eventlet.run(() -> {
            var waiter =
                    Eventlet.spawn(() -> {
                        steps.add(event.await());
                    });
            Eventlet.sleep();
            event.send("received");
            steps.add("sent");
            waiter.await();
        });

        assertThat(steps).containsExactly("sent", "received");
    }

    /// From Eventlet's event_test.py: TestEvent.test_reset, "we should get the same exact value".
    @Test
    @Tag("hub-only")
    void awaitOfWhatWasSentDoesNotSwitch() {
        event.send("news");

        Eventlet.run(() -> {
            var other = Eventlet.spawn(() -> steps.add("other"));
            steps.add(event.await());
            other.await();
        });

        assertThat(steps).containsExactly("news", "other");
    }

    /// As gevent's test__event.py: TestEvent_SetThenClear.
    @Test
    void resetRightAfterTheSendTakesNothingFromThoseWhoWaited() {
        var waiters = spawnWaiters(3);

        Eventlet.run(() -> {
            event.send("first");
            event.reset();
        });
        waiters.forEach(GreenThread::await);

        assertThat(steps).containsExactlyInAnyOrder("0 first", "1 first", "2 first");
        assertThat(event.isReady()).isFalse();
    }

    @Test
    void waiterThatIsKilledHasLeftAndTheOthersGetTheValue() {
        var waiters = spawnWaiters(3);

        waiters.get(1).kill();
        Eventually.until(waiters.get(1)::isDead);
        assertThat(event.waiting()).isEqualTo(2);
        event.send("news");

        waiters.get(0).await();
        waiters.get(2).await();
        assertThat(steps).containsExactlyInAnyOrder("0 news", "2 news");
    }

    @Test
    void valueThatWasSentBeforeTheKillIsReceived() {
        var waiter =
                Eventlet.spawn(() -> {
                    steps.add(event.await());
                    Eventlet.yield();
                });
        Eventually.until(() -> event.waiting() == 1);

        Eventlet.run(() -> {
            event.send("news");
            waiter.kill();
        });
        Eventually.until(waiter::isDead);

        assertThat(steps).containsExactly("news");
    }
}
