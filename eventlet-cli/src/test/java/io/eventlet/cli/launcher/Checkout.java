// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A checkout in small: the launcher as it is, and some sources. The JDKs and the Maven that it can
/// find say what they were asked for, and no more: the JDK on its output, Maven in `builds`.
final class Checkout {
    /// What the launcher, the JDK and Maven call; nothing else is on the PATH.
    private static final List<String> TOOLS =
            List.of(
                    "bash",
                    "cat",
                    "find",
                    "grep",
                    "head",
                    "mkdir",
                    "mv",
                    "nice",
                    "readlink",
                    "rm",
                    "rmdir",
                    "sleep",
                    "timeout",
                    "touch");

    /// Prints its own home and its arguments, one a line. It knows no AOT caches.
    private static final String JAVA =
            """
            #!/usr/bin/env bash
            case " $* " in *' -XX:AOTCacheOutput='*) exit 1 ;; esac
            printf '%s\\n' "${0%/bin/java}" "$@"
            """;

    private static final Pattern USUAL_PLACE = Pattern.compile("(?<= )/(usr|opt|Library)/");

    private final Path directory;
    private final Path top;
    private final Map<String, String> environment = new HashMap<>();

    /// Makes one in a directory that is empty, under a name.
    Checkout(Path directory, String name) throws IOException {
        this.directory = directory.toRealPath();
        top = this.directory.resolve(name);
        String launcher = Files.readString(Path.of("..", "bin", "eventlet"));
        writeScript(top.resolve("bin/eventlet"), withOwnPlaces(launcher));
        for (String source :
                List.of(
                        "pom.xml",
                        "eventlet/pom.xml",
                        "eventlet/src/main/Source.java",
                        "eventlet-cli/pom.xml",
                        "eventlet-cli/src/main/Source.java")) {
            write(top.resolve(source), "");
        }
        for (String tool : TOOLS) {
            writeScript(command(tool), "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(find(tool)));
        }
        maven("");
        environment.put("PATH", this.directory.resolve("commands").toString());
        environment.put("HOME", this.directory.resolve("home").toString());
        environment.put("JAVA_HOME", jdk("jdk", "25.0.1").toString());
        environment.put("EVENTLET_NO_CACHE", "1");
    }

    /// The launcher with the usual places of JDKs moved below the directory: a test must not depend
    /// on what the machine has there.
    private String withOwnPlaces(String launcher) {
        return USUAL_PLACE.matcher(launcher).replaceAll(directory.resolve("root") + "/$1/");
    }

    /// Where it is.
    Path top() {
        return top;
    }

    Path launcher() {
        return top.resolve("bin/eventlet");
    }

    Path jar() {
        return top.resolve("eventlet-cli/target/eventlet-cli.jar");
    }

    /// The directory that says that somebody builds.
    Path lock() {
        return top.resolve("eventlet-cli/target.building");
    }

    /// How often Maven was called.
    int builds() throws IOException {
        Path builds = top.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    /// The place of a command on the PATH.
    Path command(String name) throws IOException {
        return Files.createDirectories(directory.resolve("commands")).resolve(name);
    }

    /// Makes a JDK below the directory, at an absolute path as if the directory were the root.
    Path jdkInUsualPlace(String path, String version) throws IOException {
        return jdk("root" + path, version);
    }

    Path jdk(String path, String version) throws IOException {
        Path home = directory.resolve(path);
        write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        writeScript(home.resolve("bin/java"), JAVA);
        writeScript(home.resolve("bin/javac"), "#!/usr/bin/env bash\n");
        return home;
    }

    /// Makes the JVM of the JDK do something else.
    void java(String lines) throws IOException {
        writeScript(directory.resolve("jdk/bin/java"), "#!/usr/bin/env bash\n" + lines + "\n");
    }

    /// Makes Maven do something more, at the top of the checkout, before the jar is there.
    void maven(String lines) throws IOException {
        String script =
                """
                #!/usr/bin/env bash
                echo "$JAVA_HOME" >>builds
                %s
                mkdir -p eventlet-cli/target
                : >eventlet-cli/target/eventlet-cli.jar
                """
                        .formatted(lines);
        writeScript(command("mvn"), script);
    }

    Checkout with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    Checkout without(String variable) {
        environment.remove(variable);
        return this;
    }

    /// Takes the right to write away from all, below the checkout.
    void makeReadOnly() throws IOException {
        setPermissions(top, "r-xr-xr-x");
    }

    void makeWritable() throws IOException {
        setPermissions(directory, "rwxr-xr-x");
    }

    private static void setPermissions(Path tree, String permissions) throws IOException {
        List<Path> paths;
        try (var all = Files.walk(tree)) {
            paths = all.filter(path -> !Files.isSymbolicLink(path)).toList();
        }
        for (Path path : paths) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    /// Starts the launcher by its path.
    LauncherProcess start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return startCommand(command);
    }

    /// Starts a command at the top of the checkout, with the variables of this object alone.
    LauncherProcess startCommand(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).directory(top.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new LauncherProcess(builder.start());
    }

    private static Path find(String tool) {
        for (String place : System.getenv("PATH").split(":", -1)) {
            Path path = Path.of(place, tool);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        throw new IllegalStateException(tool + " is not on PATH");
    }

    private static void writeScript(Path path, String text) throws IOException {
        write(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path path, String text) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text, StandardCharsets.UTF_8);
    }
}
