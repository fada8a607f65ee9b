// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLException;

/// Prints an error as one line, `eventlet COMMAND: what happened`, and gives its exit code.
///
/// A stack trace follows only when debugging was asked for.
final class ErrorReport {
    private final PrintWriter err;
    private final BooleanSupplier debug;

    ErrorReport(PrintWriter err, BooleanSupplier debug) {
        this.err = err;
        this.debug = debug;
    }

    /// The command line was not understood.
    int usage(ParameterException failure, String[] args) {
        var line = failure.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        print(name, problem(failure) + "; see '" + name + " --help'", failure);
        return ExitCode.USAGE.status();
    }

    /// A command threw.
    int execution(Exception failure, CommandLine line, ParseResult parsed) {
        return failure(line.getCommandSpec().qualifiedName(), failure);
    }

    int failure(String name, Throwable failure) {
        Throwable cause = unwrap(failure);
        print(name, describe(cause), failure);
        return exitCode(cause).status();
    }

    private void print(String name, String message, Throwable failure) {
        err.println(name + ": " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
        if (debug.getAsBoolean()) {
            failure.printStackTrace(err);
        }
    }

    private static String problem(ParameterException failure) {
        var commands = failure.getCommandLine().getSubcommands().keySet();
        boolean commandWanted =
                !commands.isEmpty()
                        && (!(failure instanceof UnmatchedArgumentException unmatched)
                                || !unmatched.isUnknownOption());
        String problem = String.valueOf(failure.getMessage());
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            problem =
                    unmatched.isUnknownOption()
                            ? "unknown option '" + first + "'"
                            : commandWanted
                                    ? "'" + first + "' is not a command"
                                    : "unexpected argument '" + first + "'";
            var suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                problem += ", did you mean " + String.join(" or ", suggestions) + "?";
            }
        }
        return commandWanted
                ? problem + " (commands: " + String.join(", ", commands) + ")"
                : problem;
    }

    /// What went wrong under the layers that only carry it from one thread to another.
    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean carries =
                failure instanceof ExecutionException || failure instanceof UncheckedIOException;
        return carries && cause != null ? unwrap(cause) : failure;
    }

    private static String describe(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return switch (failure) {
            case CommandFailure known -> String.valueOf(known.getMessage());
            case InterruptedException _ -> "interrupted";
            case UnknownHostException _ -> "unknown host: " + message;
            case NoSuchFileException _ -> "no such file: " + message;
            case AccessDeniedException _ -> "permission denied: " + message;
            case FileAlreadyExistsException _ -> "the file exists already: " + message;
            case IOException _ when message != null -> message;
            default -> {
                String type = failure.getClass().getSimpleName();
                yield message == null ? type : type + ": " + message;
            }
        };
    }

    private static ExitCode exitCode(Throwable failure) {
        return switch (failure) {
            case CommandFailure known -> known.exitCode();
            case InterruptedException _ -> ExitCode.INTERRUPTED;
            case SSLException _ -> ExitCode.TLS;
            case UnknownHostException _,
                    ConnectException _,
                    NoRouteToHostException _,
                    SocketException _,
                    SocketTimeoutException _ ->
                    ExitCode.NETWORK;
            case IOException _ -> ExitCode.CONFIGURATION;
            default -> ExitCode.INTERNAL;
        };
    }
}
