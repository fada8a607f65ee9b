// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.LongAdder;

/// What has become of the questions of a storm, and of those who asked them.
final class Tally {
    private final LongAdder answers = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder kills = new LongAdder();
    private final LongAdder failures = new LongAdder(); // forgiven, as the server was away

    void count(Question.End end) {
        switch (end) {
            case ANSWERED -> answers.increment();
            case TIMED_OUT -> timeouts.increment();
        }
    }

    void kill() {
        kills.increment();
    }

    void failure() {
        failures.increment();
    }

    /// A storm in which nothing was hit proves nothing.
    void assertHit() {
        assertThat(answers.sum()).as("answers").isPositive();
        assertThat(timeouts.sum()).as("timeouts that hit").isPositive();
        assertThat(kills.sum()).as("kills that hit").isPositive();
    }

    @Override
    public String toString() {
        return "%,d answers, %,d timeouts, %,d kills, %,d failures while the server was away"
                .formatted(answers.sum(), timeouts.sum(), kills.sum(), failures.sum());
    }
}
