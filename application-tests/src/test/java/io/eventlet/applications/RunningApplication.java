// SPDX-License-Identifier: Apache-2.0
package io.eventlet.applications;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// An application that `bin/eventlet run` has started, with the report at its end.
final class RunningApplication implements AutoCloseable {
    private static final String LAUNCHER = "../bin/eventlet";
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final Path errors;
    private final URI root;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningApplication(Process process, Path errors, int port) {
        this.process = process;
        this.errors = errors;
        root = URI.create("http://127.0.0.1:%d/".formatted(port));
    }

    /// Starts a class of the class path, and waits for its port.
    static RunningApplication start(Path directory, Class<?> application, String... arguments)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                LAUNCHER,
                                "run",
                                "--report",
                                "-cp",
                                classPath(),
                                application.getName()));
        command.addAll(List.of(arguments));
        var errors = directory.resolve("errors");
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("EVENTLET_NO_BUILD", "1");
        builder.environment().put("EVENTLET_NO_CACHE", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        try {
            return new RunningApplication(process, errors, port(process.inputReader(), errors));
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /// Without what bin/eventlet brings, and the tests' own.
    private static String classPath() {
        var parts = new ArrayList<String>();
        for (var part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            var path = part.replace(File.separatorChar, '/');
            boolean isOfTheLibrary =
                    path.contains("/target/") && !path.contains("/application-tests/");
            boolean isOwn =
                    isOfTheLibrary
                            || path.contains("/test-classes")
                            || path.contains("/junit/")
                            || path.contains("/assertj/");
            if (!isOwn) {
                parts.add(part);
            }
        }
        return String.join(File.pathSeparator, parts);
    }

    private static int port(BufferedReader out, Path errors) throws IOException {
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("port ")) {
                drain(out);
                return Integer.parseInt(line.substring("port ".length()));
            }
        }
        throw new IOException("it has ended: " + Files.readString(errors));
    }

    private static void drain(BufferedReader out) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        long ignored = out.transferTo(java.io.Writer.nullWriter());
                    } catch (IOException _) {
                        // it has ended
                    }
                });
    }

    /// Asks for a path; the answer comes later.
    CompletableFuture<String> ask(String path) {
        var request = HttpRequest.newBuilder(root.resolve(path)).build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    /// Ends it as a service manager does, and returns what it has said on standard error.
    String end() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return Files.readString(errors);
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.destroyForcibly();
    }
}
