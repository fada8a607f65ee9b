// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.run;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.HubCountConverter;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/// `eventlet run`: runs a program that knows nothing of Eventlet on hubs.
///
/// The program needs a JVM of its own, with an agent. So this only says how that is to be started,
/// in a file that the launcher has named, and the launcher starts it in the place of this one.
@Command(
        name = "run",
        sortOptions = false,
        description = "Run an unchanged program with green threads and sockets.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet run app.jar --port 8080",
            "  eventlet run --hubs 2 --report -J -Xmx2g app.jar",
            "  eventlet run --patch socket,thread -cp 'lib/*:classes' com.example.Main",
        })
public final class RunCommand implements Callable<Integer> {
    /// Set by the launcher: where to say how the JVM is to be started.
    static final String PLAN = "eventlet.plan";

    // set by the launcher: the jars of the agent, of the library and of the resolver
    private static final String AGENT = "eventlet.agent";
    private static final String LIBRARY = "eventlet.library";
    private static final String RESOLVER = "eventlet.resolver";
    private static final String HUB = "eventlet.hub"; // of the library
    private static final String RUNNER = "io.eventlet.patch.run.RunProgram";

    @Option(
            names = "--hubs",
            paramLabel = "N",
            defaultValue = "1",
            converter = HubCountConverter.class,
            description = {
                "how many hubs (OS threads); each new thread of the program is on the next one",
                "(default: ${DEFAULT-VALUE})"
            })
    private int hubs;

    @Option(
            names = "--patch",
            paramLabel = "PARTS",
            description = {
                "what to patch, separated by commas: socket, dns, thread, executor, process",
                "(default: all of them)"
            })
    private @Nullable String parts;

    @Option(
            names = "--report",
            description = "when it ends, say on standard error what was patched and what was not")
    private boolean report;

    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            description = "where the class is (default: $CLASSPATH, or the current directory)")
    private @Nullable String classPath;

    @Option(
            names = "-J",
            paramLabel = "OPTION",
            description = "an option for the JVM, such as -Xmx2g or -Dname=value; may be repeated")
    private List<String> jvmOptions = List.of();

    @Parameters(
            index = "0",
            paramLabel = "APP.jar|CLASS",
            description = "a jar that says what its main class is, or the main class")
    private String program = "";

    @Parameters(index = "1..*", paramLabel = "ARG", description = "what the program is given")
    private List<String> arguments = List.of();

    private CommandSpec spec = CommandSpec.create();

    /// Called by picocli. What comes behind the program is the program's, whatever it looks like.
    @Spec
    void setSpec(CommandSpec given) {
        spec = given;
        spec.parser().stopAtPositional(true);
    }

    @Override
    public Integer call() {
        String plan = System.getProperty(PLAN);
        String agent = System.getProperty(AGENT);
        String library = System.getProperty(LIBRARY);
        String resolver = System.getProperty(RESOLVER);
        if (plan == null || agent == null || library == null || resolver == null) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "run works by the launcher only: bin/eventlet run");
        }
        write(Path.of(plan), words(agent, library, resolver));
        return ExitCode.OK.status();
    }

    /// The words behind `java`.
    List<String> words(String agent, String library, String resolver) {
        var words = new ArrayList<String>();
        String main = program;
        String path = classPath;
        if (program.endsWith(".jar")) {
            if (classPath != null) {
                throw misuse("--class-path is for a class, and not for a jar");
            }
            var jar = ProgramJar.read(Path.of(program));
            main = jar.mainClass();
            words.addAll(jar.options());
            path = program;
        } else if (path == null) {
            path = System.getenv().getOrDefault("CLASSPATH", ".");
        }
        words.addAll(jvmOptions);
        words.add("-javaagent:" + agent);
        words.add("-Deventlet.run.hubs=" + hubs);
        String hub = System.getProperty(HUB); // by --hub
        if (hub != null) {
            words.add("-D" + HUB + "=" + hub);
        }
        words.add("-Deventlet.run.report=" + report);
        if (parts != null) {
            words.add("-Deventlet.run.patch=" + parts);
        }
        words.add("-cp");
        words.add(
                patchesNames()
                        ? String.join(File.pathSeparator, path, agent, library, resolver)
                        : String.join(File.pathSeparator, path, agent, library));
        words.add(RUNNER);
        words.add(main);
        words.addAll(arguments);
        return words;
    }

    /// The JDK takes a resolver that is on the path, whether anything is patched or not.
    private boolean patchesNames() {
        return parts == null
                || Arrays.stream(parts.split(",", -1))
                        .map(String::strip)
                        .anyMatch("dns"::equalsIgnoreCase);
    }

    private CommandFailure misuse(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    /// Each word with a NUL behind it, which no argument of a program can have.
    private static void write(Path plan, List<String> words) {
        var text = new StringBuilder();
        words.forEach(word -> text.append(word).append('\0'));
        try {
            Files.writeString(plan, text, Charset.forName(System.getProperty("native.encoding")));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "cannot write " + plan + ": " + e.getMessage(), e);
        }
    }
}
