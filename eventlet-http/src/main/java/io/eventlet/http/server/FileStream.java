// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.ThrowingSupplier;
import io.eventlet.http.wire.Output;
import io.eventlet.offload.Offload;
import io.eventlet.transport.OpenFile;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Parts of a file, with bytes between them, read on the threads of an [Offload], or sent by the
/// kernel as far as they are in its memory. Opened by the first read, unless it is open. For one
/// thread, which closes it; what the pool does for nobody any more closes the file when it is done.
///
/// ```
/// IDLE ──(read)──> ASKED ──(begun)──> READING ──(done)──> IDLE ──(close)──> CLOSED
///                    │                   └──(close)──> ABANDONED, and closed when done
///                    └──(close: it has not begun, and never will)──> CLOSED
/// ```
final class FileStream extends InputStream {
    /// How much is read at once: the more, the fewer trips to the pool, each as dear as reading 256
    /// KiB. With many streams at once it is less, for the sake of the heap.
    private static final int LARGE = 1 << 18;

    private static final int SMALL = 1 << 16;
    private static final int MANY = 64;

    /// A part of the file, and the bytes that stand before it.
    record Piece(String heading, long from, long length) {
        byte[] headingBytes() {
            return heading.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private enum State {
        IDLE,
        ASKED,
        READING,
        ABANDONED,
        CLOSED
    }

    private final StoredFile file;
    private @Nullable FileChannel channel; // while READING the pool's
    private @Nullable OpenFile sent; // once the kernel sends it
    private boolean isSendTried;
    private final Offload offload;
    private final AtomicInteger streams; // that are open, of all
    private final ArrayDeque<Piece> pieces;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private ByteBuffer heading = ByteBuffer.allocate(0);
    private long position;
    private long left; // of this piece
    private boolean counted = true;

    FileStream(StoredFile file, Offload offload, AtomicInteger streams, List<Piece> pieces) {
        this.file = file;
        this.offload = offload;
        this.streams = streams;
        this.pieces = new ArrayDeque<>(pieces);
        streams.incrementAndGet();
    }

    /// Opens the file, so that the kernel does not send it; false if it has changed.
    boolean open() throws IOException {
        return perform(() -> {
            channel = file.open();
            return channel != null;
        });
    }

    /// How many bytes are best read or sent at once.
    int pieceSize() {
        return streams.get() > MANY ? SMALL : LARGE;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// Throws an `EOFException` if the file has become shorter than the parts ask for.
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!beginPiece()) {
            return -1;
        }
        if (heading.hasRemaining()) {
            int n = Math.min(length, heading.remaining());
            heading.get(into, offset, n);
            return n;
        }
        return readFile(into, offset, (int) Math.min(length, left));
    }

    /// Goes on to a part with bytes; false if there is none.
    private boolean beginPiece() {
        while (!heading.hasRemaining() && left == 0) {
            var next = pieces.poll();
            if (next == null) {
                return false;
            }
            heading = ByteBuffer.wrap(next.headingBytes());
            position = next.from;
            left = next.length;
        }
        return true;
    }

    /// Has the kernel send bytes of the file, if those come next and it has them in memory: how
    /// many, or 0 if they are to be read. What is in `out` goes before them. Throws an
    /// `IOException` if the file has changed since it was opened.
    ///
    /// Only the ends of what it sends are known to be in memory; what is missing between them is
    /// waited for.
    int sendTo(Output out, TimedSocket socket) throws IOException {
        if (!beginPiece() || heading.hasRemaining()) {
            return 0;
        }
        boolean isBegun = sent != null;
        var opened = openToSend();
        int length = (int) Math.min(left, pieceSize());
        if (opened == null
                || !opened.isInMemory(position)
                || !opened.isInMemory(position + length - 1)) {
            return 0;
        }
        if (isBegun && length == left && !file.isOpenAs(opened)) {
            throw new IOException("the file has changed while it was sent");
        }
        out.flush();
        socket.sendFile(opened, position, length);
        out.noteSent(length);
        position += length;
        left -= length;
        return length;
    }

    private @Nullable OpenFile openToSend() {
        if (!isSendTried) {
            isSendTried = true;
            sent = channel == null ? file.openToSend() : null;
        }
        return sent;
    }

    /// All that is left: more can be read without waiting for anybody but the disk.
    @Override
    public int available() {
        long all = heading.remaining() + left;
        for (var piece : pieces) {
            all += piece.heading.length() + piece.length;
        }
        return (int) Math.min(all, Integer.MAX_VALUE);
    }

    private int readFile(byte[] into, int offset, int length) throws IOException {
        boolean isLast = length == left && pieces.stream().allMatch(piece -> piece.length == 0);
        int n = perform(() -> fill(ByteBuffer.wrap(into, offset, length), isLast));
        position += n;
        left -= n;
        return n;
    }

    /// Has the pool do something with the file. If its caller leaves before, the file is closed
    /// afterwards; if the pool does not take it, the file is closed by [#close()].
    private <T> T perform(ThrowingSupplier<T, IOException> work) throws IOException {
        ensure(state.compareAndSet(State.IDLE, State.ASKED));
        return offload.call(() -> {
            ensure(state.compareAndSet(State.ASKED, State.READING));
            try {
                return work.get();
            } finally {
                if (!state.compareAndSet(State.READING, State.IDLE)) {
                    close(channel);
                }
            }
        });
    }

    private static void ensure(boolean isOpen) throws IOException {
        if (!isOpen) {
            throw new IOException("the file is closed");
        }
    }

    /// Reads on a thread of the pool, and closes the file with its last byte, which saves a trip.
    private int fill(ByteBuffer buffer, boolean isLast) throws IOException {
        var opened = channel;
        if (opened == null) {
            opened = sent == null ? file.open() : FileChannel.open(sent.path());
            if (opened == null) {
                throw new IOException("the file has changed before it was sent");
            }
            channel = opened;
        }
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (opened.read(buffer, position + buffer.position() - start) < 0) {
                throw new EOFException("the file has become shorter while it was sent");
            }
        }
        if (isLast) {
            opened.close();
        }
        return buffer.position() - start;
    }

    @Override
    public void close() throws IOException {
        if (counted) {
            counted = false;
            streams.decrementAndGet();
        }
        pieces.clear();
        left = 0;
        if (sent != null) {
            sent.close();
        }
        var before = state.getAndUpdate(FileStream::closed);
        if (before == State.IDLE || before == State.ASKED) {
            close(channel);
        }
    }

    private static State closed(State state) {
        return state == State.READING || state == State.ABANDONED ? State.ABANDONED : State.CLOSED;
    }

    private static void close(@Nullable FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
