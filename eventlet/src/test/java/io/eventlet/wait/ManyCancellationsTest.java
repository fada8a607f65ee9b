// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Cancellations of one thread, so many that a step for each other one would take minutes.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ManyCancellationsTest {
    private static final int MANY = 300_000;

    private final AtomicBoolean killed = new AtomicBoolean();

    private static Cancellation fired(String message) {
        var cancellation =
                new Cancellation(
                        Strand.ofCurrentThread(), () -> new IllegalStateException(message));
        assertThat(cancellation.fire()).isTrue();
        return cancellation;
    }

    private void killFromHere(GreenThread<?> thread) {
        Until.holds(thread::isStarted);
        for (int i = 0; i < MANY; i++) {
            thread.kill();
        }
        killed.set(true);
    }

    @Test
    void threadThatComputesEndsThoughItWasKilledManyTimes() {
        var computing =
                Eventlet.spawn(() -> {
                    while (!killed.get()) {
                        Thread.onSpinWait();
                    }
                    return "computed";
                });

        killFromHere(computing);

        assertThat(computing.await()).isEqualTo("computed");
    }

    @Test
    void threadMeetsManyKillsOneByOne() {
        var meeting =
                Eventlet.spawn(() -> {
                    while (!killed.get()) {
                        Thread.onSpinWait();
                    }
                    int met = 0;
                    for (int i = 0; i < MANY; i++) {
                        try {
                            Eventlet.yield();
                        } catch (GreenThreadKilled e) {
                            met++;
                        }
                    }
                    return met;
                });

        killFromHere(meeting);

        assertThat(meeting.await()).isEqualTo(MANY);
    }

    @Test
    void manyAreWithdrawnInTheOrderInWhichTheyCame() {
        Eventlet.run(() -> {
            var all = new ArrayList<Cancellation>();
            for (int i = 0; i < MANY; i++) {
                all.add(fired("withdrawn"));
            }

            all.forEach(each -> assertThat(each.withdraw()).isTrue());

            assertThat(Waits.isCancelled()).isFalse();
        });
    }

    @Test
    void manyAreWithdrawnInTheOppositeOrder() {
        Eventlet.run(() -> {
            var all = new ArrayList<Cancellation>();
            for (int i = 0; i < MANY; i++) {
                all.add(fired("withdrawn"));
            }

            all.reversed().forEach(each -> assertThat(each.withdraw()).isTrue());

            assertThat(Waits.isCancelled()).isFalse();
        });
    }

    @Test
    void oneThatEndedAWaitIsKnownAmongMany() {
        Eventlet.run(() -> {
            for (int i = 0; i < MANY; i++) {
                fired("one of many");
            }

            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> new CountDownLatch(1).await());

            for (int i = 0; i < MANY; i++) {
                assertThat(Interrupts.cause(new Exception("made of the interrupt")))
                        .hasMessage("one of many");
            }
            assertThat(Waits.isCancelled()).isFalse();
        });
    }

    @Test
    void oneThatWasWithdrawnBeforeTheInterruptOfALaterOneHasNotEndedItsWait() {
        Eventlet.run(() -> {
            var withdrawn = fired("withdrawn");
            assertThat(withdrawn.withdraw()).isTrue();
            var later = fired("later");

            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> new CountDownLatch(1).await());

            assertThat(withdrawn.hasEndedWait()).isFalse();
            assertThat(withdrawn.isFired()).isFalse();
            assertThat(later.hasEndedWait()).isTrue();
            assertThat(later.withdraw()).isTrue();
        });
    }

    @Test
    void manyKillsEndTheWaitOfAThreadThatWaits() {
        var never = new Event<String>();
        var waiting = Eventlet.spawn(() -> never.await());
        Until.waiting(waiting);

        for (int i = 0; i < MANY && !waiting.isDead(); i++) {
            waiting.kill();
        }

        waiting.join();
        assertThat(waiting.isCancelled()).isTrue();
    }
}
