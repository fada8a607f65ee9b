// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs of tests that need a JVM of their own.
public final class ChildJvm {
    /// Options of a JVM that compiles quickly, not well, and collects in one thread: it is over
    /// before more would pay.
    public static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private ChildJvm() {}

    /// A JVM like this one, but quick, with another main class.
    public static List<String> command(Class<?> main) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("--")
                    || option.startsWith("-XX:")
                    || option.startsWith("-Deventlet.")) {
                command.add(option);
            }
        }
        command.addAll(QUICK);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    /// Runs one to its end, with other options of hubs than this JVM's, and returns what it wrote.
    public static List<String> run(Class<?> main, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        var command = command(main);
        command.removeIf(option -> option.startsWith("-Deventlet."));
        int beforeClassPath = command.indexOf("-cp");
        command.add(beforeClassPath, "-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%6$s%n");
        command.add(beforeClassPath, "-Deventlet.watchdog.millis=0"); // others may use the machine
        command.addAll(beforeClassPath, options);
        command.addAll(List.of(arguments));
        return run(command);
    }

    /// Runs a command to its end, and returns what it wrote.
    public static List<String> run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            var lines = output.readAllLines();
            assertThat(process.waitFor()).as(lines::toString).isZero();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
