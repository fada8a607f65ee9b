// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Finds the programs of servers, where Debian puts them too.
final class Program {
    private static final Path POSTGRESQL = Path.of("/usr/lib/postgresql"); // a directory a version

    private Program() {}

    /// The path of a program; says which package has it when it is missing.
    static String of(String name, String debianPackage) {
        return directories().stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseThrow(() ->
                        new AssertionError(
                                "%s is missing: install the package %s"
                                        .formatted(name, debianPackage)));
    }

    private static List<Path> directories() {
        var directories = new ArrayList<Path>();
        for (String entry : System.getenv("PATH").split(File.pathSeparator, -1)) {
            directories.add(Path.of(entry));
        }
        directories.add(Path.of("/usr/sbin")); // not on the PATH of every user
        if (Files.isDirectory(POSTGRESQL)) {
            try (var versions = Files.list(POSTGRESQL)) {
                versions.sorted(Comparator.reverseOrder())
                        .forEach(version -> directories.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return directories;
    }
}
