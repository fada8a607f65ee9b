// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

import java.time.Duration;
import java.util.Random;

/// How strong a storm is: what is drawn, and from where.
///
/// @param seed of all that is drawn
/// @param questions how many are to be asked
/// @param isCalm whether there are neither timeouts nor kills
/// @param longestMillis that a server takes for a question
/// @param patience how many times longer than that limits are, since others are served before
record Weather(long seed, int questions, boolean isCalm, int longestMillis, int patience) {
    private static final int USUAL_PATIENCE = 4;

    /// With the system properties `stress.seed`, the seed of a run that failed; `stress.items`, how
    /// many questions there are; `stress.calm`, to see whether it is the storm at all.
    static Weather of(int usualQuestions, int longestMillis, int crowd) {
        return new Weather(
                Long.getLong("stress.seed", System.nanoTime()),
                Integer.getInteger("stress.items", usualQuestions),
                Boolean.getBoolean("stress.calm"),
                longestMillis,
                USUAL_PATIENCE * crowd);
    }

    /// For how long a server is to work, which is nothing for half of the questions.
    long drawWork(Random random) {
        return random.nextBoolean() ? 0 : random.nextInt(longestMillis + 1);
    }

    /// A limit that is about as long as an answer takes, with the wait for a connection.
    Duration drawLimit(Random random) {
        return Duration.ofNanos(random.nextLong((long) patience * longestMillis * 1_000_000));
    }

    /// How long a killer waits until it kills the next.
    Duration drawPause(Random random) {
        return Duration.ofNanos(random.nextLong((long) USUAL_PATIENCE * longestMillis * 1_000_000));
    }
}
