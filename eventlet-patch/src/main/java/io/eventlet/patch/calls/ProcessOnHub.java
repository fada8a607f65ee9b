// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;
import io.eventlet.process.GreenProcess;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What stands for a process of the JDK: one of ours, as code sees it that knows the JDK's.
///
/// When it has ended, what it has written and nobody has read is kept, and its pipes are closed, as
/// the JDK does: code that only waits for the end closes nothing.
final class ProcessOnHub extends Process {
    private final GreenProcess process;
    private final OutputStream input;
    private final DrainedInput outputPipe;
    private final DrainedInput errorPipe;
    private final InputStream output; // with a buffer, and so with marks, as in the JDK
    private final InputStream errors;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private ProcessOnHub(GreenProcess process) {
        this.process = process;
        input = new BufferedOutputStream(process.input());
        outputPipe = new DrainedInput(process.output());
        errorPipe = new DrainedInput(process.errors());
        output = new BufferedInputStream(outputPipe);
        errors = new BufferedInputStream(errorPipe);
        var _ = process.handle().onExit().thenRunAsync(this::end, Thread::startVirtualThread);
    }

    static ProcessOnHub start(ProcessBuilder builder) throws IOException {
        return new ProcessOnHub(GreenProcess.start(builder));
    }

    /// As `Runtime.exec` does it. Of the environment, what has no `=` is ignored.
    static ProcessOnHub start(
            List<String> command, String @Nullable [] environment, @Nullable File directory)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(directory);
        if (environment != null) {
            builder.environment().clear();
            for (var variable : environment) {
                int end = variable.indexOf('=', 1);
                if (end > 0) {
                    builder.environment()
                            .put(variable.substring(0, end), variable.substring(end + 1));
                }
            }
        }
        return start(builder);
    }

    private void end() {
        int exitCode = process.await();
        ended.complete(exitCode);
        if (Hub.main().mode() == Mode.HUB) { // else the streams are the JDK's, which does this
            outputPipe.drain();
            errorPipe.drain();
            closeInput();
        }
    }

    /// What is in the buffer goes nowhere.
    private void closeInput() {
        close(process.input());
    }

    private static void close(Closeable pipe) {
        try {
            pipe.close();
        } catch (IOException e) { // no close of a pipe fails
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return errors;
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            int ignored = ended.get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletableFuture<Process> onExit() {
        // as in the JDK, what follows does not run in the thread that waits, or that ends it
        return ended.thenApplyAsync(_ -> this, Thread::startVirtualThread);
    }

    @Override
    public int exitValue() {
        if (!ended.isDone()) {
            throw new IllegalThreadStateException("process hasn't exited");
        }
        return ended.join();
    }

    @Override
    public boolean isAlive() {
        return !ended.isDone();
    }

    /// As the JDK's, it closes the streams too.
    @Override
    public void destroy() {
        process.terminate();
        closeStreams();
    }

    @Override
    public Process destroyForcibly() {
        process.kill();
        closeStreams();
        return this;
    }

    private void closeStreams() {
        close(output);
        close(errors);
        closeInput();
    }

    @Override
    public boolean supportsNormalTermination() {
        return toHandle().supportsNormalTermination();
    }

    @Override
    public ProcessHandle toHandle() {
        return process.handle();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
