// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;

@Timeout(60)
class HostHealthTest {
    private static final Instant START = Instant.parse("1994-11-06T08:49:37Z");

    private final HostHealth health = new HostHealth(3, Duration.ofMinutes(1), 2);

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void failuresInARowMakeAHostIll() {
        assertThat(health.failed("a", START, START)).isNull();
        assertThat(health.failed("a", START, START)).isNull();
        assertThat(health.failed("b", START, START)).isNull();

        assertThat(health.failed("a", START, START)).hasMinutes(1);
    }

    @Test
    void aSuccessBetweenThemMakesItWell() {
        health.failed("a", START, START);
        health.failed("a", START, START);
        health.succeeded("a");

        assertThat(health.failed("a", START, START)).isNull();
    }

    @Test
    void whatWasBegunBeforeThePauseSaysNothingNew() {
        for (int i = 0; i < 3; i++) {
            health.failed("a", START, START);
        }

        assertThat(health.failed("a", START, at(1))).isNull();
        assertThat(health.failed("a", at(61), at(61))).hasMinutes(2);
    }

    @Test
    void aHostIsGivenUpWhenItFailsAfterTheLastPause() {
        for (int i = 0; i < 3; i++) {
            health.failed("a", START, START);
        }
        health.failed("a", at(61), at(61));
        assertThat(health.isGivenUp("a")).isFalse();

        health.failed("a", at(200), at(200));

        assertThat(health.isGivenUp("a")).isTrue();
        assertThat(health.isGivenUp("b")).isFalse();
    }

    @Test
    void noFailuresAreForNever() {
        var patient = new HostHealth(0, Duration.ofMinutes(1), 0);

        for (int i = 0; i < 100; i++) {
            assertThat(patient.failed("a", START, START)).isNull();
        }
        assertThat(patient.isGivenUp("a")).isFalse();
    }
}
