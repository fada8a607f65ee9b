// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Permits with two ends.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class CappedSemaphoreTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final List<Object> steps = new CopyOnWriteArrayList<>();

    @Test
    void permitsAreFromZeroToTheCap() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CappedSemaphore(-1, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CappedSemaphore(4, 3))
                .withMessage("permits must be from 0 to the cap: 4 of 3");
    }

    /// From Eventlet's semaphore_test.py: TestSemaphore.test_bounded, with one who waits at either
    /// end.
    @Test
    void acquireWaitsAtZeroAndReleaseAtTheCap() {
        var semaphore = new CappedSemaphore(2, 3);
        semaphore.acquire();
        semaphore.acquire();

        var acquirer = Eventlet.spawn(() -> semaphore.acquire());
        Eventually.until(() -> semaphore.acquiring() == 1);
        semaphore.release();
        acquirer.await();
        assertThat(semaphore.available()).isZero();

        semaphore.release();
        semaphore.release();
        semaphore.release();
        var releaser = Eventlet.spawn(() -> semaphore.release());
        Eventually.until(() -> semaphore.releasing() == 1);
        semaphore.acquire();
        releaser.await();
        assertThat(semaphore.available()).isEqualTo(3);
    }

    /// From Eventlet's semaphore_test.py: TestSemaphore.test_bounded_with_zero_limit.
    @Test
    void atACapOfZeroTheTwoMeet() {
        var semaphore = new CappedSemaphore(0, 0);
        var acquirer = Eventlet.spawn(() -> semaphore.acquire());

        semaphore.release();

        assertThat(acquirer.await()).isNull();
        assertThat(semaphore.available()).isZero();
    }

    @Test
    void limitsSayWhetherItCameToThat() {
        var semaphore = new CappedSemaphore(1, 1);

        assertThat(semaphore.release(SHORT)).isFalse();
        assertThat(semaphore.acquire(SHORT)).isTrue();
        assertThat(semaphore.acquire(Duration.ZERO)).isFalse();
        assertThat(semaphore.release(Duration.ZERO)).isTrue();
        assertThat(semaphore)
                .hasToString("semaphore with 1 of at most 1 permits, 0 acquiring, 0 releasing");
        assertThatIllegalArgumentException().isThrownBy(() -> semaphore.release(SHORT.negated()));
    }

    @Test
    void tryingNeverWaits() {
        var semaphore = new CappedSemaphore(0, 1);

        assertThat(semaphore.tryAcquire()).isFalse();
        assertThat(semaphore.tryRelease()).isTrue();
        assertThat(semaphore.tryRelease()).isFalse();
        assertThat(semaphore.tryAcquire()).isTrue();
    }

    @Test
    void tryingMeetsWhoWaitsAtACapOfZero() {
        var semaphore = new CappedSemaphore(0, 0);
        var releaser = Eventlet.spawn(() -> semaphore.release());
        Eventually.until(() -> semaphore.releasing() == 1);

        assertThat(semaphore.tryAcquire()).isTrue();
        assertThat(semaphore.tryAcquire()).isFalse();
        releaser.await();
    }

    @Test
    @Tag("hub-only")
    void thoseWhoWaitAreServedInTheOrderInWhichTheyCameAtBothEnds() {
        var semaphore = new CappedSemaphore(0, 1);
        Eventlet.run(() -> {
            for (int i = 0; i < 3; i++) {
                String name = "acquirer " + i;
                Eventlet.spawn(() -> {
                    semaphore.acquire();
                    steps.add(name);
                });
            }
            Eventlet.yield();
            for (int i = 0; i < 6; i++) {
                String name = "releaser " + i;
                Eventlet.spawn(() -> {
                    semaphore.release();
                    steps.add(name);
                });
            }
            Eventlet.yield();
            Eventlet.yield();
            semaphore.acquire();
            semaphore.acquire();
            semaphore.acquire();
        });
        Eventually.until(() -> steps.size() == 9);

        assertThat(steps)
                .filteredOn(step -> step.toString().startsWith("acquirer"))
                .containsExactly("acquirer 0", "acquirer 1", "acquirer 2");
        assertThat(steps)
                .filteredOn(step -> step.toString().startsWith("releaser"))
                .containsExactly(
                        "releaser 0",
                        "releaser 1",
                        "releaser 2",
                        "releaser 3",
                        "releaser 4",
                        "releaser 5");
        assertThat(semaphore.available()).isZero();
    }

    @Test
    void releaserThatIsKilledHasGivenNothing() {
        var semaphore = new CappedSemaphore(1, 1);
        var releaser = Eventlet.spawn(() -> semaphore.release());
        Eventually.until(() -> semaphore.releasing() == 1);

        releaser.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(releaser::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        semaphore.acquire();
        assertThat(semaphore.available()).isZero();
        assertThat(semaphore.releasing()).isZero();
    }

    @Test
    void acquirerThatTimesOutHasTakenNothing() {
        var semaphore = new CappedSemaphore(0, 1);

        assertThat(Timeout.silent(SHORT, semaphore::acquire)).isFalse();
        semaphore.release();

        assertThat(semaphore.available()).isEqualTo(1);
        assertThat(semaphore.acquiring()).isZero();
    }

    // ---- as one of several things to do

    @Test
    void selectTakesAPermitOrGivesOne() {
        var semaphore = new CappedSemaphore(1, 1);
        var never = new Event<String>();

        assertThat(
                        Select.<String>first(
                                never.onSend(news -> news),
                                semaphore.onRelease(() -> "given"),
                                semaphore.onAcquire(() -> "taken")))
                .isEqualTo("taken");
        assertThat(
                        Select.<String>first(
                                never.onSend(news -> news),
                                semaphore.onAcquire(() -> "taken"),
                                semaphore.onRelease(() -> "given")))
                .isEqualTo("given");

        assertThat(semaphore.available()).isEqualTo(1);
        assertThat(never.waiting()).isZero();
    }

    @Test
    void selectThatWaitsAtEitherEndIsServedByTheOther() {
        var semaphore = new CappedSemaphore(0, 0);
        var never = new Event<String>();
        var giving =
                Eventlet.spawn(() ->
                        Select.<String>first(
                                never.onSend(news -> news), semaphore.onRelease(() -> "given")));
        Eventually.until(() -> semaphore.releasing() == 1);

        assertThat(Select.<String>first(semaphore.onAcquire(() -> "taken"))).isEqualTo("taken");

        assertThat(giving.await()).isEqualTo("given");
        assertThat(never.waiting()).isZero();
    }

    @Test
    void selectOfBothEndsDoesNotMeetItself() {
        var semaphore = new CappedSemaphore(0, 0);

        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() ->
                        Select.<String>first(
                                SHORT,
                                semaphore.onAcquire(() -> "taken"),
                                semaphore.onRelease(() -> "given")));

        assertThat(semaphore.acquiring() + semaphore.releasing()).isZero();
    }

    @Test
    void itIsReadyWhenAPermitIsThereOrOffered() {
        var full = new CappedSemaphore(1, 1);
        var empty = new CappedSemaphore(0, 1);
        var meeting = new CappedSemaphore(0, 0);

        try (var ready = Ready.of(List.of(full, empty, meeting))) {
            assertThat(ready.next()).isSameAs(full);
            empty.release();
            assertThat(ready.next()).isSameAs(empty);
            var giver = Eventlet.spawn(() -> meeting.release());
            assertThat(ready.next()).isSameAs(meeting);

            meeting.acquire();
            giver.await();
        }
        assertThat(empty.available()).isEqualTo(1);
    }
}
