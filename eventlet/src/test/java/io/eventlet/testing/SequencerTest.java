// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThreadKilled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

@Timeout(60)
class SequencerTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final List<Integer> steps = new CopyOnWriteArrayList<>();

    @Test
    void stepsAreTakenInTheOrderOfTheirNumbers() {
        try (var sequence = Sequencer.of(100)) {
            for (int i = 99; i >= 0; i--) {
                int number = i;
                var ignored = Eventlet.spawn(() -> sequence.step(number, () -> steps.add(number)));
            }
        }

        assertThat(steps).hasSize(100).isSorted();
    }

    @Test
    void aStepIsOverWhenItsBodyIs() {
        var sequence = Sequencer.of(2);

        var second = Eventlet.spawn(() -> sequence.step(1, () -> steps.add(1)));
        sequence.step(
                0,
                () -> {
                    Eventlet.yield();
                    Eventlet.yield();
                    steps.add(0);
                });
        second.await();

        assertThat(steps).containsExactly(0, 1);
    }

    @Test
    void platformThreadsTakeStepsToo() throws InterruptedException {
        try (var sequence = Sequencer.of(3)) {
            var platform = Thread.ofPlatform().start(() -> sequence.step(1, () -> steps.add(1)));
            var ignored = Eventlet.spawn(() -> sequence.step(2, () -> steps.add(2)));
            sequence.step(0, () -> steps.add(0));
            platform.join();
        }

        assertThat(steps).containsExactly(0, 1, 2);
    }

    @Test
    void aStepTakenTwiceFailsTheSequence() {
        var sequence = Sequencer.of(2);
        sequence.step(0);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> sequence.step(0))
                .withMessageContaining("step 0 was taken twice");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> sequence.step(1))
                .withCauseInstanceOf(AssertionError.class);
    }

    @Test
    void aStepThatDoesNotExistIsAnError() {
        var sequence = Sequencer.of(2);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> sequence.step(2))
                .withMessageContaining("there is no step 2, only 0 to 1");
    }

    @Test
    void aStepThatIsLeftOutIsNamed() {
        var sequence = Sequencer.of(3, SHORT);
        sequence.step(0);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> sequence.step(2))
                .withMessageContaining("for step 1: 3 steps, 1 over, 2 waits");
    }

    @Test
    void theEndMissesAStepThatNobodyTook() {
        var sequence = Sequencer.of(2, SHORT);
        sequence.step(0);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(sequence::close)
                .withMessageContaining("for step 1: 2 steps, 1 over");
    }

    @Test
    void aBodyThatFailsFailsThoseWhoWait() {
        var sequence = Sequencer.of(2);
        var second = Eventlet.spawn(() -> sequence.step(1));
        Until.waiting(second);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        sequence.step(
                                0,
                                () -> {
                                    throw new IOException("disk full");
                                }));

        assertThatThrownBy(second::await)
                .hasCauseInstanceOf(AssertionError.class)
                .hasRootCauseMessage("disk full");
    }

    @Test
    void aThreadThatWaitsCanBeKilled() {
        var sequence = Sequencer.of(2);
        var second = Eventlet.spawn(() -> sequence.step(1));
        Until.waiting(second);

        second.kill();

        assertThatThrownBy(second::await).hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void thereMustBeSteps() {
        assertThatIllegalArgumentException().isThrownBy(() -> Sequencer.of(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Sequencer.of(1, SHORT.negated()));
    }
}
