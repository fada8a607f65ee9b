// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import io.eventlet.Event;
import io.eventlet.GreenScope;
import io.eventlet.LimitExpired;
import io.eventlet.hub.HubStrand;
import io.eventlet.offload.OffloadedInput;
import io.eventlet.poll.ByteEndpoint;
import io.eventlet.transport.EndpointInput;
import io.eventlet.transport.EndpointOutput;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// A child process whose pipes and whose end block only the green thread that waits for them.
///
/// ```java
/// String head = GreenProcess.run("git", "rev-parse", "HEAD").ensureSuccess().text();
///
/// try (var sort = GreenProcess.start("sort")) {
///     sort.input().write("b\na\n".getBytes(US_ASCII));
///     sort.input().close();
///     byte[] sorted = sort.output().readAllBytes();
///     int exitCode = sort.await(Duration.ofSeconds(1));
/// }
/// ```
///
/// A [io.eventlet.Timeout] or a kill ends any wait, and leaves the process and its pipes as they
/// are; [#close] ends the process. May be used from all hubs and from platform threads.
public final class GreenProcess implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final String command;
    private final Process process;
    private final InputStream output;
    private final InputStream errors;
    private final OutputStream input;
    private final Event<Integer> exited = new Event<>();

    private GreenProcess(Launch launch, Process process) {
        command = launch.command();
        this.process = process;
        var in = launch.input;
        input = in == null ? new ChildInput(process.getOutputStream()) : new EndpointOutput(in, in);
        output = input(launch.output, process.getInputStream());
        errors = input(launch.errors, process.getErrorStream());
        var ignored = process.onExit().thenAccept(ended -> exited.send(ended.exitValue()));
    }

    private static InputStream input(@Nullable ByteEndpoint ours, InputStream ofJdk) {
        return ours == null
                ? OffloadedInput.of(ofJdk)
                : new EndpointInput(ours, ours::available, ours);
    }

    /// Starts a program with its arguments, each stream of it a pipe. Throws an `IOException` if
    /// there is no such program.
    public static GreenProcess start(String... command) throws IOException {
        return start(new ProcessBuilder(command));
    }

    /// Starts a process as a builder says, which is not changed: with its directory, environment
    /// and redirections. What is redirected is no pipe: its stream here is empty.
    ///
    /// Waits while a platform thread starts it. A process that starts although that wait was ended
    /// is killed.
    public static GreenProcess start(ProcessBuilder builder) throws IOException {
        var launch = new Launch(builder, HubStrand.networkOfCaller());
        return new GreenProcess(launch, launch.start());
    }

    /// Runs a program to its end, without input.
    public static CompletedProcess run(String... command) throws IOException {
        return run(new ProcessBuilder(command), NOTHING);
    }

    /// Runs a process to its end, with all its input. What ends the wait, a timeout for instance,
    /// ends the process.
    public static CompletedProcess run(ProcessBuilder builder, byte[] input) throws IOException {
        try (var process = start(builder)) {
            return process.communicate(input);
        }
    }

    /// The standard input of the process, for writing; to be closed for it to see the end. Writing
    /// to a process that does not read any more is an `IOException`, "Broken pipe".
    public OutputStream input() {
        return input;
    }

    /// The standard output of the process, for reading.
    public InputStream output() {
        return output;
    }

    /// The standard error of the process, for reading.
    public InputStream errors() {
        return errors;
    }

    /// As [#communicate(byte[])], without input.
    public CompletedProcess communicate() throws IOException {
        return communicate(NOTHING);
    }

    /// Writes all of the input and closes it, reads both outputs to their end, all at the same time
    /// so that nobody waits for the other, and waits until the process has ended. Input that the
    /// process does not want is dropped.
    ///
    /// What was read when a timeout or a kill ends the wait is lost. Outputs end when all processes
    /// that have inherited them have ended or closed them.
    public CompletedProcess communicate(byte[] toInput) throws IOException {
        return GreenScope.<CompletedProcess, IOException>call(scope -> {
            var feeding = scope.spawn(() -> feed(toInput));
            var errorBytes = scope.spawn(errors::readAllBytes);
            byte[] outputBytes = output.readAllBytes();
            var completed = new CompletedProcess(command, await(), outputBytes, errorBytes.await());
            feeding.await();
            return completed;
        });
    }

    private void feed(byte[] bytes) throws IOException {
        try (input) {
            if (bytes.length > 0) { // else it may be redirected
                input.write(bytes);
            }
        } catch (IOException e) {
            if (isAlive() && !String.valueOf(e.getMessage()).contains("Broken pipe")) {
                throw e;
            }
        }
    }

    /// Waits until the process has ended, and returns its exit code: 128 and the number of the
    /// signal if one has ended it. A process whose outputs nobody reads may wait for that and never
    /// end: see [#communicate()].
    public int await() {
        return exited.await();
    }

    /// As [#await()], for at most a time: then throws [LimitExpired].
    public int await(Duration limit) {
        try {
            return exited.await(limit);
        } catch (LimitExpired e) {
            var named = new LimitExpired(this + " has not ended", limit);
            named.initCause(e);
            throw named;
        }
    }

    /// Whether it has not ended.
    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /// Its children, its times and so on, as the JDK knows them.
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /// Asks the process to end: SIGTERM. Does not wait.
    public void terminate() {
        process.destroy();
    }

    /// Ends the process: SIGKILL. Does not wait.
    public void kill() {
        process.destroyForcibly();
    }

    /// Ends the process if it has not ended, and closes the pipes. Does not wait: the JDK sees to
    /// it that it does not stay a zombie.
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try (input;
                output) {
            errors.close();
        }
    }

    @Override
    public String toString() {
        return "process %d '%s'".formatted(pid(), command);
    }
}
