// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.wait.UncaughtErrors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

@Timeout(60)
class TimersTest {
    private long now;
    private final Timers timers = new Timers(() -> now);
    private final List<String> fired = new ArrayList<>();

    @AfterEach
    void resetHandler() {
        UncaughtErrors.handler(null);
    }

    private Timer add(String name, long nanos) {
        return add(() -> fired.add(name), nanos);
    }

    private Timer add(Runnable task, long nanos) {
        var timer = new Timer(timers, task, nanos);
        timers.add(timer);
        return timer;
    }

    private List<String> firedAt(long time) {
        now = time;
        timers.fireDue(now);
        return fired;
    }

    /// From Eventlet's hub_test.py: TestScheduleCall.test_ordering.
    @Test
    void fireInTheOrderOfTheirDeadlines() {
        add("third", 30);
        add("first", 10);
        add("second", 20);

        assertThat(firedAt(100)).containsExactly("first", "second", "third");
    }

    @Test
    void fireInTheOrderOfTheirAddingWhenTheDeadlineIsTheSame() {
        for (int i = 0; i < 100; i++) {
            add("%02d".formatted(i), 5);
        }

        assertThat(firedAt(5)).hasSize(100).isSorted();
    }

    @Test
    void fireWhenTheyAreDueAndNotBefore() {
        add("due", 10);
        add("later", 11);

        assertThat(firedAt(9)).isEmpty();
        assertThat(firedAt(10)).containsExactly("due");
        assertThat(firedAt(11)).containsExactly("due", "later");
    }

    @Test
    void fireInOrderWhateverTheOrderOfAddingAndCancelling() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        record Set(int number, long deadline, Timer timer) {}
        var expected = new ArrayList<Set>();
        for (int i = 0; i < 5000; i++) {
            int nanos = random.nextInt(1000);
            expected.add(new Set(i, nanos, add(String.valueOf(i), nanos)));
            if (random.nextBoolean()) {
                var cancelled = expected.remove(random.nextInt(expected.size()));
                assertThat(cancelled.timer.cancel(false)).isTrue();
            }
        }

        assertThat(firedAt(1000))
                .as("seed %d", seed)
                .containsExactlyElementsOf(
                        expected.stream()
                                .sorted(Comparator.comparingLong(Set::deadline))
                                .map(set -> String.valueOf(set.number))
                                .toList());
    }

    @Test
    void aCancelledTimerDoesNotFire() {
        var timer = add("cancelled", 10);

        assertThat(timer.cancel(false)).isTrue();

        assertThat(timer.isCancelled()).isTrue();
        assertThat(timer.isDone()).isTrue();
        assertThat(timer.cancel(false)).isFalse();
        assertThat(firedAt(100)).isEmpty();
    }

    @Test
    void aTimerThatHasFiredCannotBeCancelled() {
        var timer = add("fired", 10);
        firedAt(10);

        assertThat(timer.cancel(false)).isFalse();

        assertThat(timer.isDone()).isTrue();
        assertThat(timer.isCancelled()).isFalse();
    }

    /// From Eventlet's hub_test.py: TestTimerCleanup.test_cancel_accumulated.
    @Test
    void cancelledTimersDoNotPileUp() {
        int most = 0;
        for (int i = 0; i < 2000; i++) {
            add("never", TimeUnit.SECONDS.toNanos(60)).cancel(false);
            most = Math.max(most, timers.size());
        }

        assertThat(most).isLessThan(200);
    }

    /// From Eventlet's hub_test.py: TestTimerCleanup.test_cancel_proportion.
    @Test
    void cancelledTimersDoNotPileUpBesideLivingOnes() {
        for (int i = 0; i < 1000; i++) {
            add("living", 10);
        }
        for (int i = 0; i < 10_000; i++) {
            add("never", 1000).cancel(false);
        }

        assertThat(timers.size()).isLessThan(2200);
        assertThat(firedAt(10)).hasSize(1000);
    }

    @Test
    void timersCancelledByOtherThreadsDoNotPileUp() throws InterruptedException {
        var handOver = new SynchronousQueue<Timer>();
        var canceller =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                for (int i = 0; i < 5000; i++) {
                                    handOver.take().cancel(false);
                                }
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        });

        for (int i = 0; i < 5000; i++) {
            handOver.put(add("never", 1000));
        }
        canceller.join();
        add("last", 10);

        assertThat(timers.size()).isLessThan(200);
        assertThat(firedAt(1000)).containsExactly("last");
        assertThat(timers.size()).isZero();
    }

    @Test
    void aTimerCancelledBeforeItIsAddedIsForgotten() {
        var timer = new Timer(timers, () -> fired.add("cancelled"), 10);
        timer.cancel(false);

        timers.add(timer);

        assertThat(timers.size()).isZero();
    }

    @Test
    void timesAreComparedByDifference() {
        now = Long.MAX_VALUE - 5;
        add("after the overflow", 10);
        add("before the overflow", 3);

        assertThat(timers.untilNext()).isEqualTo(3);
        assertThat(firedAt(Long.MAX_VALUE - 2)).containsExactly("before the overflow");
        assertThat(timers.untilNext()).isEqualTo(7);
        assertThat(firedAt(Long.MIN_VALUE + 4)).hasSize(2);
    }

    @Test
    void theLongestDelayDoesNotOvertakeAnOverdueTimer() {
        add("overdue", 0);
        now = 1000;
        add("never", Long.MAX_VALUE);

        assertThat(firedAt(1001)).containsExactly("overdue");
        assertThat(timers.untilNext()).isPositive();
    }

    @Test
    void aNegativeDelayIsNone() {
        add("at once", Long.MIN_VALUE);

        assertThat(firedAt(0)).containsExactly("at once");
    }

    @Test
    void tellHowLongTheNextTakes() {
        assertThat(timers.untilNext()).isEqualTo(-1);

        var first = add("first", 10);
        add("second", 20);
        now = 5;

        assertThat(timers.untilNext()).isEqualTo(5);
        first.cancel(false);
        assertThat(timers.untilNext()).isEqualTo(15);
        now = 25;
        assertThat(timers.untilNext()).isZero();
    }

    @Test
    void whatIsAddedWhileTheyFireWaitsForTheNextTime() {
        add(() -> add("added", 0), 10);
        add("other", 10);

        assertThat(firedAt(10)).containsExactly("other");
        assertThat(firedAt(10)).containsExactly("other", "added");
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthersFromFiring() throws InterruptedException {
        var reported = new SynchronousQueue<Throwable>();
        UncaughtErrors.handler((_, error) -> {
            try {
                reported.put(error);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        add(
                () -> {
                    throw new IllegalStateException("broken");
                },
                1);
        add("next", 2);

        assertThat(firedAt(2)).containsExactly("next");
        assertThat(reported.take()).hasMessage("broken");
    }

    @Test
    void drainInTheOrderOfTheirDeadlines() {
        add("second", 20);
        add("first", 10);

        timers.drain(Timer::fire);

        assertThat(fired).containsExactly("first", "second");
        assertThat(timers.size()).isZero();
    }

    // ---- without memory

    @Test
    void whatLacksMemoryIsFiredAgainALittleLater() {
        UncaughtErrors.handler((_, _) -> {});
        add(
                () -> {
                    fired.add("try");
                    if (fired.size() < 3) {
                        throw new OutOfMemoryError("as asked");
                    }
                },
                10);

        firedAt(20);
        assertThat(timers.untilNext()).isPositive();
        firedAt(now + TimeUnit.SECONDS.toNanos(1));
        firedAt(now + TimeUnit.SECONDS.toNanos(1));

        assertThat(fired).containsExactly("try", "try", "try");
        assertThat(timers.untilNext()).isEqualTo(-1);
    }

    @Test
    void whatLacksMemoryOnAHubThatIsLateIsNotFiredAgainAtOnce() {
        UncaughtErrors.handler((_, _) -> {});
        add(
                () -> {
                    throw new OutOfMemoryError("as asked");
                },
                10);

        firedAt(TimeUnit.SECONDS.toNanos(5));

        assertThat(timers.untilNext()).isPositive();
    }

    @Test
    void drainLeavesTheTimerThatCannotBeTakenAndThoseBehindIt() {
        add("third", 30);
        add("second", 20);
        add("first", 10);

        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() ->
                        timers.drain(timer -> {
                            if (!fired.isEmpty()) {
                                throw new OutOfMemoryError("as asked");
                            }
                            timer.fire();
                        }));
        timers.drain(Timer::fire);

        assertThat(fired).containsExactly("first", "second", "third");
    }

    @Test
    void whatLacksMemoryCanBeCancelledBeforeItIsFiredAgain() {
        UncaughtErrors.handler((_, _) -> {});
        var timer =
                add(
                        () -> {
                            fired.add("try");
                            throw new OutOfMemoryError("as asked");
                        },
                        10);
        firedAt(20);

        assertThat(timer.cancel(false)).isTrue();
        firedAt(now + TimeUnit.SECONDS.toNanos(1));

        assertThat(fired).containsExactly("try");
        assertThat(timers.untilNext()).isEqualTo(-1);
    }

    @Test
    void whatAlwaysLacksMemoryIsNotFiredForEver() {
        UncaughtErrors.handler((_, _) -> {});
        add(
                () -> {
                    fired.add("try");
                    throw new OutOfMemoryError("as asked");
                },
                10);

        while (timers.untilNext() >= 0) {
            firedAt(now + TimeUnit.SECONDS.toNanos(1));
        }

        assertThat(fired).hasSize(1000);
    }
}
