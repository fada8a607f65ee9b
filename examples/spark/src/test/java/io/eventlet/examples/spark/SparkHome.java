// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a distribution of Spark is to `spark-submit`, made of the jars on the class path of the
/// tests: a directory of Spark's, and jars of ours beside it, which Spark sends to its executors.
final class SparkHome {
    private static final Pattern OF_TESTS =
            Pattern.compile("/(junit|opentest4j|apiguardian|assertj|byte-buddy|surefire)[^/]*$");

    private final Path directory;
    private final List<Path> libraries = new ArrayList<>();
    private final List<Path> application = new ArrayList<>();

    SparkHome(Path directory) throws IOException {
        this.directory = directory;
        var jars = Files.createDirectories(directory.resolve("jars"));
        int count = 0;
        for (var entry : List.of(System.getProperty("java.class.path").split(":", -1))) {
            var path = Path.of(entry).toAbsolutePath();
            if (entry.isEmpty()
                    || !Files.exists(path)
                    || OF_TESTS.matcher(path.toString()).find()) {
                continue;
            }
            var name = ++count + "-" + path.getFileName();
            if (Files.isDirectory(path)) {
                add(path, jar(path, directory.resolve(name + ".jar")));
            } else if (path.getFileName().toString().startsWith("eventlet")) {
                libraries.add(path);
            } else {
                Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
            }
        }
    }

    /// The classes of this module are the application's.
    private void add(Path classes, Path jar) {
        boolean isOwn = classes.startsWith(Path.of("").toAbsolutePath());
        (isOwn ? application : libraries).add(jar);
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    /// Starts `spark-submit` with a cluster of two executors in processes of their own. What it
    /// prints is in the file `submit.log`.
    Process submit(Class<?> program, List<String> executorOptions, String... arguments)
            throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(directory.resolve("jars") + "/*");
        command.add("org.apache.spark.deploy.SparkSubmit");
        command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
        command.addAll(List.of("--class", program.getName(), "--jars", commas(libraries())));
        configure(command, "spark.ui.enabled", "false");
        configure(command, "spark.driver.host", "127.0.0.1");
        configure(command, "spark.driver.bindAddress", "127.0.0.1");
        configure(command, "spark.sql.shuffle.partitions", "8");
        configure(
                command,
                "spark.executor.extraJavaOptions",
                "-XX:TieredStopAtLevel=1 " + String.join(" ", executorOptions));
        command.add(application.getFirst().toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(directory.resolve("submit.log").toFile());
        builder.environment().put("SPARK_HOME", directory.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    /// Ours, and the rest of the application's: `--jars`.
    private List<Path> libraries() {
        var all = new ArrayList<>(libraries);
        all.addAll(application.subList(1, application.size()));
        return all;
    }

    private static String commas(List<Path> paths) {
        return String.join(",", paths.stream().map(Path::toString).toList());
    }

    private static void configure(List<String> command, String key, String value) {
        command.addAll(List.of("--conf", key + "=" + value));
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("submit.log"));
    }

    /// The logs of the executors.
    List<String> executorLogs() throws IOException {
        var logs = new ArrayList<String>();
        try (var files = Files.walk(directory.resolve("work"))) {
            for (var file : files.filter(f -> f.endsWith("stderr")).toList()) {
                logs.add(Files.readString(file));
            }
        }
        return logs;
    }
}
