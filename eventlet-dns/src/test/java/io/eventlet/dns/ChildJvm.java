// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// JVMs in which no name has been looked up yet.
final class ChildJvm {
    static final List<String> PATH =
            List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));

    private ChildJvm() {}

    /// What a program of the tests prints, started with options.
    static List<String> run(List<String> path, List<String> options, Class<?> main, String argument)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option ->
                        option.startsWith("--add-opens")
                                || option.startsWith("--enable-native")
                                || option.startsWith("-Deventlet.mode"))
                .forEach(command::add);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, path)));
        command.addAll(List.of(main.getName(), argument));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getInputStream()) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    /// The class path with those first for which something holds.
    static List<String> first(Predicate<String> which) {
        var all = new ArrayList<>(PATH);
        all.removeIf(which.negate());
        PATH.stream().filter(which.negate()).forEach(all::add);
        return all;
    }
}
