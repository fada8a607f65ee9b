// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.TaskFailed;

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
import java.util.Collection;
import java.util.List;
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
        var line = failure.getCommandLine();
        boolean takesCommand = !line.getSubcommands().isEmpty();
        String commands = " (commands: " + String.join(", ", line.getSubcommands().keySet()) + ")";
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            var likely = Suggestions.of(first, words(line, unmatched.isUnknownOption()));
            String guess = likely.isEmpty() ? "" : ", did you mean " + or(likely) + "?";
            if (unmatched.isUnknownOption()) {
                return "unknown option '" + first + "'" + guess;
            }
            return takesCommand
                    ? "'" + first + "' is not a command" + guess + commands
                    : "unexpected argument '" + first + "'" + guess;
        }
        boolean isCommandMissing = takesCommand && !line.getParseResult().hasSubcommand();
        return isCommandMissing
                ? "a command is expected" + commands
                : String.valueOf(failure.getMessage());
    }

    /// What could have stood there: the names of the options, or those of the commands.
    private static Collection<String> words(CommandLine line, boolean isOption) {
        return isOption
                ? line.getCommandSpec().optionsMap().keySet()
                : line.getSubcommands().keySet();
    }

    private static String or(List<String> choices) {
        return "'" + String.join("' or '", choices) + "'";
    }

    /// What went wrong under the layers that only carry it from one thread to another.
    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean carries =
                failure instanceof TaskFailed
                        || failure instanceof ExecutionException
                        || failure instanceof UncheckedIOException;
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
            case RuntimeException _ when isAboutSetting(message) -> String.valueOf(message);
            default -> {
                String type = failure.getClass().getSimpleName();
                yield message == null ? type : type + ": " + message;
            }
        };
    }

    /// Whether it is about what the user has set for the library: no defect of ours.
    private static boolean isAboutSetting(@Nullable String message) {
        return message != null
                && (message.startsWith("-Deventlet.") || message.startsWith("EVENTLET_"));
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
            case RuntimeException _ when isAboutSetting(failure.getMessage()) ->
                    ExitCode.CONFIGURATION;
            default -> ExitCode.INTERNAL;
        };
    }
}
