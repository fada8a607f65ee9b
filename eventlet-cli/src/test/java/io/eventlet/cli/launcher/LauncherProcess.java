// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/// The launcher at work.
final class LauncherProcess {
    private final Process process;
    private final BufferedReader errors;

    /// What it was when it ended.
    ///
    /// @param out the lines that the JDK wrote: its home and its arguments
    /// @param err the rest of the lines on standard error
    record End(int status, List<String> out, List<String> err) {}

    LauncherProcess(Process process) {
        this.process = process;
        errors = process.errorReader();
    }

    /// The next line on standard error.
    String readError() throws IOException {
        return errors.readLine();
    }

    /// Waits for its end.
    End end() throws IOException, InterruptedException {
        try (var out = process.inputReader()) {
            List<String> lines = out.lines().toList();
            List<String> rest = errors.lines().toList();
            return new End(process.waitFor(), lines, rest);
        }
    }
}
