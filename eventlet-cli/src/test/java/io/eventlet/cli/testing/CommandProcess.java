// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A command in a process of its own, with the flags of `bin/eventlet`.
public final class CommandProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final BufferedReader err;

    private CommandProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.err = process.errorReader(StandardCharsets.UTF_8);
    }

    public static CommandProcess start(String... arguments) throws IOException {
        return startIn(Map.of(), arguments);
    }

    /// Starts it with standard output on a file or a device.
    public static CommandProcess startTo(File output, String... arguments) throws IOException {
        return new CommandProcess(builder(Map.of(), arguments).redirectOutput(output).start());
    }

    /// Starts it with more variables in its environment.
    public static CommandProcess startIn(Map<String, String> variables, String... arguments)
            throws IOException {
        return new CommandProcess(builder(variables, arguments).start());
    }

    private static ProcessBuilder builder(Map<String, String> variables, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("--add-opens=java.base/java.lang=ALL-UNNAMED"));
        command.addAll(
                List.of("--enable-native-access=ALL-UNNAMED", "-Djdk.trackAllThreads=false"));
        command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "io.eventlet.cli.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("CLICOLOR_FORCE", "EVENTLET_DEBUG"));
        environment.putAll(variables);
        return builder;
    }

    /// The next line of standard output.
    public String readLine() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("it ended, saying: " + readErrors());
        }
        return line;
    }

    /// The rest of standard output.
    public List<String> readLines() {
        return out.lines().toList();
    }

    /// All of standard error, once it has ended.
    public String readErrors() {
        return String.join("\n", err.lines().toList());
    }

    public OutputStream input() {
        return process.getOutputStream();
    }

    /// Reads no more of standard output, as `head` does when it has enough.
    public void closeOutput() throws IOException {
        process.getInputStream().close();
    }

    public long pid() {
        return process.pid();
    }

    /// Sends SIGTERM.
    public void terminate() {
        process.toHandle().destroy(); // the process object would close the streams too
    }

    /// Waits for its end; its exit code.
    public int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
