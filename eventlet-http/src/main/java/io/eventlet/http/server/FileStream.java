// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.offload.Offload;

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

/// Parts of an open file, with bytes between them, read on the threads of an [Offload]. For one
/// thread, which closes it; what the pool reads for nobody any more closes the file when it is
/// done.
///
/// ```
/// IDLE ──(read)──> READING ──(done)──> IDLE ──(close, or the last byte)──> CLOSED
///                     └──(close)──> ABANDONED ──(done)──> CLOSED
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
        READING,
        ABANDONED,
        CLOSED
    }

    private final FileChannel channel;
    private final Offload offload;
    private final AtomicInteger streams; // that are open, of all
    private final ArrayDeque<Piece> pieces;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private ByteBuffer heading = ByteBuffer.allocate(0);
    private long position;
    private long left; // of this piece
    private boolean counted = true;

    FileStream(FileChannel channel, Offload offload, AtomicInteger streams, List<Piece> pieces) {
        this.channel = channel;
        this.offload = offload;
        this.streams = streams;
        this.pieces = new ArrayDeque<>(pieces);
        streams.incrementAndGet();
    }

    /// How many bytes are best read at once.
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
        while (!heading.hasRemaining() && left == 0) {
            var next = pieces.poll();
            if (next == null) {
                return -1;
            }
            heading = ByteBuffer.wrap(next.headingBytes());
            position = next.from;
            left = next.length;
        }
        if (heading.hasRemaining()) {
            int n = Math.min(length, heading.remaining());
            heading.get(into, offset, n);
            return n;
        }
        return readFile(into, offset, (int) Math.min(length, left));
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
        if (!state.compareAndSet(State.IDLE, State.READING)) {
            throw new IOException("the file is closed");
        }
        boolean isLast = length == left && pieces.stream().allMatch(piece -> piece.length == 0);
        int n = offload.call(() -> fill(ByteBuffer.wrap(into, offset, length), isLast));
        position += n;
        left -= n;
        return n;
    }

    /// Reads on a thread of the pool, and closes the file with its last byte, which saves a trip.
    private int fill(ByteBuffer buffer, boolean isLast) throws IOException {
        boolean done = false;
        try {
            int start = buffer.position();
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, position + buffer.position() - start) < 0) {
                    throw new EOFException("the file has become shorter while it was sent");
                }
            }
            done = isLast;
            return buffer.position() - start;
        } finally {
            if (done) {
                state.set(State.CLOSED);
                channel.close();
            } else if (!state.compareAndSet(State.READING, State.IDLE)) {
                channel.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (counted) {
            counted = false;
            streams.decrementAndGet();
        }
        pieces.clear();
        left = 0;
        if (state.compareAndSet(State.IDLE, State.CLOSED)) {
            channel.close();
        } else {
            state.compareAndSet(State.READING, State.ABANDONED);
        }
    }
}
