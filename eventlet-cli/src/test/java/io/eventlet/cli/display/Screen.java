// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.ScreenTerminal;
import org.jline.utils.ScreenTerminal.VirtualTerminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/// A terminal in memory, and what somebody in front of it would see.
final class Screen {
    private final VirtualTerminal virtual;
    private final int columns;
    private final int rows;

    Screen(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        try {
            virtual = ScreenTerminal.withTerminal("screen", "xterm", columns, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The terminal as an area draws on it.
    Terminal terminal() {
        return virtual.terminal();
    }

    /// As terminals are that do not know how large they are.
    Screen withoutSize() {
        virtual.terminal().setSize(Size.of(0, 0));
        return this;
    }

    /// A standard stream of a process that runs here.
    PrintWriter stream() {
        var writer =
                new Writer() {
                    @Override
                    public void write(char[] text, int from, int length) {
                        String lines = new String(text, from, length);
                        virtual.screen().write(lines.replace("\n", "\r\n"));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        return new PrintWriter(writer, true);
    }

    /// The lines to be seen, without the empty ones at the end.
    List<String> lines() {
        long[] cells = new long[columns * rows];
        virtual.screen().dump(cells, new int[2]);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            var line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.appendCodePoint((int) cells[row * columns + column]);
            }
            lines.add(line.toString().stripTrailing());
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }
}
