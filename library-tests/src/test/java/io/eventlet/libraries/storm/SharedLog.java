// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// A file that all write to, behind a lock: the interrupt of one of them would close it for all.
///
/// In portable mode nobody writes: who has just left a wait may be interrupted all the same there.
final class SharedLog implements AutoCloseable {
    /// Of ten thousand that were to be written, and a few more in a short storm: all but none is
    /// what [#write] says.
    private static final int MOST_NOT_WRITTEN = 5;

    private static final int TOLERATED_OF_HUNDRED = 5;

    private static final String LINE = "%s of question [0-9]+ .*";

    private final Path file;
    private final FileChannel channel;
    private final boolean isUsed;
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder notWritten = new LongAdder();
    private long lines; // under lock
    private boolean toleratesInterrupted; // set before it is used
    private volatile @Nullable AssertionError closedBy;

    private SharedLog(Path file, FileChannel channel, boolean isUsed) {
        this.file = file;
        this.channel = channel;
        this.isUsed = isUsed;
    }

    static SharedLog open() throws IOException {
        var file = Files.createTempFile("eventlet-storm-", ".log");
        var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        return new SharedLog(file, channel, Hub.main().mode() == Mode.HUB);
    }

    void tolerateInterrupted() {
        toleratesInterrupted = true;
    }

    /// Writes a line, if the caller was not interrupted before: a wait of the JDK that gets its
    /// result at the moment of the interrupt returns it, and leaves the interrupt set.
    void write(String what, long question) throws IOException {
        if (!isUsed) {
            return;
        }
        if (Thread.currentThread().isInterrupted()) {
            notWritten.increment();
            return;
        }
        lock.lock();
        try {
            var line = what + " of question " + question + " .\n";
            var bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                int ignored = channel.write(bytes);
            }
            lines++;
        } catch (ClosedByInterruptException e) {
            var wrong = "question %d: an interrupt closed the log".formatted(question);
            closedBy = new AssertionError(wrong, e);
            throw closedBy;
        } finally {
            lock.unlock();
        }
    }

    /// How many lines are missing, of threads that were interrupted before.
    long notWritten() {
        return notWritten.sum();
    }

    /// Who has closed it for all; null if nobody has.
    @Nullable Throwable closedBy() {
        return closedBy;
    }

    /// Checks that it is open, that each line is there and whole, and that all but very few of
    /// those who wrote had no interrupt set.
    void assertWhole() throws IOException {
        assertThat(channel.isOpen()).as("the shared log is open").isTrue();
        assertThat(notWritten.sum())
                .as("lines not written by who was interrupted")
                .isLessThanOrEqualTo(
                        toleratesInterrupted
                                ? lines * TOLERATED_OF_HUNDRED / 100
                                : MOST_NOT_WRITTEN * (1 + lines / 10_000));
        var written = Files.readAllLines(file);
        assertThat(written).hasSize(Math.toIntExact(lines));
        assertThat(written)
                .allMatch(line ->
                        line.matches(LINE.formatted("begin"))
                                || line.matches(LINE.formatted("end")));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.delete(file);
    }
}
