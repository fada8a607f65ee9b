// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/// Whom an interrupter looks at, how often, and how long it pauses. Everything runs on the thread
/// of the test, by a clock of its own.
@Timeout(60)
class InterrupterTest {
    private static final long LOOK = 1_000;
    private static final long TURN_OF_OTHERS = 10_000_000;
    private static final long LONGEST_PAUSE = 100_000_000;

    private final Machine machine = new Machine();
    private final Interrupter interrupter = new Interrupter(machine, 0);

    /// Runs an interrupter on the thread of the test. Time passes when it is asked for, which is
    /// before and after each look, when others run, and in pauses.
    private static final class Machine implements Interrupter.Threads {
        private final List<Long> pauses = new ArrayList<>();
        private IntConsumer onPause = _ -> {};
        private IntConsumer onTurn = _ -> {};
        private boolean timed = true;
        private int turns;
        private int looksInTurn;
        private int mostInTurn;
        private long now;
        private @Nullable Runnable body;

        @Override
        public void start(Runnable toRun) {
            body = toRun;
        }

        void run() {
            Objects.requireNonNull(body).run();
        }

        @Override
        public void yieldTurn() {
            looksInTurn = 0;
            now += TURN_OF_OTHERS;
            onTurn.accept(++turns);
        }

        @Override
        public void pause(Object blocker, long nanos) {
            looksInTurn = 0;
            pauses.add(nanos);
            if (timed) {
                now += nanos;
            }
            onPause.accept(pauses.size());
        }

        @Override
        public long nanoTime() {
            return timed ? now += LOOK : now;
        }

        @Override
        public boolean isTimed() {
            return timed;
        }

        void noteLook() {
            mostInTurn = Math.max(mostInTurn, ++looksInTurn);
        }
    }

    /// One that never is in a wait that an interrupt ends, until its thread has ended.
    private final class OutOfReach extends Strand {
        private final Thread thread = Thread.ofPlatform().unstarted(() -> {});
        private boolean cancelling;
        private int looks;

        OutOfReach cancel() {
            cancelling = true;
            boolean ignored = new Cancellation(this, IllegalStateException::new).fire();
            cancelling = false;
            return this;
        }

        void end() {
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /// Asked for in each look, and by who cancels it.
        @Override
        public Thread thread() {
            if (!cancelling && thread.getState() != Thread.State.TERMINATED) {
                looks++;
                machine.noteLook();
            }
            return thread;
        }

        @Override
        public @Nullable Clock hubClock() {
            return null;
        }

        @Override
        public Interrupter interrupter() {
            return interrupter;
        }

        @Override
        public void uncaughtException(Thread of, Throwable error) {
            throw new AssertionError(error);
        }
    }

    /// Cancels so many, watches them for so many pauses, and lets them end.
    private List<OutOfReach> watch(int count, int pauses) {
        var watched = Stream.generate(() -> new OutOfReach().cancel()).limit(count).toList();
        machine.onPause =
                n -> {
                    if (n == pauses) {
                        watched.forEach(OutOfReach::end);
                    }
                };
        machine.run();
        return watched;
    }

    @Test
    void whoIsOutOfReachIsLookedAtAFewTimesAndThenAfterEachPause() {
        var watched = watch(1, 5).getFirst();

        assertThat(machine.pauses).hasSize(5);
        assertThat(watched.looks).isEqualTo(Interrupter.FIRST_LOOKS + 4);
    }

    @Test
    void thePausesGrowToATenthOfASecond() {
        var _ = watch(1, 20);

        assertThat(machine.pauses).isSorted().allMatch(nanos -> nanos <= LONGEST_PAUSE);
        assertThat(machine.pauses.getFirst()).isLessThan(100_000);
        assertThat(machine.pauses.getLast()).isGreaterThan(LONGEST_PAUSE - 10 * LOOK);
    }

    @Test
    void theTurnsOfOthersDoNotMakeThePausesLonger() {
        var _ = watch(400, 20);

        assertThat(machine.pauses).allMatch(nanos -> nanos <= LONGEST_PAUSE);
    }

    @Test
    void thePausesAreLongBesideTheLooksOfARound() {
        var _ = watch(2_000, 3);

        assertThat(machine.pauses.getLast()).isBetween(19 * 2_000 * LOOK, 20 * 2_000 * LOOK);
    }

    @Test
    void aRoundIsSpreadOverTurns() {
        var watched = watch(400, 3);

        assertThat(machine.mostInTurn).isLessThanOrEqualTo(2 * Interrupter.STACKS);
        assertThat(watched).allMatch(strand -> strand.looks > Interrupter.FIRST_LOOKS);
    }

    @Test
    void thosePatientAreLookedAtHoweverManyComeAnew() {
        var patient = new OutOfReach();
        var comers = new ArrayList<>(List.of(new OutOfReach()));
        machine.onTurn =
                n -> {
                    if (n < 1000) {
                        comers.getLast().end();
                        comers.add(new OutOfReach());
                        comers.getLast().cancel();
                    } else if (n == 1000) {
                        comers.getLast().end();
                        patient.end();
                    }
                };

        patient.cancel();
        comers.getLast().cancel();
        machine.run();

        assertThat(patient.looks).isGreaterThan(100);
    }

    @Test
    void whoIsCancelledAgainAndAgainIsLookedAtOnceInARound() {
        var watched = new OutOfReach();
        var looks = new ArrayList<Integer>();
        machine.onPause =
                n -> {
                    looks.add(watched.looks);
                    if (n <= 10) {
                        watched.cancel();
                    } else if (n == 15) {
                        watched.end();
                    }
                };

        watched.cancel();
        machine.run();

        assertThat(looks.getLast() - looks.get(looks.size() - 2)).isEqualTo(1);
    }

    @Test
    void whoIsPatientAndCancelledAgainIsLookedAtWithoutAPause() {
        var watched = new OutOfReach();
        var looks = new ArrayList<Integer>();
        machine.onPause =
                n -> {
                    looks.add(watched.looks);
                    if (n == 10) {
                        watched.cancel();
                    } else if (n == 11) {
                        watched.end();
                    }
                };

        watched.cancel();
        machine.run();

        assertThat(looks.getLast() - looks.get(looks.size() - 2))
                .isGreaterThanOrEqualTo(Interrupter.FIRST_LOOKS);
    }

    @Test
    void whereTimeStandsStillEachPauseIsFollowedByARound() {
        machine.timed = false;

        var watched = watch(3, 5);

        assertThat(machine.pauses).hasSize(5);
        assertThat(watched).allMatch(strand -> strand.looks >= Interrupter.FIRST_LOOKS + 4);
    }
}
