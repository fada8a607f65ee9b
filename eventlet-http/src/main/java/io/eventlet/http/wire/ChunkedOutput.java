// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.Headers;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// A body in chunks. What is written is gathered up to a size, so that many small writes make few
/// chunks; a flush sends what is there.
public final class ChunkedOutput extends OutputStream {
    private static final int PIECE = 4096;

    private final Output out;
    private final byte[] piece = new byte[PIECE];
    private int count;
    private boolean ended;

    public ChunkedOutput(Output out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        ensureOpen();
        if (count == PIECE) {
            writeChunk(piece, 0, takeCount());
        }
        piece[count++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        ensureOpen();
        if (length > PIECE - count) {
            writeChunk(piece, 0, takeCount());
            if (length >= PIECE) {
                writeChunk(from, offset, length);
                return;
            }
        }
        System.arraycopy(from, offset, piece, count, length);
        count += length;
    }

    private int takeCount() {
        int taken = count;
        count = 0;
        return taken;
    }

    /// None for no bytes: an empty chunk would end the body.
    private void writeChunk(byte[] from, int offset, int length) throws IOException {
        if (length > 0) {
            out.write(Integer.toHexString(length));
            out.write("\r\n");
            out.write(from, offset, length);
            out.write("\r\n");
        }
    }

    private void ensureOpen() throws IOException {
        if (ended) {
            throw new IOException("this body has ended");
        }
    }

    @Override
    public void flush() throws IOException {
        writeChunk(piece, 0, takeCount());
        out.flush();
    }

    /// Writes the last chunk, and fields behind it, none of which may frame the body.
    public void end(Headers trailers) throws IOException {
        if (Framing.isAmong(trailers)) {
            throw new IllegalArgumentException("trailers that would frame the body: " + trailers);
        }
        if (!ended) {
            writeChunk(piece, 0, takeCount());
            ended = true;
            out.write("0\r\n");
            out.write(trailers);
            out.write("\r\n");
        }
    }

    @Override
    public void close() throws IOException {
        end(Headers.empty());
    }
}
