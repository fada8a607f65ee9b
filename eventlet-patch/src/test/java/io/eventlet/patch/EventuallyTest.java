// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;

@Timeout(60)
class EventuallyTest {
    @Test
    void whatIsNeverSoFailsAtTheLimit() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Eventually.until(() -> false, Duration.ZERO))
                .withMessage("it is not so after PT0S");
    }

    @Test
    void interruptEndsTheWaitAndStays() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Eventually.until(() -> false));

        assertThat(Thread.interrupted()).isTrue();
    }
}
