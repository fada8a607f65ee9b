// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/// What the launcher lets the JVM watch to make the AOT cache for short texts: each command's help,
/// and the errors that people make.
///
/// It is a cache of its own because the JVM loads all that is in one before it does anything: with
/// all that the commands need, a help took half as long again (docs/performance.md).
final class HelpTraining {
    private HelpTraining() {}

    public static void main(String... args) {
        run();
    }

    static void run() {
        var terminal = new Terminal(false, false, Map.of());
        var nowhere = new PrintWriter(Writer.nullWriter());
        for (String line : List.of("--help", "--version", "completion", "--unknown", "unknown")) {
            Main.run(terminal, nowhere, nowhere, line);
        }
        for (Commands.Entry entry : Commands.ALL) {
            Main.run(terminal, nowhere, nowhere, entry.name(), "--help");
            Main.run(terminal, nowhere, nowhere, entry.name(), "--unknown");
        }
    }
}
