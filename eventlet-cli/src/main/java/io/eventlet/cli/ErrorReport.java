// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.TaskFailed;
import io.eventlet.cli.options.OptionAdvice;
import io.eventlet.cli.web.WebAddress;

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
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/// Prints an error as one line, `eventlet COMMAND: what happened`, and gives its exit code.
///
/// A stack trace follows only when debugging was asked for.
final class ErrorReport {
    /// A URL that is an argument, or the end of one.
    private static final Pattern ARGUMENT =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*", Pattern.DOTALL);

    /// A URL in a message.
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^'\\s]*");

    /// What a message says of the value of an option that takes none, which may be a secret.
    private static final Pattern VALUE =
            Pattern.compile(
                    "Invalid value for (option '[^']*')[^:]*: '.*' is not a boolean",
                    Pattern.DOTALL);

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
        print(name, problem(failure, args) + "; see '" + name + " --help'", failure);
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

    private static String problem(ParameterException failure, String[] args) {
        var line = failure.getCommandLine();
        boolean takesCommand = !line.getSubcommands().isEmpty();
        String commands = " (commands: " + String.join(", ", line.getSubcommands().keySet()) + ")";
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            if (unmatched.isUnknownOption()) {
                return unknownOption(line, first);
            }
            String shown = WebAddress.withoutPassword(first);
            String guess = guess(first, line.getSubcommands().keySet());
            return takesCommand
                    ? "'" + shown + "' is not a command" + guess + commands
                    : "unexpected argument '" + shown + "'" + guess;
        }
        boolean isCommandMissing = takesCommand && !line.getParseResult().hasSubcommand();
        return isCommandMissing
                ? "a command is expected" + commands
                : withoutSecrets(String.valueOf(failure.getMessage()), args);
    }

    private static String withoutSecrets(String message, String[] args) {
        var shown = VALUE.matcher(message).replaceAll("$1 takes no value");
        for (var arg : args) {
            var url = ARGUMENT.matcher(arg);
            if (url.find()) {
                shown = shown.replace(url.group(), WebAddress.withoutPassword(url.group()));
            }
        }
        return URL.matcher(shown)
                .replaceAll(
                        url -> Matcher.quoteReplacement(WebAddress.withoutPassword(url.group())));
    }

    /// Names it without its value, which may be a secret.
    private static String unknownOption(CommandLine line, String typed) {
        String name = typed.replaceFirst("(?s)=.*", "");
        String advice =
                line.getCommand() instanceof OptionAdvice command ? command.adviceOn(name) : "";
        return "unknown option '"
                + WebAddress.withoutPassword(name)
                + "'"
                + (advice.isEmpty()
                        ? guess(name, line.getCommandSpec().optionsMap().keySet())
                        : " (" + advice + ")");
    }

    private static String guess(String typed, Collection<String> words) {
        var likely = Suggestions.of(typed, words);
        return likely.isEmpty() ? "" : ", did you mean '" + String.join("' or '", likely) + "'?";
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
