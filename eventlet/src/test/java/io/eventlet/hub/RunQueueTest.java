// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What a hub that is closed gives away.
@Timeout(60)
class RunQueueTest {
    private final List<Runnable> given = new ArrayList<>();

    private static Stream<Named<RunQueue>> queues() {
        return Stream.of(
                Named.of("first in first out", new RunQueue()),
                Named.of("drawn", new DrawnRunQueue(new Random(7))));
    }

    /// Tasks in each of the places that a queue has.
    private static List<Runnable> fill(RunQueue queue) {
        var tasks = new ArrayList<Runnable>();
        for (int i = 0; i < 6; i++) {
            tasks.add(new Task(i));
        }
        queue.add(tasks.get(0));
        queue.add(tasks.get(1));
        queue.add(tasks.get(2));
        queue.moveLastToFront();
        queue.add(tasks.get(3));
        queue.inbox.push(tasks.get(4));
        queue.inbox.push(tasks.get(5));
        return tasks;
    }

    private record Task(int number) implements Runnable {
        @Override
        public void run() {}
    }

    @ParameterizedTest
    @MethodSource("queues")
    void drainGivesEachTask(RunQueue queue) {
        var tasks = fill(queue);

        queue.drain(given::add);

        assertThat(given).containsExactlyInAnyOrderElementsOf(tasks);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.inbox.isEmpty()).isTrue();
    }

    /// At a moment without memory, wherever it comes.
    @ParameterizedTest
    @MethodSource("queues")
    void drainThatIsTriedAgainGivesEachTaskOnce(RunQueue queue) {
        for (int failing = 0; failing < 6; failing++) {
            int most = failing;
            given.clear();
            var tasks = fill(queue);

            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> queue.drain(task -> giveAtMost(most, task)));
            queue.drain(given::add);

            assertThat(given).containsExactlyInAnyOrderElementsOf(tasks);
        }
    }

    private void giveAtMost(int most, Runnable task) {
        if (given.size() == most) {
            throw new OutOfMemoryError("as asked");
        }
        given.add(task);
    }
}
