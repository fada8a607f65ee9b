// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventually;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class UntilTest {
    @Test
    void looksUntilTheConditionHolds() {
        var looks = new AtomicInteger();

        Until.holds(() -> looks.incrementAndGet() == 3);

        assertThat(looks).hasValue(3);
    }

    @Test
    void conditionThatNeverHoldsFailsWithTheLineThatWaits() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Until.holds(() -> false, Duration.ZERO))
                .withMessageContaining("does not hold after PT0S")
                .withMessageContaining("UntilTest.java");
    }

    @Test
    void lineThatWaitsEventuallyIsNamed() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Eventually.until(() -> false))
                .withMessageContaining("UntilTest.java");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptEndsTheWaitAndStays() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Until.holds(() -> false))
                .withMessageContaining("UntilTest.java");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatHoldsAtOnceHoldsInAnInterruptedThread() {
        Thread.currentThread().interrupt();

        Until.holds(() -> true);

        assertThat(Thread.interrupted()).isTrue();
    }
}
