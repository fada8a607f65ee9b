// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The openssl command, as a peer that is not ours.
public final class OpenSsl implements AutoCloseable {
    private final Process process;
    private final CompletableFuture<String> errors;

    private OpenSsl(Process process) {
        this.process = process;
        errors =
                CompletableFuture.supplyAsync(
                        () -> text(process.getErrorStream()),
                        task -> Thread.ofPlatform().daemon().start(task));
    }

    private static String text(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a command to its end, which must be a good one.
    public static void run(String words, String... more) throws IOException {
        var command = command(words, more);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = text(process.getInputStream());
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
    }

    private static List<String> command(String words, String... more) {
        var command = new ArrayList<String>();
        command.addAll(List.of("timeout", "50", "openssl")); // a read of its output has no limit
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of(more));
        return command;
    }

    /// A client that sends its standard input and prints what it receives, and nothing else.
    public static OpenSsl client(int port, TestCertificate trusted, String... options)
            throws IOException {
        var words =
                "s_client -quiet -verify_return_error -connect 127.0.0.1:%d -CAfile %s"
                        .formatted(port, trusted.file());
        return new OpenSsl(new ProcessBuilder(command(words, options)).start());
    }

    /// A server, ready for clients. Give a mode: `-rev` (sends lines back, reversed), `-HTTP`
    /// (files of the directory).
    public static Server server(Path directory, TestCertificate certificate, String... options)
            throws IOException {
        var words =
                "s_server -accept 127.0.0.1:0 -key %s -cert %s"
                        .formatted(certificate.keyFile(), certificate.file());
        var process =
                new ProcessBuilder(command(words, options)).directory(directory.toFile()).start();
        var openSsl = new OpenSsl(process);
        var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.startsWith("ACCEPT ")) {
                return new Server(
                        openSsl,
                        Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)),
                        lines);
            }
        }
        throw new IOException(openSsl.errors.join());
    }

    /// A server that listens on a port of 127.0.0.1; what it prints can be read.
    record Server(OpenSsl openSsl, int port, BufferedReader output) implements AutoCloseable {
        @Override
        public void close() {
            openSsl.close();
        }
    }

    public OutputStream input() {
        return process.getOutputStream();
    }

    public InputStream output() {
        return process.getInputStream();
    }

    /// What it said on standard error; waits for its end.
    public String errors() {
        return errors.join();
    }

    /// Its exit code; waits for its end.
    public int exitCode() {
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
