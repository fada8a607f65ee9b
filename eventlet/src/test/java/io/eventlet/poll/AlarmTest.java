// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Waits at a descriptor that have a deadline, by a clock that the test moves.
@Timeout(60)
class AlarmTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Slot slot = new Slot();
    private final FakeClock clock = new FakeClock();

    private record Call(long time, Runnable call, CompletableFuture<Void> future) {}

    private static final class FakeClock implements AlarmClock {
        private final List<Call> calls = new ArrayList<>();
        private long now;

        @Override
        public long polledAt() {
            return now;
        }

        @Override
        public Future<?> callAt(long time, Runnable call) {
            var future = new CompletableFuture<Void>();
            calls.add(new Call(time, call, future));
            return future;
        }

        /// The times of the calls that are to come.
        List<Long> times() {
            return calls.stream()
                    .filter(call -> !call.future.isDone())
                    .map(call -> call.time / SECOND)
                    .toList();
        }

        void moveTo(long seconds) {
            now = seconds * SECOND;
            for (var call : List.copyOf(calls)) {
                if (call.time <= now && call.future.complete(null)) {
                    call.call.run();
                }
            }
        }
    }

    /// Parks until a time of the clock, unless it was unparked before, and notes the deadline.
    private final class FakeParking implements Parking {
        private final List<Long> deadlines = new ArrayList<>();
        private final @Nullable AlarmClock alarmClock;
        private final Runnable meanwhile;

        FakeParking(@Nullable AlarmClock alarmClock, Runnable meanwhile) {
            this.alarmClock = alarmClock;
            this.meanwhile = meanwhile;
        }

        @Override
        public Outcome park(Object blocker, long deadline) {
            deadlines.add(deadline);
            if (deadline != Endpoint.NEVER && deadline <= clock.now) {
                return Outcome.EXPIRED;
            }
            meanwhile.run();
            return Outcome.UNPARKED;
        }

        @Override
        public @Nullable AlarmClock alarmClock() {
            return alarmClock;
        }

        @Override
        public Error raise() {
            throw new AssertionError("the slot does not raise");
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void yieldNow() {}
    }

    private Parking.Outcome await(long seconds, Runnable meanwhile) {
        return slot.await(new FakeParking(clock, meanwhile), this, seconds * SECOND);
    }

    private void read(long at, long deadline) {
        clock.moveTo(at);
        assertThat(await(deadline, slot::ready)).isEqualTo(Parking.Outcome.UNPARKED);
    }

    @Test
    void manyWaitsHaveOneTimer() {
        for (int at = 0; at < 9; at++) {
            read(at, at + 10);
        }

        assertThat(clock.times()).containsExactly(10L);
        assertThat(clock.calls).hasSize(1);
    }

    @Test
    void timerMovesOnToTheWaitThatThereIsWhenItIsDue() {
        read(0, 10);
        clock.moveTo(5);

        var outcome =
                await(
                        15,
                        () -> {
                            clock.moveTo(10);
                            assertThat(clock.times()).containsExactly(15L);
                            slot.ready();
                        });

        assertThat(outcome).isEqualTo(Parking.Outcome.UNPARKED);
    }

    @Test
    void waitExpiresAtItsDeadline() {
        read(0, 10);
        clock.moveTo(5);

        var outcome =
                await(
                        15,
                        () -> {
                            clock.moveTo(10);
                            clock.moveTo(15);
                        });

        assertThat(outcome).isEqualTo(Parking.Outcome.EXPIRED);
        assertThat(clock.times()).isEmpty();
    }

    @Test
    void timerThatIsDueWhileNobodyWaitsIsNotSetAgain() {
        read(0, 10);

        clock.moveTo(10);

        assertThat(clock.times()).isEmpty();
    }

    @Test
    void waitAfterOneThatIsDoneHasATimerAgain() {
        read(0, 10);
        clock.moveTo(10);

        read(11, 21);

        assertThat(clock.times()).containsExactly(21L);
    }

    @Test
    void shorterWaitHasAnEarlierTimerInPlaceOfTheOther() {
        read(0, 60);

        var outcome =
                await(
                        5,
                        () -> {
                            assertThat(clock.times()).containsExactly(5L);
                            clock.moveTo(5);
                        });

        assertThat(outcome).isEqualTo(Parking.Outcome.EXPIRED);
    }

    @Test
    void waitOfLessThanASecondParksUntilItsDeadline() {
        var parking = new FakeParking(clock, slot::ready);

        slot.await(parking, this, SECOND / 2);

        assertThat(parking.deadlines).containsExactly(SECOND / 2);
        assertThat(clock.calls).isEmpty();
    }

    @Test
    void waitOnAnotherThreadThanThatOfAHubParksUntilItsDeadline() {
        var parking = new FakeParking(null, slot::ready);

        slot.await(parking, this, 9 * SECOND);

        assertThat(parking.deadlines).containsExactly(9 * SECOND);
    }

    @Test
    void waitOnAnotherHubHasATimerThere() {
        read(0, 10);
        var other = new FakeClock();

        slot.await(new FakeParking(other, slot::ready), this, 20 * SECOND);

        assertThat(clock.times()).isEmpty();
        assertThat(other.times()).containsExactly(20L);
    }

    @Test
    void closingTakesTheTimerAway() {
        read(0, 10);

        slot.close();

        assertThat(clock.times()).isEmpty();
    }
}
