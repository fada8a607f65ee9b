// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server process on loopback, with a directory of its own. It is killed, and the directory
/// removed, when this is closed or the JVM exits.
public final class LocalServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 10;

    /// A conversation with the server that succeeds when it is ready.
    @FunctionalInterface
    interface Probe {
        void talk(int port) throws Exception;
    }

    private final List<String> command;
    private final Path directory;
    private final int port;
    private final Probe probe;
    private final Thread atExit = new Thread(this::end, "end of a server");
    private @Nullable Process process; // under this monitor

    private LocalServer(List<String> command, Path directory, int port, Probe probe) {
        this.command = List.copyOf(command);
        this.directory = directory;
        this.port = port;
        this.probe = probe;
    }

    /// Starts a server and waits until it talks.
    static LocalServer start(List<String> command, Path directory, int port, Probe probe)
            throws IOException {
        var server = new LocalServer(command, directory, port, probe);
        Runtime.getRuntime().addShutdownHook(server.atExit);
        server.restart();
        return server;
    }

    /// Runs a command that prepares a server, to its end.
    static void prepare(List<String> command, Path directory) throws IOException {
        var log = directory.resolve("prepare.log");
        var process = builder(command, directory, log).start();
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(command + " failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError(command + " has not ended in time", e);
        }
    }

    /// A directory for a server.
    static Path newDirectory(String name) throws IOException {
        return Files.createTempDirectory("eventlet-" + name + "-");
    }

    /// Has a directory removed when the JVM exits.
    static void deleteAtExit(Path directory) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> delete(directory), "end of a directory"));
    }

    /// The temporary files are in its directory: a MariaDB that starts removes those of all that
    /// share a directory with it.
    private static ProcessBuilder builder(List<String> command, Path directory, Path log) {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("TMPDIR", directory.toString());
        return builder;
    }

    public int port() {
        return port;
    }

    /// Kills it without warning, and its children.
    public synchronized void kill() {
        var known = process;
        if (known == null) {
            return;
        }
        process = null;
        var all = Stream.concat(Stream.of(known.toHandle()), known.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
    }

    /// Starts it again on its port, and waits until it talks. What a killed one has left may keep
    /// it from starting for a moment.
    public void restart() throws IOException {
        long begin = System.nanoTime();
        while (!isReady()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new AssertionError(
                        "%s is not ready: %s".formatted(command, Files.readString(log())));
            }
        }
    }

    private synchronized boolean isReady() throws IOException {
        var known = process;
        if (known == null || !known.isAlive()) {
            known = builder(command, directory, log()).start();
            process = known;
        }
        try {
            probe.talk(port);
            return true;
        } catch (Exception e) {
            awaitEnd(known); // or look again soon
            return false;
        }
    }

    private static void awaitEnd(Process process) {
        try {
            boolean ignored = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("a server has not started in time", e);
        }
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        kill();
        delete(directory);
    }

    private static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
