// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Log;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The classes of this library as files in a directory, as while it is developed. Each is opened
/// when it is first needed; when descriptors have run out that fails, and what is needed then are
/// just those that were not needed before. A jar is open already.
final class ClassFiles {
    private static final String ENDING = ".class";

    private ClassFiles() {}

    /// Loads all, if there are such files, and initialises none.
    static void load() {
        try {
            var directory = directory();
            if (directory != null) {
                load(directory);
            }
        } catch (IOException | URISyntaxException | RuntimeException e) {
            Log.logger()
                    .log(System.Logger.Level.DEBUG, "classes are loaded when they are needed", e);
        }
    }

    private static @Nullable Path directory() throws URISyntaxException {
        var source = ClassFiles.class.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getProtocol().equals("file")) {
            return null;
        }
        var path = Path.of(source.getLocation().toURI());
        return Files.isDirectory(path) ? path : null;
    }

    private static void load(Path directory) throws IOException {
        try (var files = Files.walk(directory.resolve("io").resolve("eventlet"))) {
            files.map(file -> directory.relativize(file).toString())
                    .filter(name -> name.endsWith(ENDING) && !name.endsWith("-info" + ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .map(name -> name.replace('/', '.'))
                    .forEach(ClassFiles::load);
        }
    }

    private static void load(String name) {
        try {
            var ignored = Class.forName(name, false, ClassFiles.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) { // what it extends is not there: JUnit
            Log.logger().log(System.Logger.Level.DEBUG, "not loaded: " + name, e);
        }
    }
}
