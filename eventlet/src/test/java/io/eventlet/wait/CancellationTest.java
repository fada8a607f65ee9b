// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

@Timeout(60)
class CancellationTest {
    private static final Duration LONG = Duration.ofDays(1);

    private static Cancellation cancellation(String message) {
        return new Cancellation(Strand.ofCurrentThread(), () -> new IllegalStateException(message));
    }

    private static void ensureNothingPends() {
        assertThat(Waits.isCancelled()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void endsTheNextWaitWithItsCause() {
        Eventlet.run(() -> {
            cancellation("enough").fire();

            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("enough");
            ensureNothingPends();
        });
    }

    @Test
    void endsThePresentWait() {
        var made = new AtomicReference<Cancellation>();
        var sleeper =
                Eventlet.spawn(() -> {
                    made.set(cancellation("wake up"));
                    Eventlet.sleep(LONG);
                });
        Until.waiting(sleeper);

        assertThat(made.get().fire()).isTrue();

        assertThatThrownBy(sleeper::await).cause().hasMessage("wake up");
    }

    @Test
    void firesOnce() {
        Eventlet.run(() -> {
            var cancellation = cancellation("once");

            assertThat(cancellation.isArmed()).isTrue();
            assertThat(cancellation.fire()).isTrue();
            assertThat(cancellation.fire()).isFalse();
            assertThat(cancellation.isPending()).isTrue();
            assertThat(cancellation.withdraw()).isTrue();
        });
    }

    @Test
    void severalAreDeliveredOneByOneInTheOrderOfTheirFiring() {
        Eventlet.run(() -> {
            cancellation("first").fire();
            cancellation("second").fire();
            cancellation("third").fire();

            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("first");
            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("second");
            assertThatThrownBy(Eventlet::yield).hasMessage("third");
            ensureNothingPends();
        });
    }

    @Test
    void whatIsWithdrawnLeavesNoInterrupt() {
        Eventlet.run(() -> {
            var cancellation = cancellation("never seen");
            cancellation.fire();

            assertThat(cancellation.withdraw()).isTrue();

            ensureNothingPends();
            assertThat(cancellation.isFired()).isFalse();
        });
    }

    @Test
    void withdrawingOneKeepsTheOthers() {
        Eventlet.run(() -> {
            cancellation("first").fire();
            var second = cancellation("second");
            second.fire();
            cancellation("third").fire();

            second.withdraw();

            assertThat(Waits.isCancelled()).isTrue();
            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("first");
            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("third");
            ensureNothingPends();
        });
    }

    @Test
    void whatWasNeverFiredDoesNotFireAfterItWasWithdrawn() {
        Eventlet.run(() -> {
            var cancellation = cancellation("late");

            assertThat(cancellation.withdraw()).isTrue();

            assertThat(cancellation.fire()).isFalse();
            ensureNothingPends();
        });
    }

    @Test
    void whatWasDeliveredCannotBeWithdrawn() {
        Eventlet.run(() -> {
            var cancellation = cancellation("delivered");
            cancellation.fire();
            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("delivered");

            assertThat(cancellation.withdraw()).isFalse();
            assertThat(cancellation.isFired()).isTrue();
        });
    }

    @Test
    void anInterruptByForeignCodeBecomesCancelled() {
        var sleeper = Eventlet.spawn(() -> Eventlet.sleep(LONG));
        Until.waiting(sleeper);

        sleeper.thread().interrupt();

        assertThatThrownBy(sleeper::await).hasCauseExactlyInstanceOf(Cancelled.class);
    }

    @Test
    void anInterruptByForeignCodeOutlivesWhatIsWithdrawn() {
        Eventlet.run(() -> {
            var cancellation = cancellation("taken back");
            Thread.currentThread().interrupt();
            cancellation.fire();

            assertThat(cancellation.withdraw()).isTrue();

            assertThat(Thread.interrupted()).isTrue();
            ensureNothingPends();
        });
    }

    @Test
    void anInterruptByForeignCodeIsDeliveredOnceAfterTheCauseOfOurs() {
        Eventlet.run(() -> {
            Thread.currentThread().interrupt();
            cancellation("first").fire();
            cancellation("second").fire();

            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("first");
            assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("second");
            assertThatThrownBy(() -> Eventlet.sleep(LONG)).isExactlyInstanceOf(Cancelled.class);
            ensureNothingPends();
        });
    }

    @Test
    void anInterruptByForeignCodeThatEndedAWaitIsNotRestored() {
        Eventlet.run(() -> {
            var cancellation = cancellation("taken back");
            Thread.currentThread().interrupt();
            cancellation.fire();
            cancellation.withdraw();
            assertThatThrownBy(() -> new CountDownLatch(1).await())
                    .isInstanceOf(InterruptedException.class);

            var next = cancellation("taken back too");
            next.fire();
            next.withdraw();

            ensureNothingPends();
        });
    }

    @Test
    void aWaitInsideTheJdkIsInterruptedAndTheCauseStays() {
        Eventlet.run(() -> {
            cancellation("behind the interrupt").fire();

            assertThatThrownBy(() -> new CountDownLatch(1).await(1, TimeUnit.DAYS))
                    .isInstanceOf(InterruptedException.class);
            assertThatThrownBy(Eventlet::yield).hasMessage("behind the interrupt");
            ensureNothingPends();
        });
    }

    @Test
    void aPlatformThreadIsCancelledInTheSameWay() {
        var cancellation = cancellation("platform");
        var ignored = Eventlet.spawn(cancellation::fire);

        assertThatThrownBy(() -> Eventlet.sleep(LONG)).hasMessage("platform");
        ensureNothingPends();
    }

    @Test
    void aStrandBelongsToItsThread() {
        var own = Strand.ofCurrentThread();

        assertThat(Strand.current()).isSameAs(own);
        assertThat(own.thread()).isSameAs(Thread.currentThread());
        assertThat(own.hubClock()).isNull();
        Eventlet.run(() -> {
            assertThat(Strand.ofCurrentThread()).isNotSameAs(own);
            assertThat(Strand.ofCurrentThread())
                    .isInstanceOfSatisfying(
                            HubStrand.class,
                            strand -> assertThat(strand.hub()).isSameAs(Hub.current()));
            assertThat(Strand.ofCurrentThread().thread()).isSameAs(Thread.currentThread());
        });
    }

    @Test
    void aWithdrawalThatMeetsItsFiringLeavesNothingBehind() throws Exception {
        meet(300);
    }

    @Test
    @Tag("stress")
    @Timeout(300)
    void aWithdrawalThatMeetsItsFiringLeavesNothingBehindForLong() throws Exception {
        meet(300_000);
    }

    /// Spins for a moment, so that both threads go on together, and then leaves the processor to
    /// the other one, which may have no other.
    private static void pause(int looks) {
        if (looks < 10_000) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(1);
        }
    }

    /// A platform thread fires while the green one withdraws, two at a time so that lists meet.
    private static void meet(int rounds) throws Exception {
        var next = new AtomicReference<Cancellation[]>();
        var firer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < rounds; i++) {
                                for (int looks = 0; next.get() == null; looks++) {
                                    pause(looks);
                                }
                                for (var cancellation : next.getAndSet(null)) {
                                    cancellation.fire();
                                }
                            }
                        });
        Eventlet.run(() -> {
            for (int i = 0; i < rounds; i++) {
                var first = cancellation("first");
                var second = cancellation("second");
                next.set(new Cancellation[] {first, second});
                if (i % 3 == 0) {
                    Thread.onSpinWait();
                }
                assertThat(second.withdraw()).isTrue();
                assertThat(first.withdraw()).isTrue();
                assertThat(Waits.isCancelled()).isFalse();
                for (int looks = 0; next.get() != null; looks++) {
                    pause(looks);
                }
            }
        });
        firer.join();
    }

    /// Two that come before the thread looks up share one interrupt, which the JDK consumes.
    @Test
    void theSecondOfTwoThatCameAtOnceEndsTheNextWaitInTheJdkToo() {
        Eventlet.run(() -> {
            var first = cancellation("first");
            var second = cancellation("second");
            first.fire();
            second.fire();
            assertThatThrownBy(() -> new CountDownLatch(1).await())
                    .isInstanceOf(InterruptedException.class);

            first.withdraw();

            assertThatThrownBy(() -> new CountDownLatch(1).await())
                    .isInstanceOf(InterruptedException.class);
            second.withdraw();
            ensureNothingPends();
        });
    }

    @Test
    void isRememberedUntilItIsWithdrawnWhateverIsDeliveredLater() {
        Eventlet.run(() -> {
            var strand = Strand.ofCurrentThread();
            var kill = new Cancellation(strand, () -> new IllegalStateException("kill"));
            kill.fire();
            var killed = strand.take();
            var limit = Cancellation.limit(strand, () -> new IllegalStateException("limit"));
            limit.fire();
            var limited = strand.take();

            assertThat(strand.hasDeliveredEnd(killed)).isTrue();
            assertThat(strand.hasDelivered(limited)).isTrue();
            assertThat(strand.hasDeliveredEnd(limited)).isFalse();
            limit.withdraw();
            assertThat(strand.hasDelivered(limited)).isFalse();
            assertThat(strand.hasDelivered(killed)).isTrue();
        });
    }

    @Test
    void aHandlerThatWasCopiedToAnotherThreadDoesNotPassItOn() throws Exception {
        var seen = new AtomicReference<Boolean>();
        Eventlet.run(() -> {
            var cancellation = cancellation("mine");
            cancellation.fire();
            var copier = Thread.ofPlatform().unstarted(() -> seen.set(Waits.isCancelled()));
            copier.setUncaughtExceptionHandler(
                    Thread.currentThread().getUncaughtExceptionHandler());
            copier.start();
            Until.holds(() -> seen.get() != null);
            cancellation.withdraw();
        });

        assertThat(seen.get()).isFalse();
    }
}
