// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;

/// The calls of a task, without Spark.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PartitionCallsTest {
    @Test
    void taskThatCannotBeginKeepsNoHub() {
        var hubs = Hub.all();
        var never = Calls.atOnce(1).rate(1, Duration.ofDays(100_000));
        var calls =
                new PartitionCalls<Integer, Integer, Integer>(
                        never, null, i -> i, Attempted::valueOrThrow);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> calls.call(List.of(1).iterator()))
                .withMessageContaining("a rate");

        assertThat(Hub.all()).isEqualTo(hubs);
    }
}
