// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import java.io.IOException;
import java.util.Arrays;

/// What a peer sends, with bytes that were read ahead. For one thread at a time.
public final class Input {
    /// Where bytes come from: as `InputStream.read`, for at least one byte.
    @FunctionalInterface
    public interface Source {
        int read(byte[] into, int offset, int length) throws IOException;
    }

    private static final byte[] EMPTY = new byte[0];

    private final Source source;
    byte[] buffer;
    int position; // the next byte
    int limit; // behind the last one

    /// Without a buffer: one has to be attached before it reads.
    public Input(Source source) {
        this(source, EMPTY);
    }

    public Input(Source source, byte[] buffer) {
        this.source = source;
        this.buffer = buffer;
    }

    /// How many bytes were read ahead.
    public int buffered() {
        return limit - position;
    }

    /// Gives the buffer away, which must be empty, and goes on with another later.
    public byte[] detach() {
        var given = buffer;
        position = 0;
        limit = 0;
        buffer = EMPTY;
        return given;
    }

    public boolean isDetached() {
        return buffer == EMPTY;
    }

    public void attach(byte[] given) {
        buffer = given;
    }

    /// Waits for a byte, which is not taken; false at the end.
    public boolean await() throws IOException {
        return has(0);
    }

    /// Whether the byte at an offset from the next one is there, or comes; not at the end. The
    /// array may be another one then.
    boolean has(int offset) throws IOException {
        while (limit - position <= offset) {
            if (position > 0) {
                System.arraycopy(buffer, position, buffer, 0, limit - position);
                limit -= position;
                position = 0;
            }
            if (offset >= buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(offset + 1, 2 * buffer.length));
            }
            int n = source.read(buffer, limit, buffer.length - limit);
            if (n < 0) {
                return false;
            }
            limit += n;
        }
        return true;
    }

    /// The byte at an offset from the next one, which is there.
    byte at(int offset) {
        return buffer[position + offset];
    }

    void put(int offset, char c) {
        buffer[position + offset] = (byte) c;
    }

    void skip(int n) {
        position += n;
    }

    /// The next byte, or -1 at the end.
    int next() throws IOException {
        if (position == limit && !has(0)) {
            return -1;
        }
        return buffer[position++] & 0xff;
    }

    /// Reads what is there, or waits for it: as `InputStream.read`.
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == limit) {
            if (length >= buffer.length) {
                return source.read(into, offset, length);
            }
            position = 0;
            limit = 0;
            if (!has(0)) {
                return -1;
            }
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(buffer, position, into, offset, n);
        position += n;
        return n;
    }
}
