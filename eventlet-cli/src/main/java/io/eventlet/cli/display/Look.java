// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import io.eventlet.cli.Terminal;

import java.nio.charset.Charset;

/// How text may look where it goes: with colour or without, with drawing characters or in ASCII.
///
/// @param colour whether escape sequences may be written
/// @param drawing whether the stream can carry box-drawing and block characters
public record Look(boolean colour, boolean drawing) {
    /// Text and nothing else, as in a log.
    public static final Look PLAIN = new Look(false, false);

    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    /// What suits standard output, by the terminal and the encoding of the process.
    public static Look of(Terminal terminal) {
        return new Look(terminal.isColored(), canDraw(System.out.charset()));
    }

    /// What suits standard error.
    public static Look ofErrors(Terminal terminal) {
        Terminal swapped = new Terminal(terminal.isErrScreen(), false, terminal.environment());
        return new Look(swapped.isColored(), canDraw(System.err.charset()));
    }

    private static boolean canDraw(Charset charset) {
        return charset.canEncode() && charset.newEncoder().canEncode("│─╭╰█▏░×·…");
    }

    public String bold(String text) {
        return styled("1", text);
    }

    public String dim(String text) {
        return styled("2", text);
    }

    /// For what went well.
    public String good(String text) {
        return styled("32", text);
    }

    /// For what failed.
    public String bad(String text) {
        return styled("31", text);
    }

    /// For what deserves the eye.
    public String accent(String text) {
        return styled("1;36", text);
    }

    /// A horizontal line of so many columns.
    public String rule(int columns) {
        return (drawing ? "─" : "-").repeat(columns);
    }

    /// The text with what only a drawing stream can carry put in ASCII.
    public String plain(String text) {
        return drawing
                ? text
                : text.replace("×", "x").replace(" · ", ", ").replace("·", "-").replace("…", "...");
    }

    /// A bar as long as the fraction of so many columns, to an eighth of a column where that can be
    /// drawn.
    public String bar(double fraction, int columns) {
        double filled = Math.clamp(fraction, 0, 1) * columns;
        if (!drawing) {
            return "#".repeat((int) Math.round(filled));
        }
        int eighths = (int) Math.round(filled * 8);
        String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
        return "█".repeat(eighths / 8) + part;
    }

    /// A gauge of so many columns, filled to the fraction.
    public String gauge(double fraction, int columns) {
        int filled = (int) Math.round(Math.clamp(fraction, 0, 1) * columns);
        return (drawing ? "█" : "#").repeat(filled)
                + (drawing ? "░" : ".").repeat(columns - filled);
    }

    private String styled(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
