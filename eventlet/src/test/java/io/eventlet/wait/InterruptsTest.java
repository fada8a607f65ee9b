// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;

/// Which exceptions tell of an interrupt.
class InterruptsTest {
    @Test
    void areBehindTheExceptionsOfTheJdkThatTellOfThem() {
        assertThat(Interrupts.areBehind(new InterruptedException())).isTrue();
        assertThat(Interrupts.areBehind(new InterruptedIOException())).isTrue();
    }

    @Test
    void areBehindWhatTheyHaveCaused() {
        var wrapped = new IllegalStateException(new IOException(new InterruptedException()));

        assertThat(Interrupts.areBehind(wrapped)).isTrue();
    }

    /// It extends `InterruptedIOException` all the same.
    @Test
    void areNotBehindSocketTimeouts() {
        assertThat(Interrupts.areBehind(new SocketTimeoutException("Read timed out"))).isFalse();
    }
}
