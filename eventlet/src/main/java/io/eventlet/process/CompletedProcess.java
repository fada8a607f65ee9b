// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import java.nio.charset.Charset;

/// What a child process has ended with, and what it has written.
public final class CompletedProcess {
    private static final Charset NATIVE =
            Charset.forName(System.getProperty("native.encoding"), Charset.defaultCharset());

    private final String command;
    private final int exitCode;
    private final byte[] output;
    private final byte[] errors;

    CompletedProcess(String command, int exitCode, byte[] output, byte[] errors) {
        this.command = command;
        this.exitCode = exitCode;
        this.output = output;
        this.errors = errors;
    }

    /// 0 if all went well; 128 and the number of the signal if one has ended it.
    public int exitCode() {
        return exitCode;
    }

    /// What it has written to its standard output; empty if that was redirected.
    public byte[] output() {
        return output.clone();
    }

    /// What it has written to its standard error; empty if that was redirected.
    public byte[] errors() {
        return errors.clone();
    }

    /// The output as text in the encoding of the system.
    public String text() {
        return new String(output, NATIVE);
    }

    /// What it has written to its standard error, as text in the encoding of the system.
    public String errorText() {
        return new String(errors, NATIVE);
    }

    /// Throws [ProcessFailed] if the exit code is not 0; returns this.
    public CompletedProcess ensureSuccess() throws ProcessFailed {
        if (exitCode != 0) {
            throw new ProcessFailed(command, exitCode, errorText());
        }
        return this;
    }

    @Override
    public String toString() {
        return "'%s', exit code %d".formatted(command, exitCode);
    }
}
