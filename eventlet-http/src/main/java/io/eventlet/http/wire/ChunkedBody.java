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

    private enum State {
        SIZE,
        DATA,
        LINE_END,
        ENDED,
        BROKEN
    }

    private final Input in;
    private final Limits limits;
    private State state = State.SIZE;
    private long left; // of the chunk
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
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        if (count == 0) {
            return 0;
        }
        while (state != State.DATA) {
            switch (state) {
                case ENDED -> {
                    return -1;
                }
                case BROKEN -> throw new IOException("the chunks of this body are broken");
                case LINE_END -> readLineEnd();
                default -> readSize();
            }
        }
        int n = in.read(into, offset, (int) Math.min(count, left));
        if (n < 0) {
            throw ended();
        }
        left -= n;
        if (left == 0) {
            state = State.LINE_END;
        }
        return n;
    }

    @Override
    public int available() {
        return state == State.DATA ? (int) Math.min(left, in.buffered()) : 0;
    }

    private void readLineEnd() throws IOException {
        int cr = in.next();
        int lf = cr == Bytes.CR ? in.next() : 0;
        if (cr < 0 || lf < 0) {
            throw ended();
        }
        if (cr != Bytes.CR || lf != Bytes.LF) {
            throw broken("a chunk is longer than it says");
        }
        state = State.SIZE;
    }

    private void readSize() throws IOException {
        var lines = new FieldReader(in, limits);
        int end;
        try {
            end = lines.lineEnd(0, LONGEST_LINE, BAD_REQUEST, "the size of a chunk");
        } catch (BadMessage e) {
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
        if (digits == 0 || !new ChunkExtensions(in, digits, end).areValid()) {
            throw broken("the size of a chunk is not a hexadecimal number");
        }
        in.skip(end + 2);
        left = size;
        state = State.DATA;
        if (size == 0) {
            readTrailers();
        }
    }

    private void readTrailers() throws IOException {
        var fields = new FieldReader(in, limits);
        try {
            int end = fields.readFields(0);
            trailers = new Headers(fields.take(0, end));
        } catch (BadMessage e) {
            state = State.BROKEN;
            throw e;
        }
        if (trailers.contains("Content-Length") || trailers.contains("Transfer-Encoding")) {
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
