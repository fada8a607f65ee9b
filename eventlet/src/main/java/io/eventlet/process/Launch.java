// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import io.eventlet.offload.Offload;
import io.eventlet.poll.ByteEndpoint;
import io.eventlet.poll.Network;
import io.eventlet.poll.PipeEnds;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The start of a process: by the JDK, on a platform thread, since it blocks, and on pipes that a
/// hub can wait for where there are such.
///
/// The child opens the file of its end of each pipe: so it has a blocking one, and the other end,
/// which is ours, is not.
final class Launch {
    /// Starts are short, and are not to wait for the long tasks of others.
    static final class Starters {
        static final Offload THREADS =
                Offload.builder("process-start").threads(4).idle(Duration.ofSeconds(1)).open();
    }

    private final ProcessBuilder builder;
    private final List<ByteEndpoint> ours = new ArrayList<>();
    private final List<ByteEndpoint> ofChild = new ArrayList<>();
    final @Nullable ByteEndpoint input; // null: the JDK's, or redirected
    final @Nullable ByteEndpoint output;
    final @Nullable ByteEndpoint errors;

    private boolean begun; // guarded by this
    private boolean givenUp; // guarded by this
    private @Nullable Process started; // guarded by this

    Launch(ProcessBuilder asked, Network network) throws IOException {
        builder = copy(asked);
        try {
            var first = redirectable(builder.redirectInput(), network);
            input = first == null ? null : first.sink();
            if (first != null) {
                builder.redirectInput(Redirect.from(file(first.source())));
                keep(first.sink(), first.source());
            }
            var second = redirectable(builder.redirectOutput(), network);
            output = second == null ? null : second.source();
            if (second != null) {
                builder.redirectOutput(Redirect.to(file(second.sink())));
                keep(second.source(), second.sink());
            }
            var third =
                    builder.redirectErrorStream()
                            ? null
                            : redirectable(builder.redirectError(), network);
            errors = third == null ? null : third.source();
            if (third != null) {
                builder.redirectError(Redirect.to(file(third.sink())));
                keep(third.source(), third.sink());
            }
        } catch (Throwable e) {
            close(ours);
            close(ofChild);
            throw e;
        }
    }

    private static ProcessBuilder copy(ProcessBuilder asked) {
        var copy = new ProcessBuilder(List.copyOf(asked.command()));
        copy.directory(asked.directory());
        copy.environment().clear();
        copy.environment().putAll(asked.environment());
        return copy.redirectErrorStream(asked.redirectErrorStream())
                .redirectInput(asked.redirectInput())
                .redirectOutput(asked.redirectOutput())
                .redirectError(asked.redirectError());
    }

    /// A pipe of ours in place of one of the JDK's; null if it has no file, or none is asked for.
    private static @Nullable PipeEnds redirectable(Redirect asked, Network network)
            throws IOException {
        if (asked != Redirect.PIPE) {
            return null;
        }
        var pipe = network.openPipe();
        if (pipe.source().reopenedAs() != null) {
            return pipe;
        }
        pipe.source().close();
        pipe.sink().close();
        return null;
    }

    private static File file(ByteEndpoint end) {
        return Objects.requireNonNull(end.reopenedAs()).toFile();
    }

    private void keep(ByteEndpoint own, ByteEndpoint other) {
        ours.add(own);
        ofChild.add(other);
    }

    /// Starts it, or gives everything back. A process that has started when nobody waits for it any
    /// more is killed.
    Process start() throws IOException {
        try {
            return Starters.THREADS.<Process, IOException>call(this::run);
        } catch (Throwable e) {
            giveUp();
            throw e;
        }
    }

    /// What [#start()] has done by a platform thread.
    Process run() throws IOException {
        synchronized (this) {
            if (givenUp) {
                throw new IOException("nobody waits for the process any more");
            }
            begun = true;
        }
        Process process;
        try {
            process = builder.start();
        } finally {
            close(ofChild); // by now the child has them; only here, since it opens them by number
        }
        boolean unwanted;
        synchronized (this) {
            started = process; // the caller may still go before it is handed over
            unwanted = givenUp;
        }
        if (unwanted) {
            process.destroyForcibly();
        }
        return process;
    }

    /// Called when the wait has ended without the process: kills one that was started.
    void giveUp() {
        boolean hasBegun;
        @Nullable Process orphan;
        synchronized (this) {
            givenUp = true;
            hasBegun = begun;
            orphan = started;
        }
        if (orphan != null) {
            orphan.destroyForcibly();
        }
        close(ours);
        if (!hasBegun) {
            close(ofChild);
        }
    }

    private static void close(List<? extends Closeable> ends) {
        for (var end : ends) {
            try {
                end.close();
            } catch (IOException e) { // no close of a pipe fails
                throw new AssertionError(e);
            }
        }
    }

    String command() {
        return String.join(" ", builder.command());
    }
}
