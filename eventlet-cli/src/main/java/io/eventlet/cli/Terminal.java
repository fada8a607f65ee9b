// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

import java.util.Map;
import java.util.OptionalInt;

/// What may be shown where: whether output and errors reach a screen, and in colour or not.
///
/// The launcher says which of the two are screens (`-Deventlet.terminal=12`, its file descriptors):
/// the shell knows at once what the JVM would load a console provider to find out.
///
/// @param isOutScreen whether standard output is a screen
/// @param isErrScreen whether standard error is one: the place for a live display
/// @param environment the process's environment
public record Terminal(boolean isOutScreen, boolean isErrScreen, Map<String, String> environment) {
    /// The terminal that this process was started on.
    public static Terminal ofProcess() {
        String screens = System.getProperty("eventlet.terminal", "");
        return new Terminal(screens.contains("1"), screens.contains("2"), System.getenv());
    }

    /// How many columns the screen has that standard output goes to, if the launcher has found out
    /// (`-Deventlet.columns=80`).
    public static OptionalInt columnsOfProcess() {
        String columns = System.getProperty("eventlet.columns", "");
        return columns.matches("[1-9][0-9]{0,4}")
                ? OptionalInt.of(Integer.parseInt(columns))
                : OptionalInt.empty();
    }

    /// Whether standard output may be coloured: `NO_COLOR`, then `CLICOLOR_FORCE`, then a screen.
    public boolean isColored() {
        if (isSet("NO_COLOR")) {
            return false;
        }
        return isSet("CLICOLOR_FORCE") || (isOutScreen && !"dumb".equals(environment.get("TERM")));
    }

    /// Whether `EVENTLET_DEBUG` asks for stack traces.
    boolean isDebug() {
        return isSet("EVENTLET_DEBUG");
    }

    ColorScheme colors() {
        return Help.defaultColorScheme(isColored() ? Ansi.ON : Ansi.OFF);
    }

    private boolean isSet(String name) {
        String value = environment.getOrDefault(name, "");
        return !value.isEmpty() && !value.equals("0");
    }
}
