// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.Terminal;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

@Timeout(60)
class LiveBoardTest {
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm");
    private static final Terminal SCREEN = new Terminal(true, true, XTERM);
    private static final Terminal PIPE_AND_SCREEN = new Terminal(false, true, XTERM);

    private final Screen screen = new Screen(40, 10);
    private final Status status = new Status();

    @Test
    void linesStandAboveTheStatus() throws Exception {
        try (Board board = open()) {
            status.awaitDrawing();

            board.line("a line");
            board.note("a note");
            status.awaitDrawing();

            assertThat(screen.lines()).containsExactly("a line", "a note", "at work");
        }
    }

    @Test
    void theStatusIsDrawnAnewAgainAndAgain() throws Exception {
        try (var _ = open()) {
            status.awaitDrawing();

            status.text = "done";
            status.awaitDrawing();

            assertThat(screen.lines()).containsExactly("done");
        }
    }

    @Test
    void closingTakesTheStatusAwayAndLeavesTheLines() throws Exception {
        Board board = open();
        status.awaitDrawing();
        board.line("a line");

        board.close();
        board.close();

        assertThat(screen.lines()).containsExactly("a line");
    }

    @Test
    void whatIsSaidAfterTheEndIsWrittenAtOnce() throws Exception {
        Board board = open();
        status.awaitDrawing();
        board.close();

        board.line("a late line");

        assertThat(screen.lines()).containsExactly("a late line");
    }

    @Test
    void linesThatGoToAPipeDoNotWaitForADrawing() throws Exception {
        var pipe = new StringWriter();
        try (Board board = open(PIPE_AND_SCREEN, new PrintWriter(pipe, true))) {
            status.awaitDrawing();

            board.line("a line");

            assertThat(pipe.toString()).isEqualToNormalizingNewlines("a line\n");
            status.awaitDrawing();
            assertThat(screen.lines()).containsExactly("at work");
        }
    }

    @Test
    void moreLinesThanAreGatheredDoNotWaitForADrawing() throws Exception {
        var written = new StringWriter();
        try (Board board = open(SCREEN, new PrintWriter(written, true))) {
            status.awaitDrawing();
            status.stall();
            for (int i = 1; i < LiveBoard.MOST_GATHERED; i++) {
                board.line("gathered");
            }
            assertThat(written.toString()).isEmpty();

            board.line("one more");

            assertThat(written.toString().lines()).hasSize(LiveBoard.MOST_GATHERED);
            status.goOn();
        }
    }

    @Test
    void withoutATerminalToDrawOnThereAreLinesOnly() throws Exception {
        var asked = new CountDownLatch(1);
        Supplier<@Nullable StatusArea> none =
                () -> {
                    asked.countDown();
                    return null;
                };
        try (Board board = LiveBoard.open(SCREEN, screen.stream(), screen.stream(), none)) {
            board.status(status);
            asked.await();

            board.line("a line");

            assertThat(screen.lines()).containsExactly("a line");
        }
    }

    private Board open() {
        return open(SCREEN, screen.stream());
    }

    private Board open(Terminal terminal, PrintWriter out) {
        var board =
                LiveBoard.open(
                        terminal, out, screen.stream(), () -> new StatusArea(screen.terminal()));
        board.status(status);
        return board;
    }

    /// A status that tells when it has been drawn.
    private static final class Status implements Supplier<List<String>> {
        private final Semaphore asked = new Semaphore(0);
        private final CountDownLatch stalled = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private volatile boolean stalls;
        volatile String text = "at work";

        @Override
        public List<String> get() {
            asked.release();
            if (stalls) {
                stalled.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return List.of(text);
        }

        /// Waits until what is said now has been drawn: the board asks, draws and asks again.
        void awaitDrawing() throws InterruptedException {
            asked.drainPermits();
            asked.acquire(2);
        }

        /// Waits until the board waits for an answer to its question.
        void stall() throws InterruptedException {
            stalls = true;
            stalled.await();
        }

        void goOn() {
            goesOn.countDown();
        }
    }
}
