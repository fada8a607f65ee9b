// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// The command `eventlet`, what `bin/eventlet` starts.
///
/// A new command is a class with `@Command`, named in `subcommands` below; it returns one of the
/// [ExitCode]s or throws a [CommandFailure]. `--help`, `--version`, the list of exit codes and the
/// reporting of errors come by themselves.
@Command(
        name = "eventlet",
        description = "Concurrent networking with green threads.",
        subcommands = {CompletionCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet COMMAND --help                 what a command does and takes",
            "  source <(eventlet completion)           completion for this shell",
        })
public final class Main implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error (also: EVENTLET_DEBUG=1).")
    private boolean debug;

    private Main() {}

    public static void main(String... args) {
        int status = run(Terminal.ofProcess(), writer(System.out), writer(System.err), args);
        System.exit(status);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    /// Runs one command line to its exit code; nothing is thrown.
    static int run(Terminal terminal, PrintWriter out, PrintWriter err, String... args) {
        var main = new Main();
        var reports = new ErrorReport(err, () -> main.debug || terminal.isDebug());
        var line = commandLine(main).setOut(out).setErr(err).setColorScheme(terminal.colors());
        line.setParameterExceptionHandler(reports::usage);
        line.setExecutionExceptionHandler(reports::execution);
        try {
            return line.execute(args);
        } catch (Throwable failure) { // an Error, which picocli lets through
            return reports.failure("eventlet", failure);
        } finally {
            out.flush();
            err.flush();
        }
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is expected");
    }

    private static CommandLine commandLine(Main main) {
        var line = new CommandLine(main).setCaseInsensitiveEnumValuesAllowed(true);
        addConventions(line);
        for (CommandLine command : line.getSubcommands().values()) {
            addConventions(command);
        }
        return line;
    }

    private static void addConventions(CommandLine line) {
        var spec = line.getCommandSpec();
        spec.mixinStandardHelpOptions(true).versionProvider(new Version());
        spec.usageMessage()
                .abbreviateSynopsis(true)
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.descriptions());
    }
}
