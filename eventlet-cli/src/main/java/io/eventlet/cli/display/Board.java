// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import io.eventlet.cli.Terminal;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;

/// Where a command writes its lines, with a status at the foot where somebody watches.
///
/// Lines always go to standard output. On a terminal the status is drawn on standard error, below
/// the lines, ten times a second; anywhere else there is none, and the library that draws is not
/// loaded. Writing may block for as long as the reader pleases, so boards belong to platform
/// threads.
public sealed interface Board extends AutoCloseable permits LiveBoard, PlainBoard {
    /// Writes one line to standard output.
    void line(String text);

    /// Writes one line to standard error.
    void note(String text);

    /// Says what the status is from now on; asked for from a thread of the board's own. May do
    /// nothing.
    void status(Supplier<List<String>> status);

    /// Whether nobody reads the lines any more (a closed pipe).
    boolean isBroken();

    /// Takes the status away. Idempotent.
    @Override
    void close();

    /// A board for a command.
    ///
    /// @param terminal where it runs; a status is shown only when standard error is a screen
    /// @param live whether a status is wanted
    static Board open(Terminal terminal, PrintWriter out, PrintWriter err, boolean live) {
        return live && terminal.isErrScreen() && !isDumb(terminal)
                ? LiveBoard.open(terminal, out, err)
                : new PlainBoard(out, err);
    }

    private static boolean isDumb(Terminal terminal) {
        return terminal.environment().getOrDefault("TERM", "dumb").equals("dumb");
    }
}
