// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.Terminal;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class BoardTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutAScreenThereIsNoStatus() {
        var pipe = new Terminal(false, false, Map.of("TERM", "xterm"));

        try (Board board =
                Board.open(pipe, new PrintWriter(out), new PrintWriter(err, true), true)) {
            board.status(() -> List.of("status"));
            board.line("a line");
            board.note("a note");
        }

        assertThat(out.toString()).isEqualToNormalizingNewlines("a line\n");
        assertThat(err.toString()).isEqualToNormalizingNewlines("a note\n");
    }

    @Test
    void aShortRunOnAScreenShowsItsLinesOnly() {
        var screen = new Terminal(true, true, Map.of("TERM", "xterm"));

        try (Board board =
                Board.open(screen, new PrintWriter(out), new PrintWriter(err, true), true)) {
            board.status(() -> List.of("status"));
            board.line("a line");
            board.note("a note");
        }

        assertThat(out.toString()).isEqualToNormalizingNewlines("a line\n");
        assertThat(err.toString()).isEqualToNormalizingNewlines("a note\n");
    }

    @Test
    void noticesThatNobodyReadsAnyMore() {
        var closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        var pipe = new Terminal(false, false, Map.of());

        try (Board board =
                Board.open(
                        pipe,
                        new PrintWriter(closed, false, StandardCharsets.UTF_8),
                        new PrintWriter(err),
                        true)) {
            board.line("a line");

            assertThat(board.isBroken()).isTrue();
        }
    }
}
