// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;

@Timeout(60)
class RetriesTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");
    private static final Retries RETRIES =
            new Retries(5, Duration.ofSeconds(1), Duration.ofSeconds(60));

    @Test
    void pausesDoubleUpToTheLongest() {
        assertThat(RETRIES.pause(0)).hasSeconds(1);
        assertThat(RETRIES.pause(3)).hasSeconds(8);
        assertThat(RETRIES.pause(6)).hasSeconds(60);
        assertThat(RETRIES.pause(1_000_000)).hasSeconds(60);
    }

    @Test
    void aServerMayAskForSecondsOrATime() {
        assertThat(RETRIES.asked("7", NOW)).hasSeconds(7);
        assertThat(RETRIES.asked("Sun, 06 Nov 1994 08:49:47 GMT", NOW)).hasSeconds(10);
        assertThat(RETRIES.asked("Sunday, 06-Nov-94 08:49:47 GMT", NOW)).hasSeconds(10);
        assertThat(RETRIES.asked("Sun Nov  6 08:49:47 1994", NOW)).hasSeconds(10);
        assertThat(RETRIES.asked("Sun, 06 Nov 1994 08:00:00 GMT", NOW)).isZero();
    }

    @Test
    void aServerCannotAskForTooMuch() {
        assertThat(RETRIES.asked("999999999", NOW)).hasSeconds(60);
    }

    @Test
    void nonsenseIsNotAsked() {
        assertThat(RETRIES.asked("soon", NOW)).isNull();
        assertThat(RETRIES.asked("-1", NOW)).isNull();
        assertThat(RETRIES.asked(null, NOW)).isNull();
    }
}
