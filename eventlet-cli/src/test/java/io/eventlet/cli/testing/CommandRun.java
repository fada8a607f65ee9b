// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import io.eventlet.cli.CommandFailure;

import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// What one run of a command in this process gave.
///
/// @param exitCode what the shell would see
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error
public record CommandRun(int exitCode, String out, String err) {
    public static CommandRun of(Object command, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                new CommandLine(command)
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setExecutionExceptionHandler(CommandRun::report)
                        .execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /// In short what the program itself does with a failure.
    private static int report(Exception thrown, CommandLine line, ParseResult parsed)
            throws Exception {
        if (thrown instanceof CommandFailure failure) {
            line.getErr().println(failure.getMessage());
            return failure.exitCode().status();
        }
        throw thrown;
    }

    public List<String> lines() {
        return out.lines().toList();
    }
}
