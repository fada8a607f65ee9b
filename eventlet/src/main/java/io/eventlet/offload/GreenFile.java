// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.ThrowingSupplier;
import io.eventlet.wait.Mutex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/// An open file whose reads, writes and flushes do not block the hub: the threads of an [Offload]
/// perform them, and only the green thread that calls waits.
///
/// ```java
/// try (var file = GreenFile.open(Path.of("big"))) {
///     int n = file.read(ByteBuffer.allocate(65536)); // other green threads go on
/// }
/// ```
///
/// For lines and formats use `Channels.newInputStream(file)`, `Channels.newReader(file, UTF_8)` and
/// the like. What needs no open file (`Files.move`, `Files.size`, `Files.readString`) is one call
/// of `Eventlet.offload`.
///
/// A [io.eventlet.Timeout], a kill or an interrupt ends a call and leaves the file open, with its
/// position and the caller's buffer as they were: the call can be repeated. An operation of the
/// kernel that had begun goes on, and the next call waits for it first, so that nothing is written
/// out of order. A write that was ended so may have reached the file, in part or whole: repeated at
/// the same position it writes the same bytes again; with `APPEND` they are there twice. With an
/// `Offload` that interrupts what was abandoned ([Offload.Builder#interruptAbandoned]) a call that
/// is ended closes the file: an interrupt does that to a `FileChannel`.
///
/// Threads may share a file; their calls take turns.
public final class GreenFile implements SeekableByteChannel {
    private static final int MOST = 65_536;

    private final Path path;
    private final FileChannel channel;
    private final Offload threads;
    private final boolean reads;
    private final boolean writes;
    private final boolean appends;
    private final Mutex turn =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of " + GreenFile.this;
                }
            };
    private @Nullable FileOperation<?> left; // by its caller, while it runs; who has the turn
    private byte[] bytes = new byte[0]; // who has the turn; not those of an operation that was left
    private volatile long position;

    GreenFile(Path path, FileChannel channel, Offload threads, Set<? extends OpenOption> options) {
        this.path = path;
        this.channel = channel;
        this.threads = threads;
        appends = options.contains(StandardOpenOption.APPEND);
        writes = appends || options.contains(StandardOpenOption.WRITE);
        reads = !writes || options.contains(StandardOpenOption.READ);
    }

    /// Opens a file by the shared pool of threads, for reading unless an option says otherwise.
    ///
    /// @param options as `FileChannel.open` knows them: without any, `READ`
    public static GreenFile open(Path path, OpenOption... options) throws IOException {
        return open(Offload.shared(), path, options);
    }

    /// Opens a file by the given threads, which perform all its operations. They should not
    /// [interrupt what was abandoned][Offload.Builder#interruptAbandoned]: that closes the file.
    public static GreenFile open(Offload threads, Path path, OpenOption... options)
            throws IOException {
        var wanted = Set.copyOf(List.of(options));
        var opening =
                new FileOperation<FileChannel>(
                        () -> FileChannel.open(path, wanted), GreenFile::closeUnwanted);
        return new GreenFile(path, opening.call(threads), threads, wanted);
    }

    private static void closeUnwanted(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) { // nothing was written
            System.getLogger("io.eventlet")
                    .log(System.Logger.Level.DEBUG, "a file whose opener has left", e);
        }
    }

    /// Reads up to 64 KiB from the position on, and moves it; -1 at the end of the file.
    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!reads) {
            throw new NonReadableChannelException();
        }
        if (!into.hasRemaining()) {
            ensureOpen();
            return 0;
        }
        return inTurn(() -> {
            var piece = piece(into.remaining());
            long at = position;
            int n = perform(() -> channel.read(piece, at));
            if (n > 0) {
                into.put(bytes, 0, n);
                position = at + n;
            }
            return n;
        });
    }

    /// Writes all of the buffer at the position, or at the end if the file was opened with
    /// `APPEND`, and moves the position. An error or a timeout leaves in the buffer what is not
    /// known to be written.
    @Override
    public int write(ByteBuffer from) throws IOException {
        if (!writes) {
            throw new NonWritableChannelException();
        }
        return inTurn(() -> {
            int before = from.remaining();
            while (from.hasRemaining()) {
                var piece = piece(from.remaining());
                from.get(from.position(), bytes, 0, piece.remaining());
                long at = position;
                position = perform(() -> write(piece, at));
                from.position(from.position() + piece.position());
            }
            return before;
        });
    }

    private long write(ByteBuffer piece, long at) throws IOException {
        if (appends) {
            int ignored = channel.write(piece);
            return channel.position();
        }
        return at + channel.write(piece, at);
    }

    @Override
    public long position() throws IOException {
        ensureOpen();
        return position;
    }

    @Override
    public GreenFile position(long newPosition) throws IOException {
        if (newPosition < 0) {
            throw new IllegalArgumentException(
                    "position " + newPosition + ": must not be negative");
        }
        return inTurn(() -> {
            position = newPosition;
            return this;
        });
    }

    @Override
    public long size() throws IOException {
        return inTurn(() -> perform(channel::size));
    }

    /// Cuts the file off after so many bytes, if it has more.
    @Override
    public GreenFile truncate(long size) throws IOException {
        return inTurn(() -> {
            var ignored = perform(() -> channel.truncate(size));
            position = Math.min(position, size);
            return this;
        });
    }

    /// Returns when all that was written is on the device: fdatasync(2), or fsync(2) with the meta
    /// data.
    public void force(boolean metaData) throws IOException {
        boolean ignored =
                inTurn(() ->
                        perform(() -> {
                            channel.force(metaData);
                            return true;
                        }));
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Closes the file; calls that wait fail with a `ClosedChannelException`. Neither a timeout nor
    /// a kill keeps it from being closed, nor threads that take nothing any more.
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        var closing =
                new FileOperation<Boolean>(
                        () -> {
                            channel.close();
                            return true;
                        },
                        nobodys -> {});
        try {
            boolean ignored = closing.call(threads);
        } catch (RejectedExecutionException e) {
            // the caller closes it
        } finally {
            if (closing.hasNotBegun()) {
                channel.close(); // a moment of the hub, and no leak
            }
        }
    }

    @Override
    public String toString() {
        return "green file " + path;
    }

    private <T> T inTurn(ThrowingSupplier<T, IOException> calls) throws IOException {
        turn.acquire();
        try {
            ensureOpen();
            var running = left;
            if (running != null) {
                running.awaitEnd();
                left = null;
                ensureOpen();
            }
            return calls.get();
        } finally {
            turn.release();
        }
    }

    private <T> T perform(ThrowingSupplier<T, IOException> work) throws IOException {
        var operation = new FileOperation<T>(work, nobodys -> {});
        try {
            return operation.call(threads);
        } finally {
            if (operation.isLeft()) {
                left = operation;
                bytes = new byte[0];
            }
        }
    }

    /// The file's own bytes, as many as one operation moves.
    private ByteBuffer piece(int wanted) {
        int length = Math.min(wanted, MOST);
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
