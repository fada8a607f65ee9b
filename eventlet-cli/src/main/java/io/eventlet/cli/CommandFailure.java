// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import org.jspecify.annotations.Nullable;

/// A command cannot go on, for a reason that its user can understand: printed as one line.
///
/// The message names the value and what was expected of it.
public final class CommandFailure extends RuntimeException {
    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /// What the process ends with.
    public ExitCode exitCode() {
        return exitCode;
    }
}
