// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs of tests that need a JVM of their own.
public final class ChildJvm {
    private ChildJvm() {}

    /// A JVM like this one, with another main class.
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
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
