// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.testing.Simulation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Rates of keys, without Spark.
@Timeout(60)
class KeyRatesTest {
    private final List<String> steps = new CopyOnWriteArrayList<>();

    @Test
    @Tag("hub-only")
    void whatWasTakenForARateIsGivenBackWhenTheWaitForItFails() {
        Simulation.inOrder()
                .run(() -> {
                    var rates = new KeyRates(1, Duration.ofDays(1));
                    try (var rate = rates.of("host")) {
                        // its permit goes meanwhile, as it would by a clock that is set back
                        Runnable take =
                                () -> {
                                    steps.add("taken");
                                    rate.limiter.acquire();
                                };
                        var waiting =
                                Eventlet.spawn(
                                        () -> rate.acquire(take, () -> steps.add("given back")));
                        Eventlet.sleep(Duration.ofSeconds(1));

                        waiting.kill();

                        boolean ignored = waiting.join(Duration.ofSeconds(1));
                    }
                });

        assertThat(steps).containsExactly("taken", "given back");
    }
}
