// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// A body of a length that was said before it: neither more nor less.
public final class FixedOutput extends OutputStream {
    private final Output out;
    private final long length;
    private long left;

    public FixedOutput(Output out, long length) {
        this.out = out;
        this.length = length;
        left = length;
    }

    @Override
    public void write(int b) throws IOException {
        take(1);
        out.write(b);
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, from.length);
        take(count);
        out.write(from, offset, count);
    }

    private void take(int count) throws IOException {
        if (count > left) {
            throw new IOException("a body is longer than its Content-Length, " + length);
        }
        left -= count;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /// Throws an `IOException` if bytes are missing.
    @Override
    public void close() throws IOException {
        if (left > 0) {
            throw new IOException(
                    "a body has %d bytes, and its Content-Length is %d"
                            .formatted(length - left, length));
        }
    }
}
