// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.display.Board;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Says how far a run is, in a line now and then, where nothing is shown live.
final class ProgressLines implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final CountDownLatch over = new CountDownLatch(1);

    private ProgressLines() {}

    static ProgressLines begin(Supplier<String> line, Board board) {
        var lines = new ProgressLines();
        Thread.ofPlatform().name("eventlet-progress").daemon().start(() -> lines.tell(line, board));
        return lines;
    }

    /// None.
    static ProgressLines none() {
        return new ProgressLines();
    }

    private void tell(Supplier<String> line, Board board) {
        try {
            while (!over.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                board.note(line.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
