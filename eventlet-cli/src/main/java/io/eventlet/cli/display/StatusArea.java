// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/// The lines at the foot of the terminal, drawn by JLine; the one class that loads it for drawing.
///
/// Not thread-safe: its board's lock guards it.
final class StatusArea {
    private static final System.Logger LOG = System.getLogger(StatusArea.class.getName());

    private final Terminal terminal;
    private final Display display;

    StatusArea(Terminal terminal) {
        this.terminal = terminal;
        this.display = new Display(terminal, false);
    }

    /// The area of this process's terminal, or null when there is none that can be drawn on.
    static @Nullable StatusArea open() {
        try {
            // /dev/tty, because standard input may be a pipe with URLs; no questions to the
            // terminal about what it can do, because those that do not answer cost a second.
            Terminal terminal =
                    TerminalBuilder.builder()
                            .system(true)
                            .systemOutput(SystemOutput.SysErr)
                            .devTty(true)
                            .dumb(false)
                            .nativeSignals(false) // they are the command's
                            .graphemeCluster(false)
                            .build();
            return new StatusArea(terminal);
        } catch (IOException | IllegalStateException | LinkageError e) {
            LOG.log(Level.DEBUG, "no status display: the terminal could not be opened", e);
            return null;
        }
    }

    /// Draws the lines in the place of those drawn before, cut to the terminal's width.
    void show(List<String> lines) {
        var size = terminal.getSize();
        if (size.getColumns() < 2) {
            size = Size.of(80, 24); // a terminal that does not know
        }
        int columns = size.getColumns();
        display.resize(size);
        display.update(
                lines.stream()
                        .map(line ->
                                AttributedString.fromAnsi(line).columnSubSequence(0, columns - 1))
                        .toList(),
                0);
        terminal.flush();
    }

    /// Takes the lines away; the cursor stands where the first one began.
    void erase() {
        display.update(List.of(), 0);
        terminal.flush();
        display.reset();
    }

    void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the terminal could not be closed", e);
        }
    }
}
