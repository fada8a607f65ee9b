// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.Simulation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

@Timeout(60)
class AllowedBodyTest {
    private static InputStream body(int length, Allowance... by) {
        return new AllowedBody(new ByteArrayInputStream(new byte[length]), List.of(by), _ -> {});
    }

    @Test
    void whatIsReadIsCounted() throws IOException {
        var count = new AtomicLong();

        try (var body =
                new AllowedBody(
                        new ByteArrayInputStream(new byte[5000]), List.of(), count::addAndGet)) {
            assertThat(body.readAllBytes()).hasSize(5000);
        }

        assertThat(count).hasValue(5000);
    }

    @Test
    void onlyWithoutAllowancesIsAnythingThereAtOnce() throws IOException {
        try (var free = body(100);
                var limited = body(100, new ByteBudget(60))) {
            assertThat(free.available()).isEqualTo(100);
            assertThat(limited.available()).isZero();
        }
    }

    @Test
    void aBudgetEndsIt() throws IOException {
        try (var body = body(100, new ByteBudget(60))) {
            assertThat(body.readNBytes(60)).hasSize(60);

            assertThatThrownBy(body::read).isInstanceOf(BudgetSpent.class);
        }
    }

    @Test
    void aBodyThatIsJustWhatIsLeftIsWhole() throws IOException {
        try (var body = body(60, new ByteBudget(60))) {
            assertThat(body.readAllBytes()).hasSize(60);
        }
    }

    @Test
    void whatIsNotReadIsGivenBack() throws IOException {
        var budget = new ByteBudget(100);

        try (var body = body(30, budget)) {
            body.readAllBytes();
        }

        assertThat(budget.take(1000)).isEqualTo(70);
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void aLargeBodyComesEvenly() throws Exception {
        var simulation = Simulation.inOrder();
        simulation.run(() -> {
            var body = body(10_000, new ByteRate(1000));
            for (int second = 1; second <= 10; second++) {
                body.readNBytes(1000);

                assertThat(simulation.clock().elapsed())
                        .isBetween(
                                Duration.ofMillis(second * 1000L - 20),
                                Duration.ofMillis(second * 1000L + 20));
            }
        });
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void manySmallBodiesCostNoMoreThanALargeOne() throws Exception {
        var simulation = Simulation.inOrder();
        simulation.run(() -> {
            var rate = new ByteRate(1_000_000); // in shares of 10,000
            for (int i = 0; i < 1000; i++) {
                body(1000, rate).readAllBytes();
            }

            assertThat(simulation.clock().elapsed())
                    .isBetween(Duration.ofMillis(950), Duration.ofMillis(1050));
        });
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void theSlowerOfTwoRatesCounts() throws Exception {
        var simulation = Simulation.inOrder();
        simulation.run(() -> {
            body(1000, new ByteRate(100), new ByteRate(10_000)).readAllBytes();

            assertThat(simulation.clock().elapsed())
                    .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
        });
    }
}
