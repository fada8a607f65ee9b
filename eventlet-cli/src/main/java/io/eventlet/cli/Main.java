// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.cli.mirror.Rehearsal;
import io.eventlet.cli.options.HubNameConverter;
import io.eventlet.cli.process.StandardOutput;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

import java.io.BufferedOutputStream;
import java.io.PrintWriter;
import java.time.Duration;

/// The command `eventlet`, what `bin/eventlet` starts.
///
/// A new command is a class with `@Command`, named in [Commands]; it returns the status of an
/// [ExitCode] or throws a [CommandFailure]. `--help`, `--version`, `--debug`, the list of exit
/// codes and the reporting of errors come by themselves.
public final class Main {
    static final String HUB_OPTION = "--hub";
    private static final String HUB = "eventlet.hub"; // of the library
    private static final Duration SHORT = Duration.ofMillis(1);

    private static final String[] EXAMPLES = {
        "  eventlet COMMAND --help              what a command does and takes",
        "  source <(eventlet completion)        completion for this shell",
    };

    private Main() {}

    public static void main(String... args) {
        Logging.install(args);
        relaxWatchdog();
        Rehearsal.beginFor(args);
        var output = StandardOutput.ofProcess();
        var err = new PrintWriter(System.err, true, System.err.charset());
        int status = run(Terminal.ofProcess(), writer(output), err, args);
        end(output.problem().map(problem -> unwritten(problem, status, err)).orElse(status));
    }

    /// Says that output is missing; the status, which is not that of success.
    private static int unwritten(String problem, int status, PrintWriter err) {
        err.println("eventlet: standard output cannot be written: " + problem);
        boolean isMoreKnown = status > ExitCode.SOME_FAILED.status();
        return isMoreKnown ? status : ExitCode.CONFIGURATION.status();
    }

    /// A hub that stands still while a class is loaded is no news to somebody at a shell; the
    /// threshold of the library, a tenth of a second, is for programs that have been running.
    private static void relaxWatchdog() {
        String threshold = "eventlet.watchdog.millis";
        if (System.getProperty(threshold) == null) {
            System.setProperty(threshold, "2000");
        }
    }

    /// Runs one command line to its exit code; nothing is thrown.
    static int run(Terminal terminal, PrintWriter out, PrintWriter err, String... args) {
        skipUnusedConverters();
        var debug = debugOption();
        var line = commandLine(debug, args).setOut(out).setErr(err);
        line.setColorScheme(terminal.colors());
        line.setOverwrittenOptionsAllowed(
                true); // the last one counts, as an alias and its user expect
        var reports =
                new ErrorReport(
                        err, () -> terminal.isDebug() || Boolean.TRUE.equals(debug.getValue()));
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

    /// Ends the process, by returning where that is enough: `System.exit` loads all of logging, to
    /// find out whether to log that it was called.
    private static void end(int status) {
        Hub.all().forEach(Main::keepAwake);
        boolean isAlone = Thread.activeCount() == 1;
        if (status != 0 || !isAlone) {
            System.exit(status);
        }
    }

    /// The JVM waits for a third of a second, when it ends, for threads that are in the kernel to
    /// come back, as that of a hub is that waits for nothing. This one does come back.
    private static void keepAwake(Hub hub) {
        try {
            GreenThread.spawnOn(
                    hub,
                    () -> {
                        while (true) {
                            Eventlet.sleep(SHORT);
                        }
                    });
        } catch (RuntimeException | Error _) { // it has been closed: then nobody waits for it
            return;
        }
    }

    private static CommandLine commandLine(OptionSpec debug, String... args) {
        var spec = CommandSpec.create().name("eventlet");
        spec.addOption(debug);
        spec.addOption(hubOption());
        spec.usageMessage()
                .description("Concurrent networking with green threads.")
                .footerHeading("%nExamples:%n")
                .footer(EXAMPLES);
        var line = new CommandLine(spec);
        Commands.addTo(line, args);
        addConventions(line);
        for (CommandLine command : line.getSubcommands().values()) {
            addConventions(command);
        }
        return line;
    }

    private static OptionSpec debugOption() {
        return OptionSpec.builder("--debug")
                .type(boolean.class)
                .scopeType(ScopeType.INHERIT)
                .description("Print stack traces and the log (also: EVENTLET_DEBUG=1).")
                .build();
    }

    /// For the library, here and in a program that `run` starts, which takes it at its first hub.
    private static OptionSpec hubOption() {
        return OptionSpec.builder(HUB_OPTION)
                .type(String.class)
                .paramLabel("NAME")
                .converters(new HubNameConverter())
                .scopeType(ScopeType.INHERIT)
                .setter(
                        new ISetter() {
                            @Override
                            public <T> @Nullable T set(@Nullable T name) {
                                if (name != null) {
                                    System.setProperty(HUB, name.toString());
                                }
                                return null;
                            }
                        })
                .description(
                        "What hubs poll with: epoll, io_uring, libevent, kqueue, portable"
                                + " (also: EVENTLET_HUB).")
                .build();
    }

    private static void addConventions(CommandLine line) {
        var spec = line.getCommandSpec();
        addFlag(spec, true, "Show this help and exit.", "-h", "--help");
        addFlag(spec, false, "Print the version and exit.", "-V", "--version");
        spec.versionProvider(new Version());
        spec.usageMessage()
                .abbreviateSynopsis(true)
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.descriptions(spec.name()));
    }

    /// As `mixinStandardHelpOptions` does, without reading annotations for it.
    private static void addFlag(
            CommandSpec spec, boolean isHelp, String description, String shortName, String name) {
        if (spec.findOption(name) == null) {
            spec.addOption(
                    OptionSpec.builder(shortName, name)
                            .type(boolean.class)
                            .usageHelp(isHelp)
                            .versionHelp(!isHelp)
                            .description(description)
                            .build());
        }
    }

    /// picocli looks by reflection for conversions to types that no option of ours has.
    private static void skipUnusedConverters() {
        System.setProperty("picocli.converters.excludes", "java\\.(time|sql)\\..*");
    }

    private static PrintWriter writer(StandardOutput output) {
        return new PrintWriter(new BufferedOutputStream(output), true, System.out.charset());
    }
}
