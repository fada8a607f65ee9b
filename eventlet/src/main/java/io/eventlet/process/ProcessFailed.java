// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import java.io.IOException;

/// A child process has ended with an exit code that is not 0.
public final class ProcessFailed extends IOException {
    private static final long serialVersionUID = 1;
    private static final int MOST = 500;

    private final int exitCode;

    ProcessFailed(String command, int exitCode, String errors) {
        super(
                "'%s' has ended with exit code %d%s"
                        .formatted(command, exitCode, errors.isBlank() ? "" : ": " + end(errors)));
        this.exitCode = exitCode;
    }

    private static String end(String errors) {
        String text = errors.strip();
        return text.length() <= MOST ? text : "… " + text.substring(text.length() - MOST);
    }

    /// 128 and the number of the signal if one has ended it.
    public int exitCode() {
        return exitCode;
    }
}
