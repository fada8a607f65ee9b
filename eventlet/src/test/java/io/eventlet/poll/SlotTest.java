// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

@Timeout(60)
class SlotTest {
    private final Slot slot = new Slot();
    private int parks;

    /// A park that does what the test says, and counts.
    private Parking parking(Supplier<Parking.Outcome> park) {
        return new Parking() {
            @Override
            public Outcome park(Object blocker, long deadline) {
                parks++;
                return park.get();
            }

            @Override
            public @Nullable AlarmClock alarmClock() {
                return null;
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
        };
    }

    private Parking.Outcome await(Supplier<Parking.Outcome> park) {
        return slot.await(parking(park), this, Endpoint.NEVER);
    }

    @Test
    void newsThatIsThereIsTakenWithoutAWait() {
        slot.ready();

        assertThat(await(() -> Parking.Outcome.EXPIRED)).isEqualTo(Parking.Outcome.UNPARKED);
        assertThat(parks).isZero();
        assertThat(await(() -> Parking.Outcome.EXPIRED)).isEqualTo(Parking.Outcome.EXPIRED);
    }

    @Test
    void newsToldTwiceIsTakenOnce() {
        slot.ready();
        slot.ready();

        assertThat(await(() -> Parking.Outcome.EXPIRED)).isEqualTo(Parking.Outcome.UNPARKED);
        assertThat(await(() -> Parking.Outcome.EXPIRED)).isEqualTo(Parking.Outcome.EXPIRED);
    }

    @Test
    void aParkThatReturnsForNothingIsRepeated() {
        var outcome =
                await(() -> {
                    if (parks == 3) {
                        slot.ready();
                    }
                    return Parking.Outcome.UNPARKED;
                });

        assertThat(outcome).isEqualTo(Parking.Outcome.UNPARKED);
        assertThat(parks).isEqualTo(3);
    }

    @Test
    void newsThatComesWithTheDeadlineBeatsIt() {
        var outcome =
                await(() -> {
                    slot.ready();
                    return Parking.Outcome.EXPIRED;
                });

        assertThat(outcome).isEqualTo(Parking.Outcome.UNPARKED);
    }

    @Test
    void newsThatComesWithACancellationBeatsIt() {
        var outcome =
                await(() -> {
                    slot.ready();
                    return Parking.Outcome.CANCELLED;
                });

        assertThat(outcome).isEqualTo(Parking.Outcome.UNPARKED);
    }

    @Test
    void newsAfterAWaitWasGivenUpIsThereForTheNext() {
        assertThat(await(() -> Parking.Outcome.CANCELLED)).isEqualTo(Parking.Outcome.CANCELLED);

        slot.ready();

        assertThat(await(() -> Parking.Outcome.EXPIRED)).isEqualTo(Parking.Outcome.UNPARKED);
    }

    @Test
    void newsIsNeverLost() throws InterruptedException {
        passNews(20_000);
    }

    @Test
    @Tag("stress")
    @Timeout(300)
    void newsIsNeverLostForLong() throws InterruptedException {
        passNews(1_000_000);
    }

    /// Each of two threads tells the other that it is its turn.
    private void passNews(int rounds) throws InterruptedException {
        var back = new Slot();
        var turns = new AtomicInteger();
        var partner =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < rounds; i++) {
                                slot.await(Waits.PARKING, this, Endpoint.NEVER);
                                turns.getAndIncrement();
                                back.ready();
                            }
                        });

        for (int i = 0; i < rounds; i++) {
            slot.ready();
            back.await(Waits.PARKING, this, Endpoint.NEVER);
        }
        partner.join();

        assertThat(turns).hasValue(rounds);
    }
}
