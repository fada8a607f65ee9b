// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A body of a length that was said before it.
public final class FixedBody extends InputStream {
    private final Input in;
    private final long length;
    private long left;

    public FixedBody(Input in, long length) {
        this.in = in;
        this.length = length;
        left = length;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            return -1;
        }
        int b = in.next();
        if (b < 0) {
            throw ended();
        }
        left--;
        return b;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        if (count == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int n = in.read(into, offset, (int) Math.min(count, left));
        if (n < 0) {
            throw ended();
        }
        left -= n;
        return n;
    }

    private EOFException ended() {
        return new EOFException(
                "the connection ended after %d of the %d bytes of a body"
                        .formatted(length - left, length));
    }

    @Override
    public int available() {
        return (int) Math.min(left, in.buffered());
    }
}
