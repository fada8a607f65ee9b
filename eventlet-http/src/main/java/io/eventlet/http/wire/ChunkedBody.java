// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.syntax.Bytes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A body in chunks, with trailers (RFC 9112, 7.1). Extensions are checked and dropped.
public final class ChunkedBody extends InputStream {
    private static final int BAD_REQUEST = 400;
    private static final int MOST_DIGITS = 15;
    private static final int LONGEST_LINE = 4096; // with its extensions
    private static final int MOST_WASTE = 16_384;
    private static final int WASTE_PER_CHUNK = 16; // what a size of some digits takes

    private enum State {
        SIZE,
        DATA,
        LINE_END,
        TRAILERS,
        ENDED,
        BROKEN
    }

    private final Input in;
    private final Limits limits;
    private State state = State.SIZE;
    private long left; // of the chunk
    private long waste; // bytes of extensions and sizes beyond those of the data
    private Headers trailers = Headers.empty();

    public ChunkedBody(Input in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /// What came behind the last chunk; none before the end.
    public Headers trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        if (!isInChunk()) {
            return -1;
        }
        int b = in.next();
        take(b < 0 ? -1 : 1);
        return b;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        if (count == 0) {
            return 0;
        }
        if (!isInChunk()) {
            return -1;
        }
        int n = in.read(into, offset, (int) Math.min(count, left));
        take(n);
        return n;
    }

    /// Reads up to the next data; false at the end of the body.
    private boolean isInChunk() throws IOException {
        while (state != State.DATA) {
            switch (state) {
                case ENDED -> {
                    return false;
                }
                case BROKEN -> throw new IOException("the chunks of this body are broken");
                case LINE_END -> readLineEnd();
                case TRAILERS -> readTrailers();
                default -> readSize();
            }
        }
        return true;
    }

    private void take(int n) throws IOException {
        if (n < 0) {
            throw ended();
        }
        left -= n;
        if (left == 0) {
            state = State.LINE_END;
        }
    }

    @Override
    public int available() {
        return state == State.DATA ? (int) Math.min(left, in.buffered()) : 0;
    }

    private void readLineEnd() throws IOException {
        for (int i = 0; i < 2; i++) { // both or none are taken, so that a time-out loses nothing
            if (!in.has(i)) {
                throw ended();
            }
            if (in.at(i) != (i == 0 ? Bytes.CR : Bytes.LF)) {
                throw broken("a chunk is longer than it says");
            }
        }
        in.skip(2);
        state = State.SIZE;
    }

    private void readSize() throws IOException {
        int end;
        try {
            end =
                    new FieldReader(in, limits)
                            .lineEnd(0, LONGEST_LINE, BAD_REQUEST, "the size of a chunk");
        } catch (BadMessage | EOFException e) {
            state = State.BROKEN;
            throw e;
        }
        int digits = 0;
        long size = 0;
        while (digits < end && Bytes.hex(in.at(digits)) >= 0) {
            size = size << 4 | Bytes.hex(in.at(digits));
            if (++digits > MOST_DIGITS) {
                throw broken("the size of a chunk has too many digits");
            }
        }
        if (digits == 0) {
            throw broken("the size of a chunk is not a hexadecimal number");
        }
        if (!new ChunkExtensions(in, digits, end).areValid()) {
            throw broken("what follows the size of a chunk is not an extension");
        }
        waste = Math.max(0, waste + end - WASTE_PER_CHUNK - size);
        if (waste > MOST_WASTE) { // RFC 9112, 7.1.1: in all, not for each
            throw broken("the extensions of chunks are longer than %d bytes".formatted(MOST_WASTE));
        }
        in.skip(end + 2);
        left = size;
        state = size == 0 ? State.TRAILERS : State.DATA;
    }

    private void readTrailers() throws IOException {
        var fields = new FieldReader(in, limits);
        try {
            int end = fields.readFields(0);
            trailers = new Headers(fields.take(0, end));
        } catch (BadMessage | EOFException e) {
            state = State.BROKEN;
            throw e;
        }
        if (Framing.isAmong(trailers)) {
            trailers = Headers.empty();
            throw broken("a trailer that would frame the body");
        }
        state = State.ENDED;
    }

    private BadMessage broken(String why) {
        state = State.BROKEN;
        return new BadMessage(BAD_REQUEST, why);
    }

    private EOFException ended() {
        state = State.BROKEN;
        return new EOFException("the connection ended within a body in chunks");
    }
}
