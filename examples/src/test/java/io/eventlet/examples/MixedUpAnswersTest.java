// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.Simulation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;

@Tag("hub-only") // simulations need it
@Timeout(60)
class MixedUpAnswersTest {
    private static final String FAILURE =
            "fails with seed (\\d+): (\\w+) costs \\d, and the answer was \\d";

    @Test
    void aSeedShowsTheBugAgainAndAgain() throws IOException {
        var found = MixedUpAnswers.tried(MixedUpAnswers::askCarelessly, 1000);

        assertThat(found).matches(FAILURE);
        long seed = Long.parseLong(found.replaceAll(FAILURE, "$1"));
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() ->
                            Simulation.withSeed(seed)
                                    .run(simulation ->
                                            MixedUpAnswers.shop(
                                                    simulation, MixedUpAnswers::askCarelessly)))
                    .withMessage(found.replaceAll(".*: ", ""));
        }
    }

    @Test
    void theMendedClientSurvivesTheSameSeeds() throws IOException {
        assertThat(MixedUpAnswers.tried(MixedUpAnswers::askCarefully, 300))
                .isEqualTo("survives 300 seeds");
    }

    @Test
    void itPrintsTheSeed() throws IOException {
        try (var console = new Console()) {
            MixedUpAnswers.main("100");

            assertThat(console.lines().getFirst()).startsWith("the careless client fails with");
            assertThat(console.lines().getLast())
                    .isEqualTo("the careful client survives 100 seeds");
        }
    }
}
