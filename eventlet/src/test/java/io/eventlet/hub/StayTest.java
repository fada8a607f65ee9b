// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StayTest {
    private static final long PERIOD = 25;

    private final Stay stay = Stay.begin(7, 1000, 300);

    @Test
    void lastsFromLookToLook() {
        var seen = stay.seen(1025, 300, PERIOD).seen(1045, 300, PERIOD);

        assertThat(seen.nanos()).isEqualTo(45);
        assertThat(seen.task()).isEqualTo(7);
    }

    @Test
    void timeWithoutProcessorDoesNotCount() {
        var seen = stay.seen(1020, 315, PERIOD).seen(1040, 315, PERIOD);

        assertThat(seen.nanos()).isEqualTo(5 + 20);
    }

    @Test
    void timeByWhichALookIsLateDoesNotCount() {
        var seen = stay.seen(1500, 300, PERIOD);

        assertThat(seen.nanos()).isEqualTo(PERIOD);
    }

    @Test
    void timeWithoutProcessorIsNotTakenFromOtherTime() {
        var seen = stay.seen(1020, 300, PERIOD).seen(1040, 350, PERIOD);

        assertThat(seen.nanos()).isEqualTo(20);
    }

    @Test
    void anotherThreadOfTheHubMayHaveWaitedLess() {
        var seen = stay.seen(1020, 0, PERIOD);

        assertThat(seen.nanos()).isEqualTo(20);
    }

    @Test
    void tellsTheTimeOnTheWallToo() {
        var seen = stay.seen(1500, 700, PERIOD);

        assertThat(seen.elapsed()).isEqualTo(500);
    }
}
