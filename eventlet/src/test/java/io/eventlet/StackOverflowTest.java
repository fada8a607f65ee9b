// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A green thread whose stack ends.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class StackOverflowTest {
    @SuppressWarnings("InfiniteRecursion") // that is what it is about
    private static void recurseOn(Runnable body) {
        body.run();
        recurseOn(body);
    }

    private static GreenThread<String> overflowing(Runnable body) {
        return Eventlet.spawn(() -> {
            recurseOn(body);
            return "never";
        });
    }

    @Test
    void failsWithThat() {
        var failed = overflowing(() -> {});

        failed.join();

        assertThat(failed.failure()).isInstanceOf(StackOverflowError.class);
    }

    /// The queue is given up: it may stay locked, as those of the JDK do.
    @Test
    void othersGoOnWhenItEndsInsideACallOfAQueue() {
        var queue = GreenQueue.<String>unbounded();
        var failed =
                overflowing(() -> {
                    queue.put("item");
                    queue.get();
                });

        failed.join();

        assertThat(failed.failure()).isInstanceOf(StackOverflowError.class);
        assertThat(Eventlet.spawn(() -> "goes on").await()).isEqualTo("goes on");
    }
}
