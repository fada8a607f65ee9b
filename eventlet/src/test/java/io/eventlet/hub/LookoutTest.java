// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookoutTest {
    private static final long SHORT = Lookout.SHORT_NANOS;

    private final AwakeHubs hubs = new AwakeHubs(2, () -> -1);
    private final Inbox inbox = new Inbox();
    private long now; // goes on by a microsecond whenever somebody looks
    private final Lookout lookout = new Lookout(hubs, () -> now += 1_000);

    @BeforeEach
    void openHub() {
        hubs.add(inbox);
    }

    private void sleepShortly(int times) {
        for (int i = 0; i < times; i++) {
            lookout.noteSleep(SHORT, true);
        }
    }

    private boolean look() {
        return lookout.look(inbox, now, -1);
    }

    private void find(int times) {
        for (int i = 0; i < times; i++) {
            inbox.push(() -> {});
            assertThat(look()).isTrue();
            inbox.drain(_ -> {});
        }
    }

    /// How many short sleeps make it look, which then finds nothing.
    private int sleepsUntilItLooksInVain() {
        int sleeps = 0;
        while (!lookout.isOut()) {
            sleepShortly(1);
            sleeps++;
        }
        assertThat(look()).isFalse();
        return sleeps;
    }

    @Test
    void doesNotLookBeforeOthersHaveEndedSleeps() {
        assertThat(lookout.isOut()).isFalse();
    }

    @Test
    void looksAfterSeveralShortSleepsThatOthersEnded() {
        sleepShortly(Lookout.FEWEST_SLEEPS - 1);
        boolean before = lookout.isOut();

        sleepShortly(1);

        assertThat(before).isFalse();
        assertThat(lookout.isOut()).isTrue();
    }

    @Test
    void aLongSleepBetweenThemBeginsTheCountAnew() {
        sleepShortly(Lookout.FEWEST_SLEEPS - 1);

        lookout.noteSleep(SHORT + 1, true);
        sleepShortly(Lookout.FEWEST_SLEEPS - 1);

        assertThat(lookout.isOut()).isFalse();
    }

    @Test
    void aSleepThatADescriptorEndedBeginsTheCountAnew() {
        sleepShortly(Lookout.FEWEST_SLEEPS - 1);

        lookout.noteSleep(SHORT, false);
        sleepShortly(Lookout.FEWEST_SLEEPS - 1);

        assertThat(lookout.isOut()).isFalse();
    }

    @Test
    void goesOnLookingWhileSomethingComes() {
        sleepShortly(Lookout.FEWEST_SLEEPS);

        find(1000);

        assertThat(lookout.isOut()).isTrue();
    }

    @Test
    void looksNoLongerThanItsLimit() {
        sleepShortly(Lookout.FEWEST_SLEEPS);
        long before = now;

        boolean found = look();

        assertThat(found).isFalse();
        assertThat(now - before).isBetween(Lookout.LOOK_NANOS, Lookout.LOOK_NANOS + 1_000);
    }

    @Test
    void sleepsOnceNothingHasCome() {
        sleepShortly(Lookout.FEWEST_SLEEPS);

        boolean found = look();

        assertThat(found).isFalse();
        assertThat(lookout.isOut()).isFalse();
    }

    @Test
    void eachVainLookDoublesTheSleepsBeforeTheNextUpToALimit() {
        int first = sleepsUntilItLooksInVain();
        int second = sleepsUntilItLooksInVain();
        for (int i = 0; i < 10; i++) {
            int ignored = sleepsUntilItLooksInVain();
        }
        int last = sleepsUntilItLooksInVain();

        assertThat(first).isEqualTo(Lookout.FEWEST_SLEEPS);
        assertThat(second).isEqualTo(2 * Lookout.FEWEST_SLEEPS);
        assertThat(last).isEqualTo(Lookout.MOST_SLEEPS);
    }

    @Test
    void aLookDuringWhichOthersRanForLongPutsTheNextOffForThousandsOfSleeps() {
        var slow = new Lookout(hubs, () -> now += SHORT);
        for (int i = 0; i < Lookout.FEWEST_SLEEPS; i++) {
            slow.noteSleep(SHORT, true);
        }

        boolean found = slow.look(inbox, now + SHORT, -1);
        for (int i = 1; i < Lookout.SLEEPS_BESIDE_OTHERS; i++) {
            slow.noteSleep(SHORT, true);
        }
        boolean before = slow.isOut();
        slow.noteSleep(SHORT, true);

        assertThat(found).isFalse();
        assertThat(before).isFalse();
        assertThat(slow.isOut()).isTrue();
    }

    @Test
    void takesFewerSleepsAfterItHasFoundThingsForAWhile() {
        int ignored = sleepsUntilItLooksInVain();
        sleepShortly(2 * Lookout.FEWEST_SLEEPS);

        find(Lookout.FINDS);

        boolean found = look();
        assertThat(found).isFalse();
        assertThat(sleepsUntilItLooksInVain()).isEqualTo(2 * Lookout.FEWEST_SLEEPS);
    }

    @Test
    void leavesDescriptorsToThePollWhenThatWasAWhileAgo() {
        sleepShortly(Lookout.FEWEST_SLEEPS);
        inbox.push(() -> {});

        boolean found = lookout.look(inbox, now - Lookout.LOOK_NANOS, -1);

        assertThat(found).isFalse();
        assertThat(lookout.isOut()).isTrue();
    }

    @Test
    void aTimerThatIsDueEndsTheLookButNotTheLookout() {
        sleepShortly(Lookout.FEWEST_SLEEPS);
        long before = now;

        boolean found = lookout.look(inbox, now, 5_000);

        assertThat(found).isFalse();
        assertThat(now - before).isLessThan(Lookout.LOOK_NANOS);
        assertThat(lookout.isOut()).isTrue();
    }

    @Test
    void doesNotLookWithMoreHubsAwakeThanProcessors() {
        hubs.add(new Inbox());
        hubs.add(new Inbox());
        sleepShortly(Lookout.FEWEST_SLEEPS);
        long before = now;

        boolean found = look();

        assertThat(found).isFalse();
        assertThat(now - before).isLessThan(Lookout.LOOK_NANOS);
        assertThat(lookout.isOut()).isFalse();
    }
}
