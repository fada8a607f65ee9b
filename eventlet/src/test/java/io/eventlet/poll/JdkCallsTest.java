// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.SocketException;

/// What is thrown when a call into the JDK fails and a cancellation is pending.
class JdkCallsTest {
    private final JdkCalls calls = new JdkCalls(Waits.PARKING, "the socket");
    private final Cancellation kill =
            new Cancellation(Strand.ofCurrentThread(), () -> new IllegalStateException("enough"));

    @AfterEach
    void withdraw() {
        kill.withdraw();
    }

    private String failing(IOException failure) throws IOException {
        return calls.alone(
                "a read",
                () -> {
                    kill.fire();
                    throw failure;
                });
    }

    @Test
    void interruptOfTheJdkIsTheCancellation() {
        assertThatThrownBy(() -> failing(new SocketException("Closed by interrupt")))
                .hasMessage("enough");
        assertThat(Waits.isCancelled()).isFalse();
    }

    @Test
    void failureOfTheSocketIsItselfAndLeavesTheCancellationToTheNextWait() {
        var reset = new SocketException("Connection reset");

        assertThatThrownBy(() -> failing(reset)).isSameAs(reset);
        assertThat(kill.isPending()).isTrue();
    }
}
