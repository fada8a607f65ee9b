// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.run;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/// A jar with a main class, and the options that its manifest asks of the JVM, which `java -jar`
/// would obey.
///
/// @param options of the JVM
record ProgramJar(String mainClass, List<String> options) {
    static ProgramJar read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "no such file: " + file);
        }
        try (var jar = new JarFile(file.toFile())) {
            var manifest = jar.getManifest();
            var attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String main = attributes.getValue(Attributes.Name.MAIN_CLASS);
            if (main == null) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        file + " says of no class that it is its main class (Main-Class)");
            }
            var options = new ArrayList<String>();
            addAll(options, attributes, "Add-Opens", "--add-opens=%s=ALL-UNNAMED");
            addAll(options, attributes, "Add-Exports", "--add-exports=%s=ALL-UNNAMED");
            return new ProgramJar(main.strip(), List.copyOf(options));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, file + " is no jar: " + e.getMessage(), e);
        }
    }

    private static void addAll(
            List<String> options, Attributes attributes, String name, String option) {
        String value = attributes.getValue(name);
        if (value != null) {
            for (var word : value.strip().split("\\s+", -1)) {
                options.add(option.formatted(word));
            }
        }
    }
}
